import { rebuildSearch } from '#catalog'
import { sql } from '#platform/sql'
import { pictureName, pictureViews, placeholderColor } from '../pictures/index.ts'
import { type ColorKey, houseColors } from '../products/colors.ts'
import { collections, type DemoProduct } from '../products/index.ts'
import { productTypes } from '../products/product-types.ts'
import { dayMs, type Loading, must } from './context.ts'

/** How a size code stands in an option value: small letters, as the filters of the shop use them. */
const sizeValue = (code: string) => code.toLowerCase()

/** Writes collections, products, variants, pictures and where they are shown, and makes the search anew. */
export async function loadCatalog(loading: Loading, products: readonly DemoProduct[]): Promise<void> {
  const { tx } = loading
  await loadCollections(loading)
  const rows = products.map((product, position) => productRow(loading, product, position))
  await tx.run(sql`
    insert into catalog.product (id, handle, title, description, facts, vendor, product_type, tags, tax_class, options, position, created_at, updated_at)
    select p.id, p.handle, p.title, p.description, p.facts, 'Lino y Sal', p.type, array(select jsonb_array_elements_text(p.tags)), p."taxClass",
           p.options, p.position, p."createdAt", p."createdAt"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as p (id text, handle text, title jsonb, description jsonb, facts jsonb, type text, tags jsonb, "taxClass" text, options jsonb, position int,
              "createdAt" timestamptz)`)
  await loadVariants(loading, rows)
  await loadMedia(loading, rows)
  await tx.run(sql`
    insert into catalog.publication (product_id, channel_id)
    select p, c from unnest(${rows.map(({ id }) => id)}::text[]) p, unnest(array['web', 'pos']) c`)
  await tx.run(sql`
    insert into catalog.collection_product (collection_id, product_id, position)
    select m."collectionId", m."productId", m.position
      from jsonb_to_recordset(${JSON.stringify(rows.flatMap((row) => membersOf(loading, row)))}::jsonb)
        as m ("collectionId" text, "productId" text, position int)`)
  await rebuildSearch(tx)
}

type ProductRow = ReturnType<typeof productRow>

function productRow({ id, nowMs }: Loading, product: DemoProduct, position: number) {
  const { es, en, design, onSaleForDays } = product
  const both = (key: 'material' | 'fit' | 'care' | 'origin') => ({ es: es[key], en: en[key] })
  const createdMs = nowMs - onSaleForDays * dayMs + position
  return {
    id: id('prd', createdMs),
    product,
    handle: product.handle,
    title: { es: es.title, en: en.title },
    description: { es: htmlOf(es), en: htmlOf(en) },
    facts: { material: both('material'), fit: both('fit'), care: both('care'), origin: both('origin') },
    type: productTypes[design.kind].es,
    tags: /\blino\b/i.test(es.material) ? ['lino'] : /algodón/i.test(es.material) ? ['algodon'] : [],
    taxClass: product.taxClass,
    options: optionsOf(product),
    position,
    createdAt: new Date(createdMs).toISOString(),
    createdMs,
  }
}

