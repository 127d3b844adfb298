import { registerImporter } from '#platform/imports/index'
import { hiloCsv } from './hilo-csv.ts'
import { magentoCsv } from './magento-csv.ts'
import { magentoFixture, magentoLinks } from './magento-fixtures.ts'
import { shopifyCsv } from './shopify-csv.ts'
import { shopifyJson } from './shopify-json.ts'
import { woocommerceCsv } from './woocommerce-csv.ts'

/** Makes the product formats known to the imports engine; calling it again changes nothing. */
export function registerProductImporters(): void {
  for (const importer of [hiloCsv, shopifyCsv, woocommerceCsv, magentoCsv, magentoFixture, shopifyJson])
    registerImporter(importer)
  registerImporter(magentoLinks)
}

registerProductImporters()
