/** Writes drafts of products. */
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { cleanHtml } from '#platform/html'
import { newId } from '#platform/ids'
import { type Issue, refusal } from '#platform/imports/index'
import { sql } from '#platform/sql'
import { applyVariants } from './apply-variants.ts'
import { type DraftState, ensureCollections, type KnownProduct, knownProduct, readState } from './draft-state.ts'
import type { DraftResult, ProductDraft } from './drafts.ts'
import { handleOf } from './options.ts'
import { type Change, collectIn, productsChanged, publishOn } from './write.ts'

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
    description: draft.description && cleaned(draft.description, known.description),
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
    .filter(({ handle, isMember }) => isMember ?? !parents.has(handle))
    .flatMap(({ handle }) => collections.get(handle) ?? [])
  const fresh = leaves.filter((id) => !product.collectionIds.has(id))
  if (fresh.length === 0) return false
  for (const id of fresh) product.collectionIds.add(id)
  await collectIn(tx, product.id, [...product.collectionIds])
  return true
}
