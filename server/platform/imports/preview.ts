import type { ImportPreview } from '@hilo/contract'
import type { Queryable } from '../db.ts'
import { sql } from '../sql.ts'
import { detectImporter, findImporter, importersOf } from './registry.ts'
import { csvRows, inspectFile, jsonRows, sampleOf } from './source.ts'
import type { Importer, ImportKind, Issue } from './types.ts'

const rowsShown = 10
const rowsChecked = 100

/**
 * What a person sees before an import begins: format, columns, first rows, and what is wrong with the first hundred. Nothing is
 * written; checks that need the database come with the run.
 * @throws Problem imports.file_empty, imports.file_broken
 */
export async function previewFile(
  q: Queryable,
  { path, kind, format, sha256 }: { path: string; kind: ImportKind; format?: string; sha256: string },
): Promise<Omit<ImportPreview, 'id' | 'fileName'> & { importer: Importer | undefined }> {
  const file = await inspectFile(path)
  const { sample, columns, rows } = await sampleOf(file, rowsShown)
  const importer = format === undefined ? detectImporter(kind, sample) : findImporter(kind, format)
  const earlier = await q.maybeOne<{ id: string }>(sql`
    select id from platform.import_run where file_sha256 = ${sha256} and kind = ${kind} and status = 'done'
     order by started_at desc limit 1`)
  const issues = importer && importer.source === file.source ? await firstIssues(importer, file) : []
  return {
    importer,
    kind,
    format: importer?.format ?? null,
    formatName: importer?.name ?? null,
    formats: importersOf(kind).map((known) => ({ format: known.format, name: known.name })),
    bytes: file.bytes,
    columns,
    rows,
    issues: issues.map((issue) => ({ ...issue, value: issue.value ?? null })),
    earlierRunId: earlier?.id ?? null,
  }
}

async function firstIssues(importer: Importer, file: Awaited<ReturnType<typeof inspectFile>>): Promise<Issue[]> {
  const issues: Issue[] = []
  let rows = 0
  const source = file.source === 'csv' ? csvRows(file) : jsonRows(file)
  for await (const thing of importer.read(source as never, {})) {
    issues.push(...thing.issues)
    rows += thing.rows
    if (rows >= rowsChecked) break
  }
  return issues.slice(0, 50)
}
