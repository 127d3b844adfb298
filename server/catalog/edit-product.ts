/** Products as people make and change them in the console. */
import type { CreateProductBody, EditProductBody, optionBody, variantBody, variantsBody } from '@hilo/contract'
import type { z } from 'zod'
import type { Clock } from '#platform/clock'
import { isUniqueViolation, type Tx } from '#platform/db'
import { cleanHtml } from '#platform/html'
import { newId } from '#platform/ids'
import { platformProblems } from '#platform/problems'
import { sql } from '#platform/sql'
import { handleOf, optionKey } from './options.ts'
import { catalogProblems } from './problems.ts'
import {
  type Change,
  collectIn,
  insertVariants,
  productsChanged,
  publishOn,
  updateVariants,
  type VariantRow,
} from './write.ts'

type OptionBody = z.output<typeof optionBody>
type VariantBody = z.output<typeof variantBody>
/** Variants that were made, with the first price they were given. */
export type NewVariant = { id: string; sku: string; amountMinor: number | undefined }

/**
 * Makes a product with its variants; without any it gets one, called like the handle.
 * @throws Problem catalog.handle_taken, catalog.sku_taken, catalog.gtin_taken, catalog.options_mismatch
 */
export async function createProduct(
  tx: Tx,
  clock: Clock,
  body: CreateProductBody,
): Promise<{ productId: string; variants: NewVariant[] }> {
  const productId = newId('prd')
  const handle = body.handle ?? (await freeHandle(tx, handleOf(body.title.es)))
  const options = toStoredOptions(body.options)
  const now = clock.now()
  const made = await tx.run(sql`
    insert into catalog.product (id, handle, status, kind, title, description, facts, vendor, product_type, tags, tax_class, options,
                                 external_url, created_at, updated_at)
    values (${productId}, ${handle}, ${body.status ?? 'draft'}, ${body.kind ?? 'physical'}, ${JSON.stringify(body.title)}::jsonb,
            ${JSON.stringify(clean(body.description ?? { es: '', en: '' }))}::jsonb, ${JSON.stringify(body.facts ?? {})}::jsonb,
            ${body.vendor ?? ''}, ${body.productType ?? ''}, ${body.tags ?? []}::text[], ${body.taxClass ?? 'standard'},
            ${JSON.stringify(options)}::jsonb, ${body.externalUrl ?? null}, ${now}, ${now})
    on conflict (handle) do nothing`)
  if (made === 0) throw catalogProblems.handle_taken({ parameter: 'handle', handle })
  const needsVariant =
    body.variants.length === 0 && options.length === 0 && body.kind !== 'grouped' && body.kind !== 'external'
  const wanted = needsVariant ? [plainVariant(handle)] : body.variants
  checkMatrix(body.options, wanted)
  await checkCodes(tx, wanted, [])
  const variants = wanted.map((variant, position) => ({ ...variant, id: newId('var'), position }))
  await mapCodeErrors(insertVariants(tx, clock, productId, variants))
  await publishOn(tx, productId, body.channelIds ?? [])
  await collectIn(tx, productId, body.collectionIds ?? [])
  await productsChanged(tx, clock, new Map<string, Change>([[productId, 'created']]))
  return { productId, variants: variants.map(({ id, sku, amountMinor }) => ({ id, sku, amountMinor })) }
}

function plainVariant(handle: string): VariantBody {
  return { sku: handle.toUpperCase(), gtin: null, optionValues: [], weightGrams: null, stockTracked: true }
}

function clean({ es, en }: { es: string; en: string }): { es: string; en: string } {
  return { es: cleanHtml(es), en: cleanHtml(en) }
}

