/** Door of the imports engine. Importers live in the modules that own the data; see types.ts for what one is. */

export { importJobs } from './jobs.ts'
export { importProblems } from './problems.ts'
export { detectImporter, findImporter, importersOf, registerImporter } from './registry.ts'
export { type ImportRoutesOptions, registerImportRoutes } from './routes.ts'
export { type ImportFileOptions, importFile } from './run.ts'
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
