import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'

/** A port that is free now. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

export type Child = { process: ChildProcess; output(): string; stop(): Promise<void> }

/** Starts a program with this Node, keeps what it says, and stops it with SIGTERM (SIGKILL after 10 s). */
export function start(args: readonly string[], env: Record<string, string>, cwd?: string): Child {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (chunk) => (said += chunk))
  child.stderr.on('data', (chunk) => (said += chunk))
  return {
    process: child,
    output: () => said,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        const kill = setTimeout(() => child.kill('SIGKILL'), 10_000)
        child.once('exit', () => {
          clearTimeout(kill)
          resolve()
        })
        child.kill('SIGTERM')
      }),
  }
}

/** Waits until the address answers 200; throws with what the program said when it ends before. */
export async function untilServing(url: string, child: Child, seconds = 60): Promise<number> {
  const begun = performance.now()
  while (performance.now() - begun < seconds * 1000) {
    if (child.process.exitCode !== null) throw new Error(`ended with ${child.process.exitCode}:\n${child.output()}`)
    const answered = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (answered) return performance.now() - begun
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`${url} did not answer within ${seconds} s:\n${child.output()}`)
}

/** Proportional set size of a process and its descendants in MiB (Linux; null elsewhere). */
export function memoryMiB(pid: number): number | null {
  if (process.platform !== 'linux') return null
  const kib = familyOf(pid).reduce(
    (sum, id) => sum + Number(/^Pss:\s+(\d+)/m.exec(tryRead(`/proc/${id}/smaps_rollup`))?.[1] ?? 0),
    0,
  )
  return Math.round(kib / 1024)
}

/** A process and its descendants (Linux; none elsewhere). */
export function familyOf(pid: number): number[] {
  if (process.platform !== 'linux') return []
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = /^PPid:\s+(\d+)/m.exec(tryRead(`/proc/${name}/status`))?.[1]
    if (parent) parents.set(Number(name), Number(parent))
  }
  return [...parents.keys()].filter((id) => descends(id, pid, parents))
}

function descends(id: number, ancestor: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = id; at !== undefined && at > 1; at = parents.get(at))
    if (at === ancestor) return true
  return false
}

// A process may end while we look at it; then it has no memory to count.
function tryRead(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
