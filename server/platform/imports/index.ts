/** Door of the imports engine. Importers live in the modules that own the data; see types.ts for what one is. */
export { detectImporter, findImporter, importersOf, registerImporter } from './registry.ts'
export * from './types.ts'
export {
  booleanOf,
  currencyDigits,
  dateOf,
  flag,
  instantOf,
  minorOf,
  normalized,
  refusal,
  wholeOf,
} from './values.ts'
