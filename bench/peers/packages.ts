import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { NotAvailable } from './shop.ts'

const installing = new Map<string, Promise<string>>()

/** True when there is something to install for a system of this name. */
export function hasApp(name: string): boolean {
  return existsSync(join(import.meta.dirname, 'apps', name))
}

/**
 * Puts what `apps/<name>` lists into a folder of the run by npm, unless it is there. The versions stand in its package.json.
 * @returns the folder
 * @throws NotAvailable when npm cannot bring it
 */
export function installApp(name: string, runFolder: string): Promise<string> {
  const folder = join(runFolder, name)
  const known = installing.get(folder) ?? install(name, folder)
  installing.set(folder, known)
  return known
}

async function install(name: string, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  cpSync(join(import.meta.dirname, 'apps', name), folder, { recursive: true })
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return folder
  try {
    await run('npm', ['install', '--no-audit', '--no-fund', '--legacy-peer-deps'], { cwd: folder })
  } catch (error) {
    throw new NotAvailable(`not installed: ${String(error).split('\n').slice(-3).join(' ').slice(0, 300)}`)
  }
  return folder
}

/** Version of an installed package. */
export function versionOf(folder: string, name: string): string {
  const text = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** What npm put into a folder: packages, and the space they take on disk in MiB. */
export async function installedIn(folder: string): Promise<{ packages: number; mib: number }> {
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8')) as {
    packages: Record<string, { link?: boolean }>
  }
  const packages = Object.entries(lock.packages).filter(([path, entry]) => path !== '' && !entry.link).length
  return { packages, mib: Math.round((await bytesIn(join(folder, 'node_modules'))) / 2 ** 20) }
}

/** Size on disk, as the file system counts it: whole blocks. */
async function bytesIn(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await bytesIn(path)
    else if (entry.isFile()) bytes += (await lstat(path)).blocks * 512
  }
  return bytes
}

/** Runs a program to its end with this Node first on the path. @throws Error with its last words */
export function run(
  program: string,
  args: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): Promise<void> {
  const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, PATH: path, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const listen = (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-4000)
  }
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ${args.join(' ')} ended with ${code}:\n${said}`)),
    )
  })
}

/** True when a program of this name is on the path. */
export function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      return readdirSync(folder).includes(program)
    } catch {
      return false
    }
  })
}
