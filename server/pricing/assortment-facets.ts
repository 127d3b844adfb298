import type { ProductFilters } from '@hilo/contract'
import { optionKeyOf } from './option-keys.ts'

type Option = {
  key?: string
  name: { es: string; en: string }
  values: readonly { value: string; label: { es: string; en: string }; swatch?: string | null }[]
}
type Facet = ProductFilters['colors'][number]

/** The values of one option over all products, each with a number. */
class Values {
  readonly #numbers = new Map<string, number>()
  readonly list: Omit<Facet, 'products'>[] = []

  /** The number of a value; −1 when nothing has it. */
  numberOf(value: string): number {
    return this.#numbers.get(value) ?? -1
  }

  /** The number of a variant's value; one that its product does not list is called what it is. −1 without a value. */
  numberFor(value: string | undefined): number {
    if (value === undefined) return -1
    if (!this.#numbers.has(value)) this.learn({ value, label: { es: value, en: value } })
    return this.numberOf(value)
  }

  learn({ value, label, swatch = null }: Option['values'][number]): void {
    const known = this.#numbers.get(value)
    if (known === undefined) this.#numbers.set(value, this.list.push({ value, label, swatch }) - 1)
    else this.list[known] = { value, label, swatch }
  }
}

/** Colours and sizes of an assortment. */
export class Facets {
  readonly color = new Values()
  readonly size = new Values()
  readonly #places = new WeakMap<readonly Option[], readonly [number, number]>()

  /** Takes the values of a product's options in; gives the places of colour and size among them, −1 for none. */
  learn(options: readonly Option[]): readonly [number, number] {
    const known = this.#places.get(options)
    if (known) return known
    const keys = options.map(optionKeyOf)
    const places = [keys.indexOf('color'), keys.indexOf('size')] as const
    for (const value of options[places[0]]?.values ?? []) this.color.learn(value)
    for (const value of options[places[1]]?.values ?? []) this.size.learn(value)
    this.#places.set(options, places)
    return places
  }
}
