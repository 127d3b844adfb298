/** Files brought in: upload and preview, start, progress, what was refused and why. */
import { z } from 'zod'
import { localizedText, page } from './common.ts'

export const importKinds = ['products', 'stock', 'customers', 'orders'] as const
export const importStatuses = ['uploaded', 'running', 'done', 'failed', 'canceled'] as const

/** One thing wrong with one row. `refused`: the row was not taken; `flagged`: taken, and worth a look. */
export const importIssue = z.object({
  line: z.int(),
  field: z.string(),
  severity: z.enum(['refused', 'flagged']),
  code: z.string(),
  value: z.string().nullable(),
  remedy: localizedText,
})
export type ImportIssueView = z.output<typeof importIssue>

/** `rowsTotal` is null until the end is known; `bytesRead / bytesTotal` gives the progress until then. */
export const importRun = z.object({
  id: z.string(),
  kind: z.enum(importKinds),
  format: z.string(),
  fileName: z.string(),
  status: z.enum(importStatuses),
  rowsTotal: z.int().nullable(),
  rowsRead: z.int(),
  rowsTaken: z.int(),
  rowsUnchanged: z.int(),
  rowsRefused: z.int(),
  /** What the rows became, by name: `products`, `variants`, … */
  summary: z.record(z.string(), z.union([z.number(), z.string()])),
  progress: z.number().min(0).max(1),
  startedBy: z.string().nullable(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  issues: z.object({ refused: z.int(), flagged: z.int() }),
})
export type ImportRunView = z.output<typeof importRun>
export const importRuns = page(importRun)

/**
 * Answer to an upload (`POST /api/admin/imports`, multipart: `kind`, optional `format`, `file`). Nothing is changed until
 * `POST /api/admin/imports/:id/start`.
 */
export const importPreview = z.object({
  id: z.string(),
  kind: z.enum(importKinds),
  /** Null when the columns are of no known format; `formats` then says what is known. */
  format: z.string().nullable(),
  formatName: localizedText.nullable(),
  formats: z.array(z.object({ format: z.string(), name: localizedText })),
  fileName: z.string(),
  bytes: z.int(),
  columns: z.array(z.string()),
  rows: z.array(z.array(z.string())),
  /** Problems among the rows of the preview. */
  issues: z.array(importIssue),
  /** An earlier run of exactly this file, if there was one. */
  earlierRunId: z.string().nullable(),
})
export type ImportPreview = z.output<typeof importPreview>
export const importsQuery = z.strictObject({
  kind: z.enum(importKinds).optional(),
  status: z.enum(importStatuses).optional(),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  lang: z.enum(['es', 'en']).optional(),
})
