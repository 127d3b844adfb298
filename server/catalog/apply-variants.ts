/** Writes the variants of a draft, and the options they are chosen by. */
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { flag, type Issue, refusal } from '#platform/imports/index'
import { sql } from '#platform/sql'
import type { DraftState, KnownProduct, KnownVariant } from './draft-state.ts'
import type { DraftVariant, ProductDraft } from './drafts.ts'
import { handleOf, optionKey, type StoredOption, valueKey } from './options.ts'
import { insertVariants, updateVariants, type VariantRow } from './write.ts'

type Work = { tx: Tx; clock: Clock; state: DraftState }
type VariantsDone = { ids: (string | null)[]; changed: boolean; made: number }

/** Writes the variants of a draft; ids in its order, null where one was refused. */
export async function applyVariants(
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
  changed = (await putAway(tx, product, draft, ids)) || changed
  changed ||= made.length > 0 || altered.length > 0
  return { ids, changed, made: made.length }
}

/** Variants that the file calls archived are no longer sold; what it does not say stays. @returns whether one changed */
async function putAway(
  tx: Tx,
  product: KnownProduct,
  draft: ProductDraft,
  ids: readonly (string | null)[],
): Promise<boolean> {
  const gone = ids.filter((id, at): id is string => {
    const known = product.variants.find((one) => one.id === id)
    return draft.variants[at]?.archived === true && known !== undefined && known.status !== 'archived'
  })
  if (gone.length === 0) return false
  for (const known of product.variants) if (gone.includes(known.id)) known.status = 'archived'
  await tx.run(sql`update catalog.variant set status = 'archived' where id = any (${gone}::text[])`)
  return true
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
