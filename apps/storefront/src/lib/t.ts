import { createTranslators, type Language, pick, type Translate } from '@hilo/i18n'
import { en } from '../locales/en.ts'
import { es } from '../locales/es.ts'

export type TextKey = keyof typeof es
const translators = createTranslators<TextKey>(es, en)

/** The shop's texts in one language. */
export function texts(lang: Language): Translate<TextKey> {
  return translators[lang]
}
export { pick }
