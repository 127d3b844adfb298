/** Options of a product (colour, size, …) and how their values are named. Pure. */
import type { ProductOption } from '@hilo/contract'
import { normalized } from '#platform/imports/values'

export type LocalizedText = { es: string; en: string }
/** As the database holds them; `key` and `swatch` may be missing in what other programs wrote. */
export type StoredOption = {
  key?: string
  name: LocalizedText
  values: { value: string; label: LocalizedText; swatch?: string | null }[]
}

const colorWords = new Set(['color', 'colour', 'colores', 'tono'])
const sizeWords = new Set(['size', 'talla', 'tamano', 'medida', 'sizes', 'tallas'])

/** `color`, `size`, or the English (else Spanish) name as one word. */
export function optionKey(name: LocalizedText): string {
  const words = [normalized(name.en), normalized(name.es)]
  if (words.some((word) => colorWords.has(word))) return 'color'
  if (words.some((word) => sizeWords.has(word))) return 'size'
  return (words[0] || words[1] || 'option').replace(/[^a-z0-9]+/g, '-')
}

/** Options as they cross the wire: with key and swatch. */
export function toOptions(stored: readonly StoredOption[]): ProductOption[] {
  return stored.map(({ key, name, values }) => ({
    key: key ?? optionKey(name),
    name,
    values: values.map(({ value, label, swatch }) => ({ value, label, swatch: swatch ?? null })),
  }))
}

/** Labels of a variant's values, in order; a value that the product does not list names itself. */
export function optionLabels(options: readonly StoredOption[], values: readonly string[]): LocalizedText[] {
  return values.map(
    (value, at) => options[at]?.values.find((known) => known.value === value)?.label ?? { es: value, en: value },
  )
}

/**
 * Values that a shop filters by: small letters and hyphens ("Azul marino" → "azul-marino"), so that one filter finds the same
 * colour on every product.
 */
export function valueKey(label: string): string {
  return (
    normalized(label)
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '') || label.trim()
  )
}

/** A handle from a title: small ASCII letters, digits, hyphens; at most 100 characters, `producto` when nothing is left. */
export function handleOf(title: string): string {
  const handle = normalized(title)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100)
    .replace(/-+$/, '')
  return handle || 'producto'
}
