/** Door of catalog: what is sold, where it is shown, how it is found. */
export { type Channel, findChannel, listChannels } from './channels.ts'
export { pictureUrl } from './pictures.ts'
export { catalogProblems } from './problems.ts'
export { findVariantByCode, findVariants, type SaleVariant, variantsOfProducts } from './variants.ts'
