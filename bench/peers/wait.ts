import type { Child } from '../lib/processes.ts'

/** Waits so many milliseconds; a wait that nobody waits for does not keep the program alive. */
export function pause(ms: number, { isWaitedFor = true } = {}): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    if (!isWaitedFor) timer.unref()
  })
}

/**
 * Asks again and again until a server answers as it should.
 * @returns milliseconds it took
 * @throws Error with the server's last words when it ends first, or after five minutes
 */
export async function untilAnswered(child: Child, ask: () => Promise<void>): Promise<number> {
  const began = performance.now()
  let trouble: unknown
  while (performance.now() - began < 300_000) {
    if (child.process.exitCode !== null) break
    const answered = await ask().then(
      () => true,
      (error) => {
        trouble = error
        return false
      },
    )
    if (answered) return performance.now() - began
    await pause(20)
  }
  throw new Error(`the server does not answer (${String(trouble)}):\n${child.output().slice(-2000)}`)
}