/** A handle nobody has: the wanted one, else with the first free number behind it. */
export async function freeHandle(tx: Tx, wanted: string): Promise<string> {
  const rows = await tx.many<{ handle: string }>(sql`
    select handle from catalog.product where handle = ${wanted} or handle ~ ('^' || ${wanted}::text || '-[0-9]+$')`)
  const taken = new Set(rows.map(({ handle }) => handle))
  if (!taken.has(wanted)) return wanted
  for (let n = 2; ; n++) if (!taken.has(`${wanted}-${n}`)) return `${wanted}-${n}`
}

/** Options as they are stored, each with the key the shop filters by. */
export function toStoredOptions(
  options: readonly OptionBody[],
): { key: string; name: OptionBody['name']; values: OptionBody['values'] }[] {
  return options.map(({ key, name, values }) => ({ key: key ?? optionKey(name), name, values }))
}

/**
 * Changes fields of a product; those left out stay.
 * @throws Problem catalog.product_not_found, platform.changed_meanwhile, catalog.handle_taken
 */
export async function editProduct(tx: Tx, clock: Clock, productId: string, body: EditProductBody): Promise<void> {
  await lockProduct(tx, clock, productId, body.version)
  const json = (value: object | undefined) => (value === undefined ? null : JSON.stringify(value))
  const saved = tx.run(sql`
    update catalog.product
       set handle = coalesce(${body.handle ?? null}, handle), status = coalesce(${body.status ?? null}, status),
           kind = coalesce(${body.kind ?? null}, kind), title = coalesce(${json(body.title)}::jsonb, title),
           description = coalesce(${json(body.description && clean(body.description))}::jsonb, description),
           facts = coalesce(${json(body.facts)}::jsonb, facts), vendor = coalesce(${body.vendor ?? null}, vendor),
           product_type = coalesce(${body.productType ?? null}, product_type), tags = coalesce(${body.tags ?? null}::text[], tags),
           tax_class = coalesce(${body.taxClass ?? null}, tax_class),
           external_url = case when ${body.externalUrl !== undefined} then ${body.externalUrl ?? null} else external_url end
     where id = ${productId}`)
  await saved.catch((error: unknown) => {
    if (isUniqueViolation(error, 'product_handle_key'))
      throw catalogProblems.handle_taken({ parameter: 'handle', handle: body.handle })
    throw error
  })
  if (body.channelIds) await publishOn(tx, productId, body.channelIds)
  if (body.collectionIds) await collectIn(tx, productId, body.collectionIds)
  await productsChanged(
    tx,
    clock,
    new Map<string, Change>([[productId, body.status === 'archived' ? 'archived' : 'updated']]),
  )
}

/**
 * Locks the product and raises its version.
 * @throws Problem catalog.product_not_found; platform.changed_meanwhile when it is not at the version that was read
 */
export async function lockProduct(tx: Tx, clock: Clock, productId: string, version: number | undefined): Promise<void> {
  const row = await tx.maybeOne<{ version: number }>(
    sql`select version from catalog.product where id = ${productId} for update`,
  )
  if (!row) throw catalogProblems.product_not_found({ productId })
  if (version !== undefined && row.version !== version)
    throw platformProblems.changed_meanwhile({ version: row.version })
  await tx.run(
    sql`update catalog.product set version = version + 1, updated_at = ${clock.now()} where id = ${productId}`,
  )
}

/**
 * Writes the whole matrix of a product: options and variants. Variants with an id are changed, others made, those left out
 * archived; a combination that was archived before comes back with its stock and history.
 * @throws Problem catalog.product_not_found, platform.changed_meanwhile, catalog.options_mismatch, catalog.sku_taken, catalog.gtin_taken
 */
