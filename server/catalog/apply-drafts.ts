/** Writes drafts of products. */
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { cleanHtml } from '#platform/html'
import { newId } from '#platform/ids'
import { flag, type Issue, refusal } from '#platform/imports/index'
import { sql } from '#platform/sql'
import {
  type DraftState,
  ensureCollections,
  type KnownProduct,
  type KnownVariant,
  knownProduct,
  readState,
} from './draft-state.ts'
import type { DraftResult, DraftVariant, ProductDraft } from './drafts.ts'
import { handleOf, optionKey, type StoredOption, valueKey } from './options.ts'
import {
  type Change,
  collectIn,
  insertVariants,
  productsChanged,
  publishOn,
  updateVariants,
  type VariantRow,
} from './write.ts'

type Work = {
  tx: Tx
  clock: Clock
  state: DraftState
  collections: ReadonlyMap<string, string>
  changes: Map<string, Change>
}

/**
 * Writes a batch of drafts. A draft whose product is there changes only what differs; `changed` says whether anything did. Issues are
 * added to `issues`: SKUs that belong to another product (the variant is refused), barcodes that are none or taken (left out).
 */
export async function applyDrafts(
  tx: Tx,
  clock: Clock,
  drafts: readonly ProductDraft[],
  issues: Map<ProductDraft, Issue[]>,
): Promise<DraftResult[]> {
  const state = await readState(tx, drafts)
  const collections = await ensureCollections(
    tx,
    drafts.flatMap((draft) => draft.collections),
  )
  const work: Work = { tx, clock, state, collections, changes: new Map() }
  const results: DraftResult[] = []
  for (const draft of drafts) {
    const found: Issue[] = []
    results.push(await applyOne(work, draft, found))
    issues.set(draft, found)
  }
  await productsChanged(tx, clock, work.changes)
  return results
}

async function applyOne(work: Work, draft: ProductDraft, issues: Issue[]): Promise<DraftResult> {
  const known = knownProduct(work.state, draft)
  if (!known && !draft.isWhole) {
    issues.push(
      refusal(draft.line, 'parent', 'parent_missing', draft.ref, {
        es: 'No existe el producto al que pertenece esta variante. Añádelo al fichero o impórtalo antes.',
        en: 'The product this variant belongs to does not exist. Add it to the file or import it first.',
      }),
    )
    return {
      productId: null,
      changed: false,
      created: false,
      variantIds: draft.variants.map(() => null),
      newVariants: 0,
    }
  }
  if (!known && draft.title === undefined) {
    issues.push(
      refusal(draft.line, 'title', 'title_missing', '', {
        es: 'Un producto nuevo necesita un nombre. Escríbelo en la primera fila del producto.',
        en: 'A new product needs a name. Write it in the first row of the product.',
      }),
    )
    return {
      productId: null,
      changed: false,
      created: false,
      variantIds: draft.variants.map(() => null),
      newVariants: 0,
    }
  }
  const product = known ?? (await createProduct(work, draft))
  let changed = known === undefined
  if (known && (await updateProduct(work, known, draft))) changed = true
  const variants = await applyVariants(work, product, draft, issues)
  if (await applyPictures(work, product, draft)) changed = true
  if (await applyCollections(work, product, draft)) changed = true
  changed ||= variants.changed
  if (changed) work.changes.set(product.id, known && work.changes.get(product.id) !== 'created' ? 'updated' : 'created')
  if (changed && known)
    await work.tx.run(sql`
    update catalog.product set version = version + 1, updated_at = ${work.clock.now()} where id = ${product.id}`)
  return {
    productId: product.id,
    changed,
    created: known === undefined,
    variantIds: variants.ids,
    newVariants: variants.made,
  }
}

