/** Door of catalog: what is sold, where it is shown, how it is found. */

export { adminProductRows } from './admin-list.ts'
export { applyDrafts } from './apply-drafts.ts'
export {
  type AssortmentRow,
  activeVariantIds,
  assortmentRows,
  byTitle,
  membersOf,
  productsOfVariants,
  productsTouchedSince,
  touchedNow,
} from './assortment-rows.ts'
export { type Channel, findChannel, listChannels } from './channels.ts'
export type {
  DraftCollection,
  DraftOption,
  DraftPicture,
  DraftResult,
  DraftVariant,
  ProductDraft,
} from './drafts.ts'
export { createProduct, editProduct, type NewVariant, saveVariants } from './edit-product.ts'
export { type ExportedProduct, exportedProducts, type NamedVariant, namedVariants } from './export.ts'
export { catalogJobs } from './jobs.ts'
export { type Link, linkProducts, resolveLinks } from './links.ts'
export {
  type CardFacts,
  cardFacts,
  findCollection,
  listCollections,
} from './listing.ts'
export { mediaOf } from './media.ts'
export type { DrawPicture, MediaOptions } from './media-route.ts'
export { handleOf, optionKey, toOptions } from './options.ts'
export { pictureUrl } from './pictures.ts'
export { catalogProblems } from './problems.ts'
export { findProduct, type ProductText, relatedProducts, shownProduct } from './product-detail.ts'
export { registerCatalogRoutes } from './routes.ts'
export { type SearchResult, searchProducts, suggestWords } from './search.ts'
export { catalogVersionNow, raiseCatalogVersion, rebuildSearch } from './search-index.ts'
export { catalogSubscribers } from './subscribers.ts'
export { findVariantByCode, findVariants, type SaleVariant, variantIdsBySku, variantsOfProducts } from './variants.ts'
