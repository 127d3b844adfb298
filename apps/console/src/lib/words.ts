import type { LocalizedText } from '@hilo/contract'
import { createTranslators, pick } from '@hilo/i18n'
import { useLanguage } from '@hilo/ui'
import { en } from '../locales/en/index.ts'
import { es } from '../locales/es/index.ts'

export type Words = keyof typeof es
const translators = createTranslators<Words>(es, en)
export type T = (typeof translators)['es']

/** Texts of the console in the reader's language. */
export function useT(): T {
  const { language } = useLanguage()
  return translators[language]
}

/** Says a text that the API gave in both languages. */
export function useSay(): (text: LocalizedText | null | undefined) => string {
  const { language } = useLanguage()
  return (text) => (text ? pick(text, language) : '')
}

/** The text of a key that is put together, or the last part of it where nobody has named it yet. */
export function wordFor(t: T, group: string, value: string): string {
  const key = `${group}.${value}`
  return key in es ? t(key as Words) : value.replaceAll('_', ' ')
}
