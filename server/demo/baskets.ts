import type { DemoPerson } from './people.ts'
import type { DemoProduct, DemoVariant } from './products/index.ts'
import type { Dice } from './seed.ts'

type Asked = {
  products: readonly DemoProduct[]
  person: DemoPerson | null
  /** Only what was on sale that long ago. */
  daysAgo: number
  counter: boolean
}

/** Goods bought in several pieces: napkins for a long table, soap for the year. */
const bySeveral = new Set([403, 404, 409, 421, 423, 507, 605, 701, 704])

const lineCounts = { counter: [46, 29, 15, 7, 3], web: [36, 33, 18, 9, 4] } as const

/** What somebody puts into a basket: their shelf first, their own size, sometimes a gift for another. No variant twice. */
export function basketOf(dice: Dice, { products, person, daysAgo, counter }: Asked): { sku: string; units: number }[] {
  const offered = products.filter(({ onSaleForDays }) => onSaleForDays > daysAgo)
  const weights = counter ? lineCounts.counter : lineCounts.web
  const count = 1 + dice.weighted([0, 1, 2, 3, 4], (more) => weights[more] ?? 0)
  const basket = new Map<string, number>()
  for (let line = 0; line < count; line++) {
    const product = dice.weighted(offered, (each) => each.popularity ** 1.4 * affinity(each, person))
    const variant = chooseVariant(dice, product, person)
    const units = bySeveral.has(product.number) && dice.chance(0.45) ? dice.int(2, 4) : 1
    basket.set(variant.sku, Math.min(6, (basket.get(variant.sku) ?? 0) + units))
  }
  return [...basket].map(([sku, units]) => ({ sku, units }))
}

function affinity({ collections }: DemoProduct, person: DemoPerson | null): number {
  if (!person) return 1
  const wears = collections.includes('mujer') || collections.includes('hombre')
  const { shelf } = person.taste
  if (shelf === 'casa') return wears ? 0.35 : 2.2
  return collections.includes(shelf) ? 3 : wears ? 0.5 : 1
}

function chooseVariant(dice: Dice, { variants }: DemoProduct, person: DemoPerson | null): DemoVariant {
  const own = person && dice.chance(0.86) ? variants.filter((variant) => fits(variant, variants, person)) : []
  return dice.weighted(own.length > 0 ? own : variants, ({ demand }) => demand)
}

/** Whether this is the person's own size in a run that has one; a run without it fits everybody. */
function fits({ sizeCode }: DemoVariant, variants: readonly DemoVariant[], { taste }: DemoPerson): boolean {
  const sizes = new Set(variants.map((each) => each.sizeCode))
  if (sizes.has('38')) return sizeCode === taste.shoeSize
  if (sizes.has('XXL')) return sizeCode === taste.menSize
  if (sizes.has('XS')) return sizeCode === taste.womenSize
  return true
}
