/** Imports in the console: upload, look, start, watch, cancel, read what was refused. */
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  type ImportPreview,
  type ImportRunView,
  importKinds,
  importPreview,
  importRun,
  importRuns,
  importsQuery,
} from '@hilo/contract'
import { stringify } from 'csv-stringify/sync'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Actor, actorId } from '../actor.ts'
import { safeCell } from '../csv.ts'
import { type AppContext, answer, get, write, writeUpload } from '../http.ts'
import { newId } from '../ids.ts'
import { platformProblems } from '../problems.ts'
import { join, sql } from '../sql.ts'
import { runUpload, uploadPath } from './jobs.ts'
import { previewFile } from './preview.ts'
import { importProblems } from './problems.ts'
import { findImporter } from './registry.ts'
import { findRun, type Run, runColumns } from './runs.ts'
import type { ImportKind } from './types.ts'
import './permissions.ts'

export type ImportRoutesOptions = { dataDir: string }

const byId = z.strictObject({ id: z.string().max(60) })
const tag = 'Imports'

/** Registers `/api/admin/imports`. */
export function registerImportRoutes(
  app: FastifyInstance,
  context: AppContext,
  { dataDir }: ImportRoutesOptions,
): void {
  registerUpload(app, context, dataDir)
  registerReading(app, context)
  write(app, context, {
    method: 'POST',
    url: '/api/admin/imports/:id/start',
    action: 'imports.write',
    summary: 'Start an uploaded import, or one that failed or was canceled again from where it stopped',
    tag,
    schema: {
      params: byId,
      body: z
        .strictObject({
          format: z.string().max(60).optional(),
          options: z.record(z.string().max(40), z.string().max(200)).optional(),
        })
        .optional(),
      response: { 200: importRun },
    },
    run: async ({ tx, db, clock, params, body, actor, request }) => {
      const run = await findRun(tx, params.id)
      mayImport(actor, run.kind)
      const format = body?.format ?? run.format
      if (!findImporter(run.kind, format)) throw importProblems.format_unknown({ kind: run.kind, format })
      const started = await tx.run(sql`
        update platform.import_run
           set status = 'running', format = ${format}, finished_at = null, options = options || ${JSON.stringify(body?.options ?? {})}::jsonb
         where id = ${run.id} and stored_as is not null and status in ('uploaded', 'failed', 'canceled')`)
      if (started === 0) throw importProblems.not_startable({ runId: run.id, status: run.status })
      // Should this process end meanwhile, the job of the next one goes on.
      tx.onCommit(() => {
        runUpload(db, clock, { dataDir, runId: run.id }).catch((error: unknown) =>
          request.log.error({ err: error, runId: run.id }, 'import failed'),
        )
      })
      return toView({ ...run, status: 'running', format })
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/imports/:id/cancel',
    action: 'imports.write',
    summary: 'Stop an import after the batch under way; what is taken stays',
    tag,
    schema: { params: byId, response: { 200: importRun } },
    run: async ({ tx, clock, params, actor }) => {
      mayImport(actor, (await findRun(tx, params.id)).kind)
      await tx.run(sql`
        update platform.import_run set status = 'canceled', finished_at = ${clock.now()}
         where id = ${params.id} and status in ('uploaded', 'running')`)
      return toView(await findRun(tx, params.id))
    },
  })
}

function registerUpload(app: FastifyInstance, context: AppContext, dataDir: string): void {
  writeUpload(app, context, {
    url: '/api/admin/imports',
    action: 'imports.write',
    summary: 'Upload a file and see what it is; nothing is changed yet',
    tag,
    schema: { response: { 201: importPreview } },
    reference: {
      form: {
        kind: `One of ${importKinds.join(', ')}`,
        format: 'Name of the format, where it should not be recognised',
        file: 'The file, up to 64 MB',
      },
    },
    receive: async ({ db, request, actor }) => {
      const upload = await receive(request, dataDir)
      const { kind, format, sha256, path } = upload
      const discard = () => rm(path, { force: true })
      try {
        mayImport(actor, kind)
        return { ...upload, ...(await previewFile(db, upload)), content: { kind, format, sha256 }, discard }
      } catch (error) {
        await discard()
        throw error
      }
    },
    run: async ({ tx, clock, received, actor }) => {
      const { importer, content: _content, discard: _discard, path: _path, sha256, storedAs, ...preview } = received
      await tx.run(sql`
        insert into platform.import_run (id, kind, format, file_name, file_sha256, status, stored_as, bytes_total, started_by, started_at)
        values (${preview.id}, ${preview.kind}, ${importer?.format ?? ''}, ${preview.fileName}, ${sha256}, 'uploaded', ${storedAs},
                ${preview.bytes}, ${actorId(actor)}, ${clock.now()})`)
      const body: ImportPreview = preview
      return answer(201, body)
    },
  })
}

type Upload = {
  id: string
  kind: ImportKind
  format?: string
  fileName: string
  storedAs: string
  path: string
  sha256: string
}

/** Streams the upload to disk; `kind` and `format` are fields of the form, before or after the file. */
async function receive(request: FastifyRequest, dataDir: string): Promise<Upload> {
  if (!request.isMultipart()) throw importProblems.upload_missing({ parameter: 'file' })
  const id = newId('imp')
  const storedAs = `${id}.upload`
  const path = uploadPath(dataDir, storedAs)
  const fields: Record<string, string> = {}
  let file: { name: string; sha256: string } | undefined
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      if (typeof part.value === 'string') fields[part.fieldname] = part.value
      continue
    }
    await mkdir(dirname(path), { recursive: true })
    const hash = createHash('sha256')
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk)
        done(null, chunk)
      },
    })
    await pipeline(part.file, hashing, createWriteStream(path))
    if (part.file.truncated) {
      await rm(path, { force: true })
      throw platformProblems.invalid({
        parameter: 'file',
        detail: 'The file is larger than 64 MB: bring it in with the command line.',
        detailEs: 'El fichero pasa de 64 MB: impórtalo con la línea de órdenes.',
      })
    }
    file = { name: part.filename || 'upload', sha256: hash.digest('hex') }
  }
  const kind = importKinds.find((known) => known === fields['kind'])
  if (!file || !kind) {
    await rm(path, { force: true })
    throw file
      ? platformProblems.invalid({ parameter: 'kind', detail: `One of ${importKinds.join(', ')}.` })
      : importProblems.upload_missing({ parameter: 'file' })
  }
  return {
    id,
    kind,
    format: fields['format'] || undefined,
    fileName: file.name.slice(0, 200),
    storedAs,
    path,
    sha256: file.sha256,
  }
}

