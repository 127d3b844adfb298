/** Runs `hilo` as a process of its own, as a person would. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export type Result = Readonly<{ code: number | null; signal: NodeJS.Signals | null; out: string; err: string }>
export type HiloOptions = Readonly<{ env?: Record<string, string>; uid?: number; gid?: number; cwd?: string }>

/** Environment of a test run: none of the caller's settings, Spanish unless told otherwise. */
export function cleanEnv(env: Record<string, string> = {}): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR } = process.env
  return { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), NO_COLOR: '1', ...env }
}

/** A running `hilo`; `result` resolves when it has ended. */
export function spawnHilo(args: readonly string[], options: HiloOptions = {}) {
  const { env, ...rest } = options
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    ...rest,
    env: cleanEnv(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout?.on('data', (chunk: Buffer) => (said.out += chunk))
  child.stderr?.on('data', (chunk: Buffer) => (said.err += chunk))
  const result = once(child, 'close').then(
    ([code, signal]): Result => ({ code: code as number | null, signal: signal as NodeJS.Signals | null, ...said }),
  )
  return { child, said, result }
}

/** Runs `hilo` to its end. */
export function hilo(args: readonly string[], options: HiloOptions = {}): Promise<Result> {
  return spawnHilo(args, options).result
}

/** Waits until `what` holds; fails after `seconds`. */
export async function until(what: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  const begun = performance.now()
  while (!(await what())) {
    if (performance.now() - begun > seconds * 1000) throw new Error(`waited ${seconds} s in vain`)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}