async function createProduct({ tx, clock, state }: Work, draft: ProductDraft): Promise<KnownProduct> {
  const product: KnownProduct = {
    id: newId('prd'),
    handle: freeHandle(state, draft.handle),
    title: draft.title ?? { es: draft.handle, en: '' },
    description: { es: cleanHtml(draft.description?.es ?? ''), en: cleanHtml(draft.description?.en ?? '') },
    facts: draft.facts ?? {},
    vendor: draft.vendor ?? '',
    productType: draft.productType ?? '',
    tags: draft.tags ?? [],
    taxClass: draft.taxClass ?? 'standard',
    status: draft.status ?? 'active',
    kind: draft.kind ?? 'physical',
    externalUrl: draft.externalUrl ?? null,
    options: [],
    source: { ...draft.source, ref: draft.ref },
    variants: [],
    addresses: new Set(),
    collectionIds: new Set(),
  }
  const now = clock.now()
  await tx.run(sql`
    insert into catalog.product (id, handle, status, kind, title, description, facts, vendor, product_type, tags, tax_class, external_url,
                                 source, created_at, updated_at)
    values (${product.id}, ${product.handle}, ${product.status}, ${product.kind}, ${JSON.stringify(product.title)}::jsonb,
            ${JSON.stringify(product.description)}::jsonb, ${JSON.stringify(product.facts)}::jsonb, ${product.vendor},
            ${product.productType}, ${product.tags}::text[], ${product.taxClass}, ${product.externalUrl},
            ${JSON.stringify(product.source)}::jsonb, ${now}, ${now})`)
  await publishOn(
    tx,
    product.id,
    draft.channels === 'all' ? state.channelIds : draft.channels.filter((id) => state.channelIds.includes(id)),
  )
  state.byRef.set(draft.ref, product)
  state.byHandle.set(product.handle, product)
  state.handles.add(product.handle)
  return product
}

function freeHandle({ handles }: DraftState, wanted: string): string {
  const clean = handleOf(wanted)
  if (!handles.has(clean)) return clean
  for (let n = 2; ; n++) if (!handles.has(`${clean}-${n}`)) return `${clean}-${n}`
}

/** Writes the fields that the draft says otherwise; true when there were any. */
async function updateProduct({ tx }: Work, known: KnownProduct, draft: ProductDraft): Promise<boolean> {
  const said: Partial<KnownProduct> = {
    title: draft.title && { es: draft.title.es, en: draft.title.en || known.title.en },
    description: draft.description && {
      es: cleanHtml(draft.description.es),
      en: cleanHtml(draft.description.en) || known.description.en,
    },
    facts: draft.facts,
    vendor: draft.vendor,
    productType: draft.productType,
    tags: draft.tags,
    taxClass: draft.taxClass,
    status: draft.status,
    kind: draft.kind,
    externalUrl: draft.externalUrl,
    // A product that was made here keeps having no source.
    source: draft.isWhole ? { ...known.source, ...draft.source } : undefined,
  }
  const fresh = Object.fromEntries(
    Object.entries(said).filter(
      ([field, value]) => value !== undefined && !isDeepStrictEqual(value, known[field as keyof KnownProduct]),
    ),
  )
  if (Object.keys(fresh).length === 0) return false
  Object.assign(known, fresh)
  await tx.run(sql`
    update catalog.product
       set title = ${JSON.stringify(known.title)}::jsonb, description = ${JSON.stringify(known.description)}::jsonb,
           facts = ${JSON.stringify(known.facts)}::jsonb, vendor = ${known.vendor}, product_type = ${known.productType},
           tags = ${known.tags}::text[], tax_class = ${known.taxClass}, status = ${known.status}, kind = ${known.kind},
           external_url = ${known.externalUrl}, source = ${JSON.stringify(known.source)}::jsonb
     where id = ${known.id}`)
  return true
}

/** The new description; what is only written otherwise (an entity, a space) counts as the same. */
function cleaned(said: { es: string; en: string }, known: { es: string; en: string }): { es: string; en: string } {
  const one = (text: string, before: string) => (cleanHtml(text) === cleanHtml(before) ? before : cleanHtml(text))
  return { es: one(said.es, known.es), en: said.en === '' ? known.en : one(said.en, known.en) }
}

type VariantsDone = { ids: (string | null)[]; changed: boolean; made: number }

