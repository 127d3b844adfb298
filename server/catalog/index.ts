/** Door of catalog: what is sold, where it is shown, how it is found. */
export { type Channel, findChannel, listChannels } from './channels.ts'
export {
  type CardFacts,
  cardFacts,
  findCollection,
  type ListedProduct,
  listCollections,
  listProducts,
} from './listing.ts'
export { optionKey, toOptions } from './options.ts'
export { pictureUrl } from './pictures.ts'
export { catalogProblems } from './problems.ts'
export { findProduct, type ProductText, relatedProducts, shownProduct } from './product-detail.ts'
export { type SearchResult, searchProducts, suggestWords } from './search.ts'
export { catalogVersion, raiseCatalogVersion, rebuildSearch } from './search-index.ts'
export { findVariantByCode, findVariants, type SaleVariant, variantsOfProducts } from './variants.ts'
