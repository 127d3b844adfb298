/**
 * Builds the front ends when, and only when, their sources changed since the last build.
 *
 * A stamp in each `dist` holds two fingerprints of the sources: of names, sizes and times (quick), and of the contents
 * (certain). A fresh clone, a changed branch and a touched file are all told apart in a few milliseconds.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { projectDir, type Text } from '../platform/config.ts'
import { withLock } from '../platform/postgres/lock.ts'
import { diskFull, SetupError } from '../platform/postgres/setup-error.ts'

/** `name` is the folder in `apps`; its `build` script is what builds it. */
export type FrontEnd = Readonly<{ name: string; label: Text }>

export const frontEnds: readonly FrontEnd[] = [
  { name: 'storefront', label: { es: 'tienda', en: 'shop' } },
  { name: 'console', label: { es: 'consola', en: 'console' } },
  { name: 'pos', label: { es: 'caja', en: 'till' } },
]

type Stamp = { quick: string; content: string }

const stampName = '.hilo-build.json'
/** The shared packages are part of every front end; the lock file stands for everything from npm. */
const sharedSources = ['packages/{calc,contract,i18n,ui}/**/*', 'package-lock.json', 'tsconfig*.json']
/** Folders that are not even entered, and files that change no build. */
const noFolder = /(^|\/)(node_modules|dist|\.astro|\.vite)$/
const noSource = /(^|\/)(node_modules|dist|\.astro|\.vite)\/|\.(test|e2e)\.tsx?$|\.md$/

/** Front ends whose sources differ from what was built; refreshes the quick fingerprint of those that only look different. */
export async function outdatedFrontEnds(root = projectDir): Promise<FrontEnd[]> {
  const shared = await sourcesOf(root, sharedSources)
  const outdated: FrontEnd[] = []
  for (const frontEnd of frontEnds) {
    const sources = [...(await sourcesOf(root, [`apps/${frontEnd.name}/**/*`])), ...shared]
    const stamp = readStamp(root, frontEnd)
    const quick = quickFingerprint(root, sources)
    if (stamp?.quick === quick) continue
    const content = contentFingerprint(root, sources)
    if (stamp?.content === content) writeStamp(root, frontEnd, { quick, content })
    else outdated.push(frontEnd)
  }
  return outdated
}

/**
 * Builds the front ends that need it, all at once. Two processes that ask at the same time build once.
 * @param options.force builds all of them
 * @param options.signal stops the tools
 * @param options.onDone told after each one
 * @returns those that were built
 * @throws SetupError build_failed with the last words of the tool, disk_full
 */
export async function buildFrontEnds(
  options: { root?: string; force?: boolean; signal?: AbortSignal; onDone?: (frontEnd: FrontEnd) => void } = {},
): Promise<FrontEnd[]> {
  const root = options.root ?? projectDir
  if (!options.force && (await outdatedFrontEnds(root)).length === 0) return []
  const lock = join(tmpdir(), `hilo-build-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.lock`)
  return withLock(lock, async () => {
    const due = options.force ? [...frontEnds] : await outdatedFrontEnds(root)
    const results = await Promise.allSettled(
      due.map(async (frontEnd) => {
        await buildOne(root, frontEnd, options.signal)
        options.onDone?.(frontEnd)
      }),
    )
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
    return due
  })
}

async function buildOne(root: string, frontEnd: FrontEnd, signal: AbortSignal | undefined): Promise<void> {
  // The fingerprint is taken before: what changes during the build counts as changed after it.
  const sources = [
    ...(await sourcesOf(root, [`apps/${frontEnd.name}/**/*`])),
    ...(await sourcesOf(root, sharedSources)),
  ]
  const stamp = { quick: quickFingerprint(root, sources), content: contentFingerprint(root, sources) }
  const { code, said } = await runTool(root, frontEnd, signal)
  signal?.throwIfAborted()
  if (code !== 0 && /ENOSPC|No space left/.test(said)) throw diskFull(join(root, 'apps', frontEnd.name), said)
  if (code !== 0) throw buildFailed(frontEnd, said)
  writeStamp(root, frontEnd, stamp)
}

type Outcome = { code: number | null; said: string }

async function runTool(root: string, { name }: FrontEnd, signal: AbortSignal | undefined): Promise<Outcome> {
  const cwd = join(root, 'apps', name)
  const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')) as { scripts: { build: string } }
  // As npm would run it, but with the Node that runs us and without npm's half second.
  const programs = [join(cwd, 'node_modules/.bin'), join(root, 'node_modules/.bin')]
  const PATH = [dirname(process.execPath), ...programs, process.env.PATH].join(delimiter)
  const env = { ...process.env, PATH, NODE_ENV: 'production', NO_COLOR: '1' }
  // A group of its own, so that the shell and everything it started end together.
  const child = spawn(scripts.build, { cwd, env, shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk))
  const stop = () => endGroup(child.pid)
  process.once('exit', stop)
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) stop()
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    return { code, said }
  } finally {
    process.off('exit', stop)
    signal?.removeEventListener('abort', stop)
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGTERM')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // it ended by itself
  }
}

function buildFailed({ label }: FrontEnd, said: string): SetupError {
  const tail = stripVTControlCharacters(said).trim().split('\n').slice(-25).join('\n')
  return new SetupError('build_failed', {
    es: `No se ha podido construir: ${label.es}.\n${tail}`,
    en: `Could not build: ${label.en}.\n${tail}`,
  })
}

async function sourcesOf(root: string, patterns: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for await (const file of glob([...patterns], { cwd: root, exclude: (path) => noFolder.test(path) })) found.push(file)
  return found.filter((file) => !noSource.test(file) && statSync(join(root, file)).isFile()).sort()
}

function quickFingerprint(root: string, files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(root, file))
    hash.update(`${file}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

function contentFingerprint(root: string, files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\n')
  return hash.digest('hex')
}

function stampPath(root: string, { name }: FrontEnd): string {
  return join(root, 'apps', name, 'dist', stampName)
}

function readStamp(root: string, frontEnd: FrontEnd): Stamp | null {
  const path = stampPath(root, frontEnd)
  if (!existsSync(path)) return null
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Stamp
  } catch {
    return null // half-written by a killed build: then it has to be built again
  }
}

function writeStamp(root: string, frontEnd: FrontEnd, stamp: Stamp): void {
  try {
    writeFileSync(stampPath(root, frontEnd), JSON.stringify(stamp))
  } catch (error) {
    // A read-only installation that is up to date only loses the quick way.
    if (!['EROFS', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
