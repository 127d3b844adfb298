import type { Importer, ImportKind, Sample } from './types.ts'

const importers: Importer[] = []

/** Makes an importer known; registering the same kind and format again replaces it. */
export function registerImporter<T>(importer: Importer<T>): void {
  const at = importers.findIndex((known) => known.kind === importer.kind && known.format === importer.format)
  // `apply` takes only what the same importer's `read` gave, so its own type is safe to forget here.
  const known = importer as unknown as Importer
  if (at >= 0) importers[at] = known
  else importers.push(known)
}

/** Importers of a kind, in the order of registration. */
export function importersOf(kind: ImportKind): readonly Importer[] {
  return importers.filter((importer) => importer.kind === kind)
}

/** The importer of this kind and format, or undefined. */
export function findImporter(kind: ImportKind, format: string): Importer | undefined {
  return importers.find((importer) => importer.kind === kind && importer.format === format)
}

/** The first importer that takes a file of this shape. */
export function detectImporter(kind: ImportKind, sample: Sample): Importer | undefined {
  return importersOf(kind).find((importer) => importer.source === sample.source && importer.detect(sample))
}
