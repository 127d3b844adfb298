/** Products, collections and pictures as the console reads and writes them. */
import { z } from 'zod'
import { collection, picture, productKinds, productOption, productStatuses, taxClasses } from './catalog.ts'
import { id, localizedText, minor, page } from './common.ts'

const handle = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'small letters, digits and hyphens, such as camisa-lino')
const text = (max: number) => z.strictObject({ es: z.string().max(max), en: z.string().max(max).default('') })
const namedText = (max: number) =>
  z.strictObject({ es: z.string().trim().min(1).max(max), en: z.string().trim().max(max).default('') })

export const adminProductRow = z.object({
  id: z.string(),
  handle: z.string(),
  status: z.enum(productStatuses),
  kind: z.enum(productKinds),
  title: localizedText,
  vendor: z.string(),
  productType: z.string(),
  tags: z.array(z.string()),
  picture: z.string().nullable(),
  variants: z.int(),
  /** Of the default price list; null without a price. */
  fromMinor: minor.nullable(),
  toMinor: minor.nullable(),
  currency: z.string().nullable(),
  markedDown: z.boolean(),
  channelIds: z.array(z.string()),
  updatedAt: z.string(),
  version: z.int(),
})
export type AdminProductRow = z.output<typeof adminProductRow>
export const adminProductsQuery = z.strictObject({
  q: z.string().max(200).optional(),
  status: z.enum(productStatuses).optional(),
  vendor: z.string().max(100).optional(),
  type: z.string().max(100).optional(),
  tag: z.string().max(100).optional(),
  collection: z.string().max(120).optional(),
  channel: z.string().max(40).optional(),
  unpublished: z.enum(['true', 'false']).optional(),
  sort: z.enum(['newest', 'updated', 'title']).default('newest'),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  lang: z.enum(['es', 'en']).optional(),
})
export const adminProducts = page(adminProductRow).extend({ total: z.int() })

export const adminVariant = z.object({
  id: z.string(),
  sku: z.string(),
  gtin: z.string().nullable(),
  optionValues: z.array(z.string()),
  weightGrams: z.int().nullable(),
  stockTracked: z.boolean(),
  status: z.enum(['active', 'archived']),
  /** One entry per price list that has a price for it. */
  prices: z.array(
    z.object({
      priceListId: z.string(),
      amountMinor: minor,
      markdownMinor: minor.nullable(),
      markdownStartsAt: z.string().nullable(),
      markdownEndsAt: z.string().nullable(),
      priorMinor: minor.nullable(),
    }),
  ),
})
export const adminMedia = picture.extend({
  status: z.enum(['pending', 'ready', 'failed']),
  sourceUrl: z.string().nullable(),
  error: z.string().nullable(),
})
export const adminProduct = z.object({
  id: z.string(),
  handle: z.string(),
  status: z.enum(productStatuses),
  kind: z.enum(productKinds),
  title: localizedText,
  description: localizedText,
  facts: z.record(z.string(), localizedText),
  vendor: z.string(),
  productType: z.string(),
  tags: z.array(z.string()),
  taxClass: z.enum(taxClasses),
  options: z.array(productOption),
  variants: z.array(adminVariant),
  media: z.array(adminMedia),
  collectionIds: z.array(z.string()),
  channelIds: z.array(z.string()),
  externalUrl: z.string().nullable(),
  source: z.record(z.string(), z.unknown()),
  version: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type AdminProduct = z.output<typeof adminProduct>

const productFields = {
  handle: handle.optional(),
  status: z.enum(productStatuses),
  kind: z.enum(productKinds),
  title: namedText(300),
  description: text(100_000),
  facts: z.record(z.string().max(40), text(2000)),
  vendor: z.string().max(120),
  productType: z.string().max(120),
  tags: z.array(z.string().trim().min(1).max(60)).max(60),
  taxClass: z.enum(taxClasses),
  externalUrl: z.url({ protocol: /^https?$/ }).nullable(),
  collectionIds: z.array(id).max(100),
  channelIds: z.array(z.string().max(40)).max(50),
}
export const optionBody = z.strictObject({
  key: z.string().max(40).optional(),
  name: namedText(60),
  values: z
    .array(
      z.strictObject({
        value: z.string().trim().min(1).max(80),
        label: namedText(80),
        swatch: z
          .string()
          .regex(/^#[0-9a-fA-F]{6}$/, 'a colour such as #2f5d62')
          .nullable()
          .default(null),
      }),
    )
    .min(1)
    .max(100),
})
export const variantBody = z.strictObject({
  id: id.optional(),
  sku: z.string().trim().min(1).max(80),
  gtin: z
    .string()
    .regex(/^[0-9]{8,14}$/, '8 to 14 digits')
    .nullable()
    .default(null),
  optionValues: z.array(z.string().max(80)).max(5).default([]),
  weightGrams: z.int().min(0).max(10_000_000).nullable().default(null),
  stockTracked: z.boolean().default(true),
  /** Price of the default list, for a new variant; later prices are changed through `/api/admin/prices`. */
  amountMinor: minor.min(0).optional(),
})
/** A new product may bring its whole matrix; without variants it gets one with the handle as SKU. */
export const createProductBody = z.strictObject({
  ...z.object(productFields).partial().shape,
  title: productFields.title,
  options: z.array(optionBody).max(5).default([]),
  variants: z.array(variantBody).max(2000).default([]),
})
export type CreateProductBody = z.output<typeof createProductBody>
/** `version` is the one that was read; 412 when somebody changed the product meanwhile. */
export const editProductBody = z.strictObject({ ...z.object(productFields).partial().shape, version: z.int() })
export type EditProductBody = z.output<typeof editProductBody>
/** The whole matrix: variants that are left out are archived, never deleted. */
export const variantsBody = z.strictObject({
  version: z.int(),
  options: z.array(optionBody).max(5),
  variants: z.array(variantBody).min(1).max(2000),
})
/** All pictures in their new order; those left out are removed. */
export const mediaOrderBody = z.strictObject({
  version: z.int(),
  items: z
    .array(z.strictObject({ id, alt: text(300).optional(), optionValue: z.string().max(80).nullable().optional() }))
    .max(200),
})
export const mediaFromUrlBody = z.strictObject({
  sourceUrl: z.url({ protocol: /^https?$/ }).max(2000),
  alt: text(300).optional(),
  optionValue: z.string().max(80).nullable().default(null),
})
export const collectionBody = z.strictObject({
  handle: handle.optional(),
  parentId: id.nullable().default(null),
  title: namedText(120),
  description: text(5000).default({ es: '', en: '' }),
  picture: z.string().max(300).nullable().default(null),
  position: z.int().default(0),
  /** In their order; left out: unchanged. */
  productIds: z.array(id).max(5000).optional(),
})
export const adminCollection = collection.extend({ productIds: z.array(z.string()).optional() })
