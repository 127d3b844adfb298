/**
 * Products as other systems bring them: written so that the same thing a second time changes nothing. What a draft does not say stays
 * as it is, variants and pictures it does not name stay, too: an import adds and changes, it never takes away.
 */
import type { LocalizedText } from './options.ts'

export type DraftOption = { name: LocalizedText; key?: string }
export type DraftValue = { label: LocalizedText; value?: string; swatch?: string | null }
export type DraftVariant = {
  line: number
  /** Null: one is made from handle and values. */
  sku: string | null
  gtin: string | null
  /** One per option of the draft. */
  values: DraftValue[]
  weightGrams?: number | null
  stockTracked?: boolean
  /** Put away: no longer sold, kept for what was. */
  archived?: boolean
  source?: Record<string, unknown>
}
export type DraftPicture = {
  /** `http(s)` to be fetched, or the name of a picture that is stored or drawn here. */
  address: string
  /** What it would be called here, when the address looks like one of our own. */
  name?: string
  alt?: LocalizedText
  /** Value of an option it belongs to. */
  optionValue?: string | null
}
export type DraftCollection = {
  handle: string
  title: LocalizedText
  parent: string | null
  /** Whether the product itself is in it; unsaid, it is unless another one of the product names it as its parent. */
  isMember?: boolean
  /** Its place among its like, where the file knows it; else it comes last. */
  position?: number
}
export type ProductDraft = {
  line: number
  /** Where it comes from and what it is called there, such as `shopify:ocean-blue-shirt`. */
  ref: string
  /** The address it would like to have; a product of this handle and no other source is taken for it when `isHandleKey`. */
  handle: string
  isHandleKey: boolean
  /** False: a part of a product (a variation), which must be there already. */
  isWhole: boolean
  title?: LocalizedText
  description?: LocalizedText
  facts?: Record<string, LocalizedText>
  vendor?: string
  productType?: string
  tags?: string[]
  taxClass?: string
  status?: 'draft' | 'active' | 'archived'
  kind?: 'physical' | 'digital' | 'grouped' | 'external'
  externalUrl?: string
  options: DraftOption[]
  variants: DraftVariant[]
  pictures: DraftPicture[]
  /** Said for new products only; later it is the merchant's to decide. `all`: every active channel. */
  channels: 'all' | readonly string[]
  collections: DraftCollection[]
  /** Other things its source says; `memberRefs` is read again when all products are there. */
  source?: Record<string, unknown>
}

/** What a draft became. `variantIds` has one entry per variant of the draft; null where the variant was refused. */
export type DraftResult = {
  productId: string | null
  changed: boolean
  created: boolean
  variantIds: (string | null)[]
  newVariants: number
}
