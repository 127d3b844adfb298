import type { Picture, PlaceNow, StoreProduct, StoreVariant, VariantStock } from '@hilo/contract'

/** How much of one option value can be promised, given the other choices made. */
export type ValueState = 'in_stock' | 'few' | 'none' | 'missing'
export type OptionView = {
  key: string
  name: { es: string; en: string }
  values: {
    value: string
    label: { es: string; en: string }
    swatch: string | null
    chosen: boolean
    state: ValueState
  }[]
}
export type ProductChoice = {
  options: OptionView[]
  /** The one variant that the choices name; null while one is open. */
  variant: StoreVariant | null
  /** Keys of options still to be chosen. */
  open: string[]
}

const rank: Record<ValueState, number> = { missing: 0, none: 1, few: 2, in_stock: 3 }

/**
 * Reads the choices of a product page from its URL and says, for each value, what could be promised.
 *
 * An option with one value is chosen by itself. Colour is always chosen, since the picture must show one: the first that can be
 * had when the URL names none. Size waits for the shopper.
 * @param stock by variant id; variants without an entry count as sold out when they are tracked
 */
export function choose(
  product: StoreProduct,
  search: URLSearchParams,
  stock: ReadonlyMap<string, VariantStock>,
): ProductChoice {
  const chosen: (string | null)[] = product.options.map((option, index) => {
    const asked = search.get(option.key)
    if (asked !== null && option.values.some((value) => value.value === asked)) return asked
    if (option.values.length === 1) return option.values[0]?.value ?? null
    if (option.key !== 'color') return null
    const best = option.values.find((value) => bestState(product, [[index, value.value]], stock) !== 'none')
    return (best ?? option.values[0])?.value ?? null
  })
  const options = product.options.map((option, index) => ({
    key: option.key,
    name: option.name,
    values: option.values.map((value) => {
      const others = chosen.flatMap((other, at): [number, string][] =>
        other === null || at === index ? [] : [[at, other]],
      )
      return {
        ...value,
        chosen: chosen[index] === value.value,
        state: bestState(product, [...others, [index, value.value]], stock),
      }
    }),
  }))
  const open = product.options.filter((_, index) => chosen[index] === null).map((option) => option.key)
  const variant =
    open.length > 0
      ? null
      : (product.variants.find((each) => each.optionValues.every((value, index) => value === chosen[index])) ?? null)
  return { options, variant, open }
}

/** The best state among the variants that have all these values. */
function bestState(
  product: StoreProduct,
  wanted: [index: number, value: string][],
  stock: ReadonlyMap<string, VariantStock>,
): ValueState {
  let best: ValueState = 'missing'
  for (const variant of product.variants) {
    if (!wanted.every(([index, value]) => variant.optionValues[index] === value)) continue
    const state = stateOf(variant, stock)
    if (rank[state] > rank[best]) best = state
  }
  return best
}

/** What can be promised of one variant anywhere. */
export function stateOf(variant: StoreVariant, stock: ReadonlyMap<string, VariantStock>): ValueState {
  if (!variant.stockTracked) return 'in_stock'
  return stock.get(variant.id)?.state ?? 'none'
}

/** Pictures for the chosen colour, then those that show every colour; never empty where the product has any. */
export function picturesFor(product: StoreProduct, chosen: readonly string[]): Picture[] {
  const usable = product.media.filter((picture) => picture.url !== null)
  const own = usable.filter((picture) => picture.optionValue !== null && chosen.includes(picture.optionValue))
  const general = usable.filter((picture) => picture.optionValue === null)
  const pictures = [...own, ...general]
  return pictures.length > 0 ? pictures : usable.slice(0, 2)
}

export type PlaceView = {
  place: PlaceNow
  available: number
  state: 'here' | 'brought' | 'none'
  readyFrom: string | null
}

/** The shops with what each could promise of one variant, in the order of the answer (nearest first where known). */
export function placesOf(places: readonly PlaceNow[], stock: VariantStock | undefined): PlaceView[] {
  return places.flatMap((place): PlaceView[] => {
    if (place.kind !== 'shop') return []
    const here = stock?.places.find((each) => each.locationId === place.id)
    const state =
      here?.via === 'here' || (here && here.available > 0) ? 'here' : here?.via === 'transfer' ? 'brought' : 'none'
    return [{ place, available: here?.available ?? 0, state, readyFrom: here?.readyFrom ?? null }]
  })
}

/** Other colours in which the chosen size can still be had: the help beside a sold-out choice. */
export function otherColors(
  product: StoreProduct,
  variant: StoreVariant,
  stock: ReadonlyMap<string, VariantStock>,
): { value: string; label: { es: string; en: string } }[] {
  const colorAt = product.options.findIndex((option) => option.key === 'color')
  if (colorAt < 0) return []
  return (product.options[colorAt]?.values ?? []).filter((color) =>
    product.variants.some(
      (each) =>
        each.optionValues[colorAt] === color.value &&
        each.id !== variant.id &&
        each.optionValues.every((value, index) => index === colorAt || value === variant.optionValues[index]) &&
        stateOf(each, stock) !== 'none',
    ),
  )
}
