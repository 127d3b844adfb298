/** Products as Shopify's Admin REST API answers them: `{"product": {…}}`, `{"products": [{…}]}`, or one a line. */
import { z } from 'zod'
import type { DraftOption, DraftVariant } from '#catalog'
import { type Importer, type Issue, type JsonRow, refusal, type Thing } from '#platform/imports/index'
import { applyProducts, finishProducts } from './apply.ts'
import { inOneLanguage, type ProductThing, partsOf, priceOfCells } from './thing.ts'

const id = z.union([z.number(), z.string()])
const variantJson = z.looseObject({
  id: id.optional(),
  product_id: id.optional(),
  sku: z.string().nullish(),
  barcode: z.string().nullish(),
  option1: z.string().nullish(),
  option2: z.string().nullish(),
  option3: z.string().nullish(),
  price: z.string().nullish(),
  compare_at_price: z.string().nullish(),
  grams: z.number().nullish(),
  requires_shipping: z.boolean().nullish(),
  inventory_quantity: z.number().nullish(),
  inventory_management: z.string().nullish(),
  image_id: id.nullish(),
})
const productJson = z.looseObject({
  id,
  title: z.string().nullish(),
  handle: z.string().nullish(),
  body_html: z.string().nullish(),
  vendor: z.string().nullish(),
  product_type: z.string().nullish(),
  tags: z.union([z.string(), z.array(z.string())]).nullish(),
  published_at: z.string().nullish(),
  status: z.enum(['active', 'draft', 'archived']).nullish(),
  options: z.array(z.looseObject({ name: z.string() })).default([]),
  variants: z.array(variantJson).default([]),
  images: z
    .array(
      z.looseObject({
        id: id.optional(),
        src: z.string(),
        alt: z.string().nullish(),
        variant_ids: z.array(id).default([]),
      }),
    )
    .default([]),
})
type ProductJson = z.output<typeof productJson>
type VariantJson = z.output<typeof variantJson>

const roots = ['product', 'products', 'variant', 'variants']

export const shopifyJson: Importer<ProductThing> = {
  kind: 'products',
  format: 'shopify-json',
  name: { es: 'JSON de productos de Shopify', en: 'Shopify product JSON' },
  source: 'json',
  detect: (sample) =>
    sample.source === 'json' &&
    (roots.includes(sample.root) ||
      (sample.root === '' && sample.keys.includes('body_html') && sample.keys.includes('vendor'))),
  async *read(rows, options) {
    for await (const row of rows as AsyncIterable<JsonRow>) yield toThing(row, options)
  },
  apply: applyProducts,
  finish: finishProducts,
}

function toThing({ line, root, json }: JsonRow, options: Readonly<Record<string, string>>): Thing<ProductThing> {
  const isVariant = root.startsWith('variant')
  const read = isVariant ? variantJson.safeParse(json) : productJson.safeParse(json)
  if (!read.success) {
    const [issue] = read.error.issues
    const field = issue?.path.join('.') ?? ''
    return {
      line,
      rows: 1,
      issues: [
        refusal(line, field, 'not_a_product', null, {
          es: `El campo ${field} no es como lo escribe Shopify.`,
          en: `The field ${field} is not as Shopify writes it.`,
        }),
      ],
    }
  }
  return isVariant
    ? partOf(line, read.data as VariantJson, options)
    : wholeOfProduct(line, read.data as ProductJson, options)
}

function wholeOfProduct(
  line: number,
  product: ProductJson,
  options: Readonly<Record<string, string>>,
): Thing<ProductThing> {
  const issues: Issue[] = []
  const isSingle = product.variants.length <= 1 && (product.options[0]?.name ?? 'Title') === 'Title'
  const names = isSingle ? [] : product.options.map(({ name }) => name)
  const handle = product.handle || product.title || String(product.id)
  return {
    line,
    rows: 1,
    issues,
    value: {
      prices: product.variants.map((variant) => priceOf(line, variant, options, issues)),
      stock: product.variants.map(stockOf),
      draft: {
        line,
        ref: `shopify-id:${product.id}`,
        handle,
        isHandleKey: product.handle !== undefined && product.handle !== null,
        isWhole: true,
        title: product.title ? inOneLanguage(product.title) : undefined,
        description: product.body_html === undefined ? undefined : inOneLanguage(product.body_html ?? ''),
        vendor: product.vendor ?? undefined,
        productType: product.product_type ?? undefined,
        tags: Array.isArray(product.tags)
          ? product.tags
          : product.tags === undefined || product.tags === null
            ? undefined
            : partsOf(product.tags),
        status: product.status ?? undefined,
        options: names.map((name): DraftOption => ({ name: inOneLanguage(name) })),
        variants: product.variants.map((variant) => draftOf(line, variant, names.length)),
        pictures: product.images.map(({ src, alt }) => ({ address: src, alt: alt ? inOneLanguage(alt) : undefined })),
        channels: product.published_at ? 'all' : [],
        collections: [],
        source: { shopifyId: product.id, shopify: restOf(product) },
      },
    },
  }
}

/** What has no place here, whole: nothing of the source is lost. */
function restOf(product: ProductJson): Record<string, unknown> {
  const { variants: _variants, title: _title, body_html: _body, tags: _tags, vendor: _vendor, ...rest } = product
  return rest
}

/** A variant on its own changes the product it names, which must be there. */
function partOf(line: number, variant: VariantJson, options: Readonly<Record<string, string>>): Thing<ProductThing> {
  const issues: Issue[] = []
  const count = [variant.option1, variant.option2, variant.option3].filter(
    (value) => value && value !== 'Default Title',
  ).length
  return {
    line,
    rows: 1,
    issues,
    value: {
      prices: [priceOf(line, variant, options, issues)],
      stock: [stockOf(variant)],
      draft: {
        line,
        ref: `shopify-id:${variant.product_id ?? ''}`,
        handle: '',
        isHandleKey: false,
        isWhole: false,
        options: [],
        variants: [draftOf(line, variant, count)],
        pictures: [],
        channels: [],
        collections: [],
      },
    },
  }
}

function draftOf(line: number, variant: VariantJson, optionCount: number): DraftVariant {
  const { option1, option2, option3, barcode } = variant
  const labels = [option1, option2, option3].slice(0, optionCount)
  const { price: _price, compare_at_price: _compare, inventory_quantity: _quantity, sku: _sku, ...rest } = variant
  return {
    line,
    sku: variant.sku || null,
    gtin: barcode || null,
    values: labels.map((label) => ({ label: inOneLanguage(label ?? '') })),
    weightGrams: variant.grams ?? undefined,
    stockTracked: variant.inventory_management === null ? false : (variant.requires_shipping ?? undefined),
    source: { shopify: rest },
  }
}

function priceOf(
  line: number,
  { price, compare_at_price: before }: VariantJson,
  options: Readonly<Record<string, string>>,
  issues: Issue[],
) {
  const currency = options['currency'] ?? 'EUR'
  return priceOfCells({ line, currency, field: 'price', from: before || price || '', to: price ?? '' }, issues)
}

function stockOf({ inventory_quantity: quantity }: VariantJson): number | null {
  return typeof quantity === 'number' && Number.isSafeInteger(quantity) ? quantity : null
}