async function applyVariants(
  work: Work,
  product: KnownProduct,
  draft: ProductDraft,
  issues: Issue[],
): Promise<VariantsDone> {
  const { tx, clock, state } = work
  let changed = await widenOptions(tx, product, draft)
  const made: VariantRow[] = []
  const altered: VariantRow[] = []
  const ids = draft.variants.map((variant) => {
    const optionValues = variant.values.map((value, at) => storedValue(product.options[at], value.label, value.value))
    const known = findVariant(product, variant, optionValues)
    const owner = variant.sku === null ? undefined : state.bySku.get(variant.sku.toUpperCase())
    if (owner && owner !== known) {
      issues.push(
        refusal(variant.line, 'sku', 'sku_taken', variant.sku, {
          es: 'Este SKU ya es de otro producto. Dale uno propio o quita la fila.',
          en: 'This SKU already belongs to another product. Give it one of its own or remove the row.',
        }),
      )
      return null
    }
    const row = rowOf(state, product, { variant, optionValues, known, issues })
    if (!known) made.push(row)
    else if (differs(known, row)) altered.push(row)
    const now: KnownVariant = {
      ...row,
      optionValues,
      productId: product.id,
      status: known?.status ?? 'active',
      source: row.source ?? {},
    }
    if (known) Object.assign(known, now)
    else product.variants.push(now)
    state.bySku.set(row.sku.toUpperCase(), known ?? now)
    if (row.gtin !== null) state.byGtin.set(row.gtin, known ?? now)
    return row.id
  })
  await insertVariants(tx, clock, product.id, made)
  await updateVariants(tx, altered)
  changed ||= made.length > 0 || altered.length > 0
  return { ids, changed, made: made.length }
}

function findVariant(
  product: KnownProduct,
  { sku }: DraftVariant,
  optionValues: readonly string[],
): KnownVariant | undefined {
  const bySku =
    sku === null ? undefined : product.variants.find((known) => known.sku.toUpperCase() === sku.toUpperCase())
  return bySku ?? product.variants.find((known) => isDeepStrictEqual(known.optionValues, optionValues))
}

type RowInput = { variant: DraftVariant; optionValues: string[]; known: KnownVariant | undefined; issues: Issue[] }

function rowOf(
  state: DraftState,
  product: KnownProduct,
  { variant, optionValues, known, issues }: RowInput,
): VariantRow {
  return {
    id: known?.id ?? newId('var'),
    sku: variant.sku ?? known?.sku ?? madeSku(state, product.handle, optionValues),
    gtin: gtinOf(state, variant, known, issues),
    optionValues,
    weightGrams: variant.weightGrams === undefined ? (known?.weightGrams ?? null) : variant.weightGrams,
    stockTracked: variant.stockTracked ?? known?.stockTracked ?? true,
    position: known?.position ?? product.variants.length,
    source: { ...known?.source, ...variant.source },
  }
}

/** A SKU for a variant that has none: handle and values, with a number behind when somebody has it. */
function madeSku({ bySku }: DraftState, handle: string, values: readonly string[]): string {
  const sku = handleOf([handle, ...values].join(' '))
    .toUpperCase()
    .slice(0, 70)
  if (!bySku.has(sku)) return sku
  for (let n = 2; ; n++) if (!bySku.has(`${sku}-${n}`)) return `${sku}-${n}`
}

function gtinOf(
  { byGtin }: DraftState,
  { gtin, line }: DraftVariant,
  known: KnownVariant | undefined,
  issues: Issue[],
): string | null {
  if (gtin === null) return known?.gtin ?? null
  if (!/^[0-9]{8,14}$/.test(gtin)) {
    issues.push(
      flag(line, 'barcode', 'not_a_barcode', gtin, {
        es: 'No es un código de barras de 8 a 14 cifras; la variante se toma sin él.',
        en: 'Not a barcode of 8 to 14 digits; the variant is taken without it.',
      }),
    )
    return known?.gtin ?? null
  }
  const owner = byGtin.get(gtin)
  if (!owner || owner === known) return gtin
  issues.push(
    flag(line, 'barcode', 'barcode_taken', gtin, {
      es: 'Este código de barras ya es de otra variante; esta se toma sin él.',
      en: 'This barcode already belongs to another variant; this one is taken without it.',
    }),
  )
  return known?.gtin ?? null
}