function htmlOf({ summary, description }: DemoProduct['es']): string {
  return `<p>${escape(summary)}</p><p>${escape(description)}</p>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Options as the catalog keeps them: colour with its swatch, then size. */
function optionsOf({ colors, variants }: DemoProduct) {
  const names = variants[0]?.options.map(({ name }) => name) ?? []
  const hasColor = colors.length > 0
  const sizes = new Map(variants.map((variant) => [variant.sizeCode, variant.options.at(-1)?.value]))
  const hasSize = names.length === (hasColor ? 2 : 1)
  return [
    ...(hasColor
      ? [
          {
            key: 'color',
            name: names[0],
            values: colors.map((color) => ({
              value: color,
              label: houseColors[color].name,
              swatch: houseColors[color].hex,
            })),
          },
        ]
      : []),
    ...(hasSize
      ? [
          {
            key: 'size',
            name: names.at(-1),
            values: [...sizes].map(([code, label]) => ({ value: sizeValue(code), label, swatch: null })),
          },
        ]
      : []),
  ]
}

async function loadVariants(loading: Loading, rows: readonly ProductRow[]): Promise<void> {
  const { tx, id, variants, collectionIds } = loading
  const written = rows.flatMap(({ id: productId, product, createdMs, createdAt }) => {
    const inCollections = product.collections.map((handle) => must(collectionIds, handle, 'collection'))
    return product.variants.map((variant, position) => {
      const variantId = id('var', createdMs + position)
      variants.set(variant.sku, { ...variant, id: variantId, productId, product, collectionIds: inCollections })
      const values = [variant.color, variant.options.length > (variant.color ? 1 : 0) && sizeValue(variant.sizeCode)]
      const { sku, gtin, weightGrams } = variant
      return { id: variantId, productId, sku, gtin, weightGrams, values: values.filter(Boolean), position, createdAt }
    })
  })
  await tx.run(sql`
    insert into catalog.variant (id, product_id, sku, gtin, option_values, weight_grams, position, created_at)
    select v.id, v."productId", v.sku, v.gtin, array(select jsonb_array_elements_text(v.values)), v."weightGrams", v.position, v."createdAt"
      from jsonb_to_recordset(${JSON.stringify(written)}::jsonb)
        as v (id text, "productId" text, sku text, gtin text, values jsonb, "weightGrams" int, position int, "createdAt" timestamptz)`)
}

const viewWords = { front: { es: '', en: '' }, detail: { es: ', detalle', en: ', detail' } } as const

async function loadMedia({ tx, id }: Loading, rows: readonly ProductRow[]): Promise<void> {
  const media = rows.flatMap(({ id: productId, product, createdMs }) => {
    const colors: (ColorKey | null)[] = product.colors.length > 0 ? product.colors : [null]
    return colors.flatMap((color, at) =>
      pictureViews.map((view, viewAt) => {
        const inColor = (language: 'es' | 'en') =>
          color === null ? '' : `, ${houseColors[color].name[language].toLowerCase()}`
        return {
          id: id('med', createdMs + at),
          productId,
          color,
          alt: {
            es: `${product.es.title}${inColor('es')}${viewWords[view].es}`,
            en: `${product.en.title}${inColor('en')}${viewWords[view].en}`,
          },
          picture: `demo:${pictureName(product.handle, color, view)}`,
          placeholder: placeholderColor(color),
          position: at * pictureViews.length + viewAt,
        }
      }),
    )
  })
  await tx.run(sql`
    insert into catalog.media (id, product_id, option_value, alt, picture, width, height, color, position)
    select m.id, m."productId", m.color, m.alt, m.picture, 1000, 1250, m.placeholder, m.position
      from jsonb_to_recordset(${JSON.stringify(media)}::jsonb)
        as m (id text, "productId" text, color text, alt jsonb, picture text, placeholder text, position int)`)
}

async function loadCollections({ tx, id, nowMs, collectionIds }: Loading): Promise<void> {
  const rows = collections.map(({ handle, title, description, position, cover }) => {
    const collectionId = id('col', nowMs - 900 * dayMs + position)
    collectionIds.set(handle, collectionId)
    const picture = `demo:${pictureName(cover.product, cover.color, 'front')}`
    return { id: collectionId, handle, title, description, picture, position }
  })
  await tx.run(sql`
    insert into catalog.collection (id, handle, title, description, picture, position)
    select c.id, c.handle, c.title, c.description, c.picture, c.position
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as c (id text, handle text, title jsonb, description jsonb, picture text, position int)`)
}

/** Behind what a collection is about stands what is only a guest in it: a bag in the collection of the table. */
const guestsFrom = 1000

function membersOf({ collectionIds }: Loading, { id, product, position }: ProductRow) {
  return product.collections.map((handle, index) => ({
    collectionId: must(collectionIds, handle, 'collection'),
    productId: id,
    position: position + (index === 0 ? 0 : guestsFrom),
  }))
}
