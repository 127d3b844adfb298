import { registerImporter } from '#platform/imports/index'
import { hiloCsv } from './hilo.ts'
import { shopifyCsv, shopifyJson } from './shopify.ts'

/** Makes the customer formats known, the most particular first. */
export function registerCustomerImporters(): void {
  for (const importer of [shopifyCsv, shopifyJson, hiloCsv]) registerImporter(importer)
}
