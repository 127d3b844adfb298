import type { DemoPlace, PlaceCode } from './places.ts'
import type { DemoProduct } from './products/index.ts'
import type { Dice } from './seed.ts'

/** Units of one variant that lie at one place today. */
export type StockFact = { sku: string; place: PlaceCode; units: number; safetyStock: number }

/** Holes a visitor can walk into: sold out here, present there. Everything else follows from the dice. */
export const plannedHoles: readonly { sku: string; units: Partial<Record<PlaceCode, number>> }[] = [
  // One unit in Sevilla, nothing in Valencia or anywhere else.
  { sku: 'VES-MARINA-SAL-M', units: { SVQ: 2 } },
  // Only the warehouse has it: every shop must wait for a transfer.
  { sku: 'CHA-FARO-ARE-S', units: { GET: 4 } },
  // Everywhere but Palma.
  { sku: 'TOA-BRUMA-ANI-BAN', units: { GET: 12, VLC: 3, SVQ: 2, BIO: 3, MAD: 5 } },
  // The last one, on a shelf in Bilbao.
  { sku: 'AME-ALAMEDA-SAL-L', units: { BIO: 2 } },
  // Nowhere.
  { sku: 'FAL-ESPIGA-TER-S', units: {} },
  // Plenty, for the gift.
  { sku: 'TAZ-FAENA-CRU', units: { GET: 80, VLC: 16, SVQ: 14, BIO: 12, MAD: 18, PMI: 10 } },
]

/**
 * What lies where today. Shops carry about three quarters of the range, thinly; the warehouse carries nearly all of it. Marked
 * down goods have gaps in the middle sizes, as every sale has.
 */
export function demoStock(dice: Dice, products: readonly DemoProduct[], places: readonly DemoPlace[]): StockFact[] {
  const planned = new Map(plannedHoles.map(({ sku, units }) => [sku, units]))
  return places.flatMap((place) =>
    products.flatMap((product) => {
      const own = dice.fork(`${place.code} ${product.stem}`)
      const isCarried = place.kind === 'warehouse' || own.chance(carriedShare(product, place.code))
      return product.variants.map((variant): StockFact => {
        const exact = planned.get(variant.sku)
        const units = exact ? (exact[place.code] ?? 0) : isCarried ? shelfUnits(own, product, variant.demand, place) : 0
        return { sku: variant.sku, place: place.code, units, safetyStock: units > 0 ? place.safetyStockForWeb : 0 }
      })
    }),
  )
}

/** Bilbao is short on beach things, Palma on blankets; popular goods are everywhere. */
function carriedShare({ popularity, collections, stem }: DemoProduct, code: PlaceCode): number {
  const base = 0.5 + popularity * 0.05
  if (code === 'BIO' && /PONIENTE|MALVARROSA|CALETA|ALBUFERA/.test(stem)) return 0.2
  if (code === 'PMI' && (collections.includes('cama') || /SERENA|ESTIBADOR/.test(stem))) return 0.35
  return code === 'MAD' ? Math.min(1, base + 0.2) : base
}

function shelfUnits(dice: Dice, product: DemoProduct, demand: number, { kind, code }: DemoPlace): number {
  const strength = (product.popularity / 6) * Math.sqrt(demand)
  const isSale = product.markdownPercent !== null
  if (kind === 'warehouse') {
    if (dice.chance(isSale ? 0.3 : 0.05)) return 0
    return Math.max(1, Math.round(strength * (isSale ? 2 : 7) * (0.5 + dice.next())))
  }
  if (dice.chance(isSale ? 0.45 : 0.17)) return 0
  const size = code === 'MAD' ? 1.5 : code === 'PMI' ? 0.7 : 1
  return Math.max(1, Math.round(strength * size * (isSale ? 0.7 : 1.4) * (0.5 + dice.next())))
}
