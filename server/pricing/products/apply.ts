/** Writes products with their prices and opening stock. */
import { applyDrafts, type DraftResult, resolveLinks } from '#catalog'
import type { Tx } from '#platform/db'
import { type ApplyContext, flag, type Issue, type Outcome } from '#platform/imports/index'
import { type PriceItem, setPrices } from '../set-prices.ts'
import type { ProductThing } from './thing.ts'

/**
 * Puts first units on the shelf for variants that have none and never had any; those with a history are left alone, because what was
 * counted and sold since is truer than a product file. Returns the variants it did so for, or
 * undefined when there is no place to put them. Stock is a module beside this one, so the
 * application brings the function.
 */
export type OpenStock = (
  tx: Tx,
  context: ApplyContext,
  items: readonly { variantId: string; units: number }[],
) => Promise<ReadonlySet<string> | undefined>

let openStock: OpenStock | undefined

/** Says who puts imported units on the shelf. Without it, quantities are flagged and left out. */
export function openStockWith(work: OpenStock): void {
  openStock = work
}

/** Applies a batch: products, then prices, then stock; all in the batch's transaction. */
export async function applyProducts(
  tx: Tx,
  context: ApplyContext,
  things: readonly { line: number; value: ProductThing }[],
): Promise<Outcome[]> {
  const found = new Map<ProductThing['draft'], Issue[]>()
  const results = await applyDrafts(
    tx,
    context.clock,
    things.map(({ value }) => value.draft),
    found,
  )
  const repriced = await applyPrices(tx, context, things, results)
  const stocked = await applyStock(tx, context, things, results, found)
  return things.map(({ value }, at) => {
    const result = results[at] as DraftResult
    const ids = result.variantIds.flatMap((id) => id ?? [])
    const isChanged = result.changed || ids.some((id) => repriced.has(id) || stocked.has(id))
    return {
      result: result.productId === null ? 'refused' : isChanged ? 'taken' : 'unchanged',
      issues: found.get(value.draft) ?? [],
      counts: {
        products: Number(result.created),
        variants: result.newVariants,
        prices: ids.filter((id) => repriced.has(id)).length,
        stocked: ids.filter((id) => stocked.has(id)).length,
      },
    }
  })
}

type Things = readonly { line: number; value: ProductThing }[]

async function applyPrices(
  tx: Tx,
  { clock, actorId }: ApplyContext,
  things: Things,
  results: readonly DraftResult[],
): Promise<Set<string>> {
  const date = (text: string | null | undefined) => (typeof text === 'string' ? new Date(text) : text)
  const items = things.flatMap(({ value }, at) =>
    value.prices.flatMap((price, index): PriceItem[] => {
      const variantId = results[at]?.variantIds[index]
      if (!price || !variantId) return []
      return [
        {
          ...price,
          variantId,
          markdownStartsAt: date(price.markdownStartsAt),
          markdownEndsAt: date(price.markdownEndsAt),
        },
      ]
    }),
  )
  if (items.length === 0) return new Set()
  const { changedVariantIds } = await setPrices(tx, clock, { items, changedBy: actorId })
  return new Set(changedVariantIds)
}

async function applyStock(
  tx: Tx,
  context: ApplyContext,
  things: Things,
  results: readonly DraftResult[],
  issues: ReadonlyMap<ProductThing['draft'], Issue[]>,
): Promise<ReadonlySet<string>> {
  const wanted = things.flatMap(({ line, value: { draft, stock } }, at) =>
    stock.flatMap((units, index) => {
      const variantId = results[at]?.variantIds[index]
      const variant = draft.variants[index]
      if (units === null || units <= 0 || !variantId || variant?.stockTracked === false) return []
      return [{ variantId, units, draft, line: variant?.line ?? line }]
    }),
  )
  const stocked = wanted.length === 0 ? new Set<string>() : await openStock?.(tx, context, wanted)
  if (stocked) return stocked
  for (const { draft, line, units } of wanted) issues.get(draft)?.push(noPlace(line, units))
  return new Set()
}

function noPlace(line: number, units: number): Issue {
  return flag(line, 'stock', 'no_place', String(units), {
    es: 'No hay ningún lugar donde poner estas unidades. Crea una tienda o un almacén e importa las existencias.',
    en: 'There is no place to put these units. Make a shop or a warehouse and import the stock.',
  })
}

/** When all products are there: what a grouped product lists, and what goes with what. */
export async function finishProducts(tx: Tx, { clock }: ApplyContext): Promise<void> {
  await resolveLinks(tx, clock)
}
