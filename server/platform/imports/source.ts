/** Reads a file as a stream: encoding, separator, rows with their line numbers. Never more of it in memory than a few rows. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse'
import { through } from '../csv.ts'
import { jsonElements } from './json-stream.ts'
import { importProblems } from './problems.ts'
import type { CsvRow, JsonRow, Sample } from './types.ts'

export type SourceFile = { path: string; bytes: number; source: 'csv' | 'json'; encoding: string; delimiter: string }
/** Told how many bytes of the file have been read so far. */
export type OnBytes = (bytes: number) => void

const headBytes = 1_048_576

/**
 * Looks at the beginning of a file.
 * @throws Problem imports.file_missing, imports.file_empty
 */
export async function inspectFile(path: string): Promise<SourceFile> {
  const about = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw importProblems.file_missing({ path }, { cause: error })
  })
  if (!about.isFile()) throw importProblems.file_missing({ path })
  const head = await firstBytes(path)
  const encoding = encodingOf(head, head.length < about.size)
  const text = new TextDecoder(encoding).decode(head).replace(/^\ufeff/, '')
  if (text.trim() === '') throw importProblems.file_empty({ path })
  const source = /^\s*[[{]/.test(text) ? 'json' : 'csv'
  return { path, bytes: about.size, source, encoding, delimiter: delimiterOf(text) }
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** UTF-8 where it is that, UTF-16 by its mark, else Windows-1252, which is what spreadsheets of old shops write. */
function encodingOf(head: Buffer, isCut: boolean): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  try {
    // A cut head may end in the middle of a character: `stream` leaves that for later.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: isCut })
    return 'utf-8'
  } catch (error) {
    if (error instanceof TypeError) return 'windows-1252'
    throw error
  }
}

/** The separator that stands most often in the first line, outside quotation marks. */
function delimiterOf(text: string): string {
  const [line = ''] = text.replace(/"[^"]*"/g, '').split(/\r?\n/, 1)
  const counts = [',', ';', '\t', '|'].map((mark) => ({ mark, count: line.split(mark).length }))
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).mark
}

/** SHA-256 of the file as hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

async function* texts({ path, encoding }: SourceFile, onBytes: OnBytes = () => undefined): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  let read = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 262_144 })) {
    const bytes = chunk as Buffer
    read += bytes.length
    onBytes(read)
    yield decoder.decode(bytes, { stream: true })
  }
  yield decoder.decode()
}

type Parsed = { record: string[]; info: { lines: number } }

/**
 * Rows of a CSV file. The first row names the columns (trimmed; of two with one name the first counts); empty lines are left out;
 * a row that is too short has empty cells at its end.
 * @throws Problem imports.file_broken { line }
 */
export async function* csvRows(file: SourceFile, onBytes?: OnBytes): AsyncGenerator<CsvRow> {
  const columns: string[] = []
  for await (const { line, record } of csvRecords(file, onBytes)) {
    if (columns.length === 0) {
      columns.push(...record.map((name) => name.trim()))
      continue
    }
    const cells: Record<string, string> = {}
    // Backwards, so that of two columns with one name the first counts.
    for (let at = columns.length - 1; at >= 0; at--) cells[columns[at] as string] = record[at] ?? ''
    yield { line, cells }
  }
}

async function* csvRecords(file: SourceFile, onBytes?: OnBytes): AsyncGenerator<{ line: number; record: string[] }> {
  const parser = through(
    texts(file, onBytes),
    parse({
      bom: true,
      delimiter: file.delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      info: true,
    }),
    2,
  )
  let line = 1
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      yield { line, record }
      line = info.lines + 1
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw importProblems.file_broken({ line, reason: error.code, detail: error.message }, { cause: error })
  }
}

/**
 * Elements of a JSON file (see json-stream.ts for which).
 * @throws Problem imports.file_broken
 */
export async function* jsonRows(file: SourceFile, onBytes?: OnBytes): AsyncGenerator<JsonRow> {
  try {
    yield* jsonElements(texts(file, onBytes))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw importProblems.file_broken({ detail: error.message }, { cause: error })
  }
}

/** What an importer is recognised by, and the first rows for a person to look at. */
export async function sampleOf(
  file: SourceFile,
  rowsMax = 10,
): Promise<{ sample: Sample; columns: string[]; rows: string[][] }> {
  if (file.source === 'json') return sampleOfJson(file, rowsMax)
  const records: string[][] = []
  for await (const { record } of csvRecords(file)) {
    records.push(record)
    if (records.length > rowsMax) break
  }
  const [columns = [], ...rows] = records
  const names = columns.map((name) => name.trim())
  return { sample: { source: 'csv', columns: names }, columns: names, rows }
}

async function sampleOfJson(file: SourceFile, rowsMax: number): ReturnType<typeof sampleOf> {
  const elements: JsonRow[] = []
  for await (const element of jsonRows(file)) {
    elements.push(element)
    if (elements.length >= rowsMax) break
  }
  const [first] = elements
  if (!first) throw importProblems.file_empty({ path: file.path })
  const keys = typeof first.json === 'object' && first.json !== null ? Object.keys(first.json) : []
  const rows = elements.map(({ json }) => keys.map((key) => shown((json as Record<string, unknown> | null)?.[key])))
  return { sample: { source: 'json', root: first.root, keys }, columns: keys, rows }
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value).slice(0, 200) : String(value)
}