export async function saveVariants(
  tx: Tx,
  clock: Clock,
  productId: string,
  { version, options, variants }: z.output<typeof variantsBody>,
): Promise<NewVariant[]> {
  await lockProduct(tx, clock, productId, version)
  checkMatrix(options, variants)
  const known = await tx.many<{ id: string; optionValues: string[]; status: string }>(sql`
    select id, option_values as "optionValues", status from catalog.variant where product_id = ${productId} order by id for update`)
  const asked = new Set(variants.flatMap(({ id }) => id ?? []))
  const rows = variants.map((variant, position) => {
    if (variant.id !== undefined && !known.some(({ id }) => id === variant.id)) {
      throw catalogProblems.options_mismatch({ parameter: `variants.${position}.id`, variantId: variant.id })
    }
    const archived = known.find(({ id, optionValues }) => !asked.has(id) && same(optionValues, variant.optionValues))
    return { ...variant, position, knownId: variant.id ?? archived?.id }
  })
  const kept = new Set(rows.flatMap(({ knownId }) => knownId ?? []))
  await checkCodes(tx, variants, [...kept])
  const away = known.filter(({ id }) => !kept.has(id)).map(({ id }) => id)
  await tx.run(sql`update catalog.variant set status = 'archived' where id = any (${away}::text[])`)
  const toRow = (row: (typeof rows)[number], id: string): VariantRow => ({ ...row, id })
  await mapCodeErrors(
    updateVariants(
      tx,
      rows.flatMap((row) => (row.knownId === undefined ? [] : [toRow(row, row.knownId)])),
    ),
  )
  const made = rows.filter(({ knownId }) => knownId === undefined).map((row) => ({ ...row, id: newId('var') }))
  await mapCodeErrors(insertVariants(tx, clock, productId, made))
  await tx.run(sql`
    update catalog.product set options = ${JSON.stringify(toStoredOptions(options))}::jsonb where id = ${productId}`)
  await productsChanged(tx, clock, new Map<string, Change>([[productId, 'updated']]))
  return made.map(({ id, sku, amountMinor }) => ({ id, sku, amountMinor }))
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at])
}

/** @throws Problem catalog.options_mismatch naming the variant */
function checkMatrix(options: readonly OptionBody[], variants: readonly VariantBody[]): void {
  const seen = new Set<string>()
  variants.forEach(({ optionValues }, at) => {
    const fits =
      optionValues.length === options.length &&
      optionValues.every((value, index) => options[index]?.values.some((known) => known.value === value))
    const key = JSON.stringify(optionValues)
    if (!fits || seen.has(key))
      throw catalogProblems.options_mismatch({ parameter: `variants.${at}.optionValues`, optionValues })
    seen.add(key)
  })
}

/** @throws Problem catalog.sku_taken, catalog.gtin_taken naming the code */
async function checkCodes(tx: Tx, variants: readonly VariantBody[], ownIds: readonly string[]): Promise<void> {
  const skus = variants.map(({ sku }) => sku.toUpperCase())
  const gtins = variants.flatMap(({ gtin }) => gtin ?? [])
  const twice = <T>(values: readonly T[]) => values.find((value, at) => values.indexOf(value) !== at)
  const taken = await tx.many<{ sku: string; gtin: string | null }>(sql`
    select upper(sku) as sku, gtin from catalog.variant
     where (upper(sku) = any (${skus}::text[]) or gtin = any (${gtins}::text[])) and id <> all (${[...ownIds]}::text[])`)
  const sku = twice(skus) ?? taken.find((row) => skus.includes(row.sku))?.sku
  if (sku !== undefined) throw catalogProblems.sku_taken({ parameter: 'sku', sku })
  const gtin = twice(gtins) ?? taken.find((row) => row.gtin !== null && gtins.includes(row.gtin))?.gtin
  if (gtin) throw catalogProblems.gtin_taken({ parameter: 'gtin', gtin })
}

/** Two people may give the same code in the same moment: the index then says what the check could not. */
async function mapCodeErrors(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (isUniqueViolation(error, 'variant_sku_any_case'))
      throw catalogProblems.sku_taken({ parameter: 'sku' }, { cause: error })
    if (isUniqueViolation(error, 'variant_gtin'))
      throw catalogProblems.gtin_taken({ parameter: 'gtin' }, { cause: error })
    throw error
  }
}