function differs(known: KnownVariant, row: VariantRow): boolean {
  const { sku, gtin, optionValues, weightGrams, stockTracked, source = {} } = row
  const before = {
    sku: known.sku,
    gtin: known.gtin,
    optionValues: known.optionValues,
    weightGrams: known.weightGrams,
    stockTracked: known.stockTracked,
    source: known.source,
  }
  return !isDeepStrictEqual(before, { sku, gtin, optionValues, weightGrams, stockTracked, source })
}

/** Adds options and values that the draft names; what is there keeps its place, label and colour. */
async function widenOptions(tx: Tx, product: KnownProduct, draft: ProductDraft): Promise<boolean> {
  if (draft.options.length === 0) return false
  const options: StoredOption[] = draft.options.map((option, at) => {
    const known = product.options[at]
    const values = [...(known?.values ?? [])]
    for (const variant of draft.variants) {
      const said = variant.values[at]
      if (!said) continue
      const value = storedValue(known && { ...known, values }, said.label, said.value)
      if (!values.some((one) => one.value === value))
        values.push({ value, label: said.label, swatch: said.swatch ?? null })
    }
    return { key: known?.key ?? option.key ?? optionKey(option.name), name: known?.name ?? option.name, values }
  })
  if (isDeepStrictEqual(options, product.options)) return false
  product.options = options
  await tx.run(sql`update catalog.product set options = ${JSON.stringify(options)}::jsonb where id = ${product.id}`)
  return true
}

/** The stored value of a label: the one the option has for it, else the label as a word of filters. */
function storedValue(option: StoredOption | undefined, label: { es: string }, value?: string): string {
  if (value !== undefined) return value
  const known = option?.values.find((one) => one.label.es === label.es)
  if (known) return known.value
  const key = valueKey(label.es)
  return option?.values.some((one) => one.value === key) ? label.es : key
}

async function applyPictures({ tx }: Work, product: KnownProduct, draft: ProductDraft): Promise<boolean> {
  const fresh = draft.pictures.filter(
    ({ address }, at) =>
      !product.addresses.has(address) && draft.pictures.findIndex((one) => one.address === address) === at,
  )
  if (fresh.length === 0) return false
  const rows = fresh.map(({ address, alt, optionValue }, at) => {
    const isRemote = /^https?:\/\//i.test(address)
    const position = product.addresses.size + at
    return {
      id: newId('med'),
      alt: alt ?? {},
      optionValue: optionValue ?? null,
      sourceUrl: isRemote ? address : null,
      picture: isRemote ? null : address,
      position,
    }
  })
  for (const { address } of fresh) product.addresses.add(address)
  await tx.run(sql`
    insert into catalog.media (id, product_id, option_value, alt, picture, source_url, status, position)
    select r.id, ${product.id}, r."optionValue", r.alt, r.picture, r."sourceUrl",
           case when r.picture is null then 'pending' else 'ready' end, r.position
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        r (id text, alt jsonb, "optionValue" text, "sourceUrl" text, picture text, position int)
    on conflict (product_id, source_url) do nothing`)
  return true
}

async function applyCollections(
  { tx, collections }: Work,
  product: KnownProduct,
  draft: ProductDraft,
): Promise<boolean> {
  const parents = new Set(draft.collections.map(({ parent }) => parent))
  // A path names its parents only to say where the last one stands.
  const leaves = draft.collections
    .filter(({ handle }) => !parents.has(handle))
    .flatMap(({ handle }) => collections.get(handle) ?? [])
  const fresh = leaves.filter((id) => !product.collectionIds.has(id))
  if (fresh.length === 0) return false
  for (const id of fresh) product.collectionIds.add(id)
  await collectIn(tx, product.id, [...product.collectionIds])
  return true
}
