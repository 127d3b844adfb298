import { setupI18n } from '@lingui/core'
import { compileMessage } from '@lingui/message-utils/compileMessage'

export const languages = ['es', 'en'] as const
export type Language = (typeof languages)[number]

/** ICU messages by key; Spanish is the source, English must have exactly the same keys (checked by the type). */
export type Catalog<K extends string = string> = Readonly<Record<K, string>>
export type Translate<K extends string = string> = (key: K, values?: Record<string, string | number>) => string

/**
 * Translators for a pair of catalogues. `t('cart.units', { n: 2 })` formats ICU plurals and numbers in the reader's language.
 * A catalogue is a TypeScript object, so a missing or misspelt key fails the type check and no build step is needed.
 */
export function createTranslators<K extends string>(es: Catalog<K>, en: Catalog<K>): Record<Language, Translate<K>> {
  return { es: translator('es', es), en: translator('en', en) }
}

function translator<K extends string>(language: Language, catalog: Catalog<K>): Translate<K> {
  const locale = language === 'es' ? 'es-ES' : 'en-GB'
  const i18n = setupI18n({ locale, messages: { [locale]: { ...catalog } } })
  // Reading a message costs more than saying it, and a page says hundreds: each is read once, those without values are said once.
  const read = new Map<string, ReturnType<typeof compileMessage>>()
  i18n.setMessagesCompiler((message) => {
    const compiled = read.get(message) ?? compileMessage(message)
    read.set(message, compiled)
    return compiled
  })
  const said = new Map<K, string>()
  return (key, values) => {
    const known = said.get(key)
    if (known !== undefined) return known
    const text = i18n._(key, values)
    if (isFixed(read.get(catalog[key]))) said.set(key, text)
    return text
  }
}

/** A message without a value in it is the same whenever it is said. */
function isFixed(compiled: ReturnType<typeof compileMessage> | undefined): boolean {
  return compiled?.every((part) => typeof part === 'string') ?? false
}

/** Text in the reader's language; Spanish when the other is empty. */
export function pick(text: { es: string; en: string }, language: Language): string {
  return text[language] || text.es
}

/** A telephone number in groups, those of the house's own country without its code: "666 555 106", "+44 207 946 0958". */
export function phoneText(phone: string): string {
  const own = /^\+34(\d{3})(\d{3})(\d{3})$/.exec(phone)
  if (own) return own.slice(1).join(' ')
  const other = /^(\+\d{2})(\d{3})(\d{3})(\d+)$/.exec(phone)
  return other ? other.slice(1).join(' ') : phone
}
