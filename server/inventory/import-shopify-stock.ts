import { z } from 'zod'
import { variantIdsBySku } from '#catalog'
import type { Queryable, Tx } from '#platform/db'
import {
  type ApplyContext,
  flag,
  type Importer,
  type Issue,
  type JsonRow,
  normalized,
  type Outcome,
  refusal,
  registerImporter,
} from '#platform/imports/index'
import { sql } from '#platform/sql'
import { keyOf, lockLevels, type StockKey } from './levels.ts'
import { type Location, listLocations } from './locations.ts'
import { countStock } from './stock-changes.ts'

const id = z.union([z.number(), z.string()]).transform(String)
const item = z.looseObject({ id, sku: z.string().nullish() })
const place = z.looseObject({ id, name: z.string() })
const level = z.looseObject({ inventory_item_id: id, location_id: id, available: z.int().nullable() })
/** One element of Shopify's answers about stock. */
type Element =
  | { kind: 'item'; name: string; sku: string }
  | { kind: 'place'; name: string; called: string }
  | { kind: 'level'; item: string; place: string; available: number | null }

const roots: Readonly<Record<string, 'item' | 'place' | 'level'>> = {
  inventory_item: 'item',
  inventory_items: 'item',
  location: 'place',
  locations: 'place',
  inventory_level: 'level',
  inventory_levels: 'level',
}

/**
 * Stock as Shopify's Admin API answers it, in files of three sorts: `inventory_items` say which article a number is (by SKU), `locations` which
 * place (by name or code; or `--set place.487838322=VLC`), `inventory_levels` how many are free there. Free is what Shopify would sell: units
 * that are promised or held here lie on the shelf beside them.
 */
const importer: Importer<Element> = {
  kind: 'stock',
  format: 'shopify-inventory-json',
  name: { es: 'JSON de existencias de Shopify', en: 'Shopify inventory JSON' },
  source: 'json',
  detect: (sample) => sample.source === 'json' && sample.root in roots,
  async *read(rows) {
    for await (const { line, root, json } of rows as AsyncIterable<JsonRow>) {
      const value = elementOf(roots[root], json)
      yield value ? { line, rows: 1, value, issues: [] } : { line, rows: 1, issues: [unreadable(line, root)] }
    }
  },
  apply: applyElements,
}

function elementOf(kind: (typeof roots)[string] | undefined, json: unknown): Element | undefined {
  switch (kind) {
    case 'item': {
      const { data } = item.safeParse(json)
      return data && { kind, name: data.id, sku: data.sku ?? '' }
    }
    case 'place': {
      const { data } = place.safeParse(json)
      return data && { kind, name: data.id, called: data.name }
    }
    case 'level': {
      const { data } = level.safeParse(json)
      return data && { kind, item: data.inventory_item_id, place: data.location_id, available: data.available }
    }
    default:
      return undefined
  }
}

function unreadable(line: number, root: string): Issue {
  return refusal(line, root, 'not_readable', null, {
    es: 'Este elemento no es como lo escribe Shopify; sácalo de nuevo.',
    en: 'This element is not as Shopify writes it; take it out again.',
  })
}

type Things = readonly { line: number; value: Element }[]
type Known = {
  items: Map<string, string>
  places: Map<string, string>
  bySku: Map<string, string>
  locations: Location[]
}

async function applyElements(tx: Tx, context: ApplyContext, things: Things): Promise<Outcome[]> {
  const known = await whatIsKnown(tx, things)
  const outcomes: Outcome[] = []
  for (const { line, value } of things)
    outcomes.push(
      value.kind === 'level'
        ? await applyLevel(tx, context, { line, value, known })
        : await learn(tx, context, { line, value, known }),
    )
  return outcomes
}

async function whatIsKnown(q: Queryable, things: Things): Promise<Known> {
  const rows = await q.many<{ kind: string; name: string; id: string }>(sql`
    select kind, name, coalesce(variant_id, location_id) as id from inventory.foreign_name where system = 'shopify'
       and (kind = 'place' or name = any (${things.map(({ value }) => (value.kind === 'level' ? value.item : value.name))}::text[]))`)
  const of = (kind: string) => new Map(rows.filter((row) => row.kind === kind).map((row) => [row.name, row.id]))
  const skus = things.flatMap(({ value }) => (value.kind === 'item' ? [value.sku] : []))
  return {
    items: of('item'),
    places: of('place'),
    bySku: await variantIdsBySku(q, skus),
    locations: await listLocations(q),
  }
}

