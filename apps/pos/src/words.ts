import { createTranslators, type Translate } from '@hilo/i18n'
import { useLanguage } from '@hilo/ui'
import { en } from './locales/en.ts'
import { es, type Key } from './locales/es.ts'

const translators = createTranslators<Key>(es, en)

/** The till's texts in the reader's language. */
export function useWords(): Translate<Key> {
  return translators[useLanguage().language]
}
