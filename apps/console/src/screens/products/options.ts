import type { ProductOption } from '@hilo/contract'
import type { ProductDraft, VariantDraft } from './draft.ts'

type Matrix = Pick<ProductDraft, 'options' | 'variants' | 'handle'>

/** A value as a code: "Azul añil" is "azul-anil". */
export function codeOf(label: string): string {
  return label
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

/** Every combination of the other options' values, with a place for the one at `index`. */
function combinations(options: readonly ProductOption[], index: number, value: string): string[][] {
  return options.reduce<string[][]>(
    (rows, option, i) => {
      const values = i === index ? [value] : option.values.map((other) => other.value)
      return rows.flatMap((row) => values.map((next) => [...row, next]))
    },
    [[]],
  )
}

function skuOf(handle: string, values: readonly string[]): string {
  return [handle, ...values].filter(Boolean).join('-').toUpperCase()
}

/** Adds a value and the variants that it makes possible; their price is that of their nearest sibling. */
export function addValue<M extends Matrix>(matrix: M, index: number, label: string, swatch: string | null): M {
  const value = codeOf(label)
  const option = matrix.options[index]
  if (!option || value === '' || option.values.some((known) => known.value === value)) return matrix
  const options = matrix.options.map((known, i) =>
    i === index ? { ...known, values: [...known.values, { value, label: { es: label, en: label }, swatch }] } : known,
  )
  const sibling = matrix.variants[0]
  const added = combinations(options, index, value).map((optionValues): VariantDraft => {
    const near =
      matrix.variants.find((variant) =>
        variant.optionValues.every((known, i) => i === index || known === optionValues[i]),
      ) ?? sibling
    return {
      id: null,
      sku: skuOf(matrix.handle, optionValues),
      gtin: '',
      optionValues,
      weightGrams: near?.weightGrams ?? null,
      stockTracked: near?.stockTracked ?? true,
      price: near?.price ?? '',
      markdown: '',
      markdownStartsAt: null,
      markdownEndsAt: null,
      priorMinor: null,
    }
  })
  return { ...matrix, options, variants: [...matrix.variants, ...added] }
}

/** Takes a value and its variants out. The last value takes the option with it where that leaves no two variants alike. */
export function removeValue<M extends Matrix>(matrix: M, index: number, value: string): M {
  const option = matrix.options[index]
  if (!option) return matrix
  if (option.values.length === 1) return removeOption(matrix, index)
  return {
    ...matrix,
    options: matrix.options.map((known, i) =>
      i === index ? { ...known, values: known.values.filter((entry) => entry.value !== value) } : known,
    ),
    variants: matrix.variants.filter((variant) => variant.optionValues[index] !== value),
  }
}

function removeOption<M extends Matrix>(matrix: M, index: number): M {
  const without = (values: readonly string[]) => values.filter((_, i) => i !== index)
  return {
    ...matrix,
    options: matrix.options.filter((_, i) => i !== index),
    variants: matrix.variants.map((variant) => ({ ...variant, optionValues: without(variant.optionValues) })),
  }
}

/** A new option with its first value, which every variant there is takes. */
export function addOption<M extends Matrix>(matrix: M, name: string, firstValue: string): M {
  const value = codeOf(firstValue)
  const option: ProductOption = {
    key: codeOf(name),
    name: { es: name, en: name },
    values: [{ value, label: { es: firstValue, en: firstValue }, swatch: null }],
  }
  return {
    ...matrix,
    options: [...matrix.options, option],
    variants: matrix.variants.map((variant) => ({ ...variant, optionValues: [...variant.optionValues, value] })),
  }
}