/** Which of our articles or places a number of theirs is. */
async function learn(
  tx: Tx,
  { options }: ApplyContext,
  { line, value, known }: { line: number; value: Exclude<Element, { kind: 'level' }>; known: Known },
): Promise<Outcome> {
  const isItem = value.kind === 'item'
  const ours = isItem
    ? known.bySku.get(value.sku.trim().toUpperCase())
    : (saidPlace(options, value.name, known) ?? placeCalled(known, value.called))?.id
  if (ours === undefined)
    return {
      result: 'refused',
      issues: [isItem ? unknownSku(line, value.sku) : unknownPlace(line, value.called, value.name, known)],
    }
  const names = isItem ? known.items : known.places
  if (names.get(value.name) === ours) return { result: 'unchanged' }
  names.set(value.name, ours)
  await remember(tx, value.kind, value.name, ours)
  return { result: 'taken', counts: isItem ? { articles: 1 } : { places: 1 } }
}

async function remember(tx: Tx, kind: 'item' | 'place', name: string, ours: string): Promise<void> {
  const [variantId, locationId] = kind === 'item' ? [ours, null] : [null, ours]
  await tx.run(sql`
    insert into inventory.foreign_name (system, kind, name, variant_id, location_id) values ('shopify', ${kind}, ${name}, ${variantId}, ${locationId})
    on conflict (system, kind, name) do update set variant_id = excluded.variant_id, location_id = excluded.location_id`)
}

function placeCalled({ locations }: Known, called: string): Location | undefined {
  return locations.find(({ code, name }) => [code, name].some((known) => normalized(known) === normalized(called)))
}

function saidPlace(options: ApplyContext['options'], name: string, known: Known): Location | undefined {
  const said = options[`place.${name}`] ?? options['place']
  return said === undefined ? undefined : placeCalled(known, said)
}

/** How many are free in a place. A second time nothing changes. */
async function applyLevel(
  tx: Tx,
  { clock, runId, actorId, options }: ApplyContext,
  { line, value, known }: { line: number; value: Extract<Element, { kind: 'level' }>; known: Known },
): Promise<Outcome> {
  const variantId = known.items.get(value.item)
  if (variantId === undefined) return { result: 'refused', issues: [unknownItem(line, value.item)] }
  const locationId = saidPlace(options, value.place, known)?.id ?? known.places.get(value.place)
  if (locationId === undefined)
    return { result: 'refused', issues: [unknownPlace(line, value.place, value.place, known)] }
  if (value.available === null) return { result: 'unchanged', issues: [notCounted(line, value.item)] }
  const key: StockKey = { variantId, locationId }
  const here = (await lockLevels(tx, [key], { create: true })).get(keyOf(key))
  const taken = here ? here.allocated + here.reserved : 0
  const counted = Math.max(0, value.available) + taken
  const { differences } = await countStock(tx, clock, {
    items: [{ ...key, counted }],
    reason: 'import',
    reference: runId,
    actorId,
  })
  const issues = value.available < 0 ? [oversold(line, value.available)] : []
  return differences.length > 0 ? { result: 'taken', issues, counts: { levels: 1 } } : { result: 'unchanged', issues }
}

function unknownSku(line: number, sku: string): Issue {
  return refusal(line, 'sku', 'unknown_code', sku, {
    es: 'Importa antes el producto, o corrige el código.',
    en: 'Import the product first, or correct the code.',
  })
}

function unknownItem(line: number, name: string): Issue {
  return refusal(line, 'inventory_item_id', 'unknown_item', name, {
    es: 'No se sabe qué artículo es este número. Importa antes inventory_items, que dice su SKU.',
    en: 'Nobody knows which article this number is. Import inventory_items first: it says the SKU.',
  })
}

function unknownPlace(line: number, called: string, name: string, { locations }: Known): Issue {
  const codes = locations.map(({ code }) => code).join(', ')
  return refusal(line, 'location_id', 'unknown_place', called, {
    es: `No hay ningún lugar con ese nombre. Dilo con --set place.${name}=CÓDIGO. Lugares: ${codes}.`,
    en: `There is no place of that name. Say it with --set place.${name}=CODE. Places: ${codes}.`,
  })
}

function notCounted(line: number, name: string): Issue {
  return flag(line, 'available', 'not_counted', name, {
    es: 'Shopify no cuenta este artículo; su existencia se deja como está.',
    en: 'Shopify does not count this article; its stock is left as it is.',
  })
}

function oversold(line: number, available: number): Issue {
  return flag(line, 'available', 'oversold_there', String(available), {
    es: 'Shopify había vendido más de lo que tenía; aquí no queda ninguno libre. Decide qué pedido espera.',
    en: 'Shopify had sold more than it had; none is free here. Decide which order waits.',
  })
}

/** Makes the importer known to the engine. */
export function registerShopifyStock(): void {
  registerImporter(importer)
}