/** The stock role counts stock; everything else is the managers'. */
function mayImport(actor: Actor, kind: ImportKind): void {
  if (actor.kind === 'staff' && actor.role === 'stock' && kind !== 'stock')
    throw platformProblems.forbidden({ action: 'imports.write', kind })
}

function toView(run: Run): ImportRunView {
  const {
    id,
    kind,
    format,
    fileName,
    status,
    rowsTotal,
    rowsRead,
    rowsTaken,
    rowsUnchanged,
    rowsRefused,
    summary,
    startedBy,
  } = run
  const progress = status === 'done' ? 1 : run.bytesTotal > 0 ? Math.min(1, run.bytesRead / run.bytesTotal) : 0
  return {
    id,
    kind,
    format,
    fileName,
    status,
    rowsTotal,
    rowsRead,
    rowsTaken,
    rowsUnchanged,
    rowsRefused,
    summary,
    progress,
    startedBy,
    startedAt: run.startedAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
    issues: { refused: run.refused, flagged: run.flagged },
  }
}

function registerReading(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/admin/imports',
    action: 'imports.read',
    summary: 'Imports, newest first',
    tag,
    schema: { querystring: importsQuery, response: { 200: importRuns } },
    run: async ({ db, query }) => {
      const conditions = [sql`true`]
      if (query.kind) conditions.push(sql`r.kind = ${query.kind}`)
      if (query.status) conditions.push(sql`r.status = ${query.status}`)
      if (query.cursor) conditions.push(sql`r.id < ${query.cursor}`)
      const runs = await db.many<Run>(sql`
        select ${runColumns} from platform.import_run r where ${join(conditions, sql` and `)} order by r.id desc limit ${query.limit + 1}::int`)
      const shown = runs.slice(0, query.limit)
      return { items: shown.map(toView), next: runs.length > query.limit ? (shown.at(-1)?.id ?? null) : null }
    },
  })
  get(app, context, {
    url: '/api/admin/imports/:id',
    action: 'imports.read',
    summary: 'How far an import is, and what it became',
    tag,
    schema: { params: byId, response: { 200: importRun } },
    run: async ({ db, params }) => toView(await findRun(db, params.id)),
  })
  get(app, context, {
    url: '/api/admin/imports/:id/issues',
    action: 'imports.read',
    summary: 'What was refused or flagged, by line; as CSV with ?format=csv',
    tag,
    reference: { answers: 'application/json', alsoAnswers: 'text/csv' },
    schema: {
      params: byId,
      querystring: z.strictObject({
        format: z.enum(['json', 'csv']).default('json'),
        after: z.coerce.number().int().min(0).default(0),
        limit: z.coerce.number().int().min(1).max(10_000).default(200),
        lang: z.enum(['es', 'en']).optional(),
      }),
    },
    run: async ({ db, params, query, reply, language }) => {
      await findRun(db, params.id)
      const isCsv = query.format === 'csv'
      const issues = await db.many<{
        line: number
        field: string
        severity: string
        code: string
        value: string | null
        remedy: { es: string; en: string }
      }>(sql`
        select line, field, severity, code, value, jsonb_build_object('es', remedy_es, 'en', remedy_en) as remedy
          from platform.import_issue where run_id = ${params.id} and line > ${query.after}
         order by line, field, code limit ${isCsv ? 1_000_000 : query.limit}::int`)
      if (!isCsv)
        return { items: issues, next: issues.length === query.limit ? String(issues.at(-1)?.line ?? '') : null }
      const header =
        language === 'es'
          ? ['línea', 'campo', 'gravedad', 'código', 'valor', 'remedio']
          : ['line', 'field', 'severity', 'code', 'value', 'remedy']
      reply
        .header('content-disposition', `attachment; filename="${params.id}-issues.csv"`)
        .type('text/csv; charset=utf-8')
      return stringify(
        [
          header,
          ...issues.map(({ line, field, severity, code, value, remedy }) =>
            [String(line), field, severity, code, value ?? '', remedy[language]].map(safeCell),
          ),
        ],
        { bom: true },
      )
    },
  })
}
