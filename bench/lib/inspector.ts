/** A Node process of ours, watched from outside: where its processor time goes while it works. */

export type CallFrame = { functionName: string; url: string; lineNumber: number }
export type CpuProfile = {
  nodes: { id: number; callFrame: CallFrame; children?: number[] }[]
  samples: number[]
  /** Microseconds between two samples. */
  timeDeltas: number[]
}

/**
 * Samples a process that was started with `--inspect=127.0.0.1:<port>` while `work` runs.
 * @param everyUs between two samples
 */
export async function profiled(port: number, everyUs: number, work: () => Promise<void>): Promise<CpuProfile> {
  const line = await openLine(port)
  try {
    await line.ask('Profiler.enable')
    await line.ask('Profiler.setSamplingInterval', { interval: everyUs })
    await line.ask('Profiler.start')
    await work()
    const { profile } = (await line.ask('Profiler.stop')) as { profile: CpuProfile }
    return profile
  } finally {
    line.close()
  }
}

type Line = { ask(method: string, params?: object): Promise<unknown>; close(): void }

async function openLine(port: number): Promise<Line> {
  const listed = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as { webSocketDebuggerUrl: string }[]
  const socket = new WebSocket(listed[0]?.webSocketDebuggerUrl ?? '')
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('error', () => reject(new Error(`nobody to inspect on port ${port}`)), { once: true })
  })
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
  socket.addEventListener('message', ({ data }) => {
    const said = JSON.parse(String(data)) as { id?: number; result?: unknown; error?: { message: string } }
    const asked = waiting.get(said.id ?? 0)
    waiting.delete(said.id ?? 0)
    if (said.error) asked?.reject(new Error(said.error.message))
    else asked?.resolve(said.result)
  })
  let next = 1
  return {
    ask: (method, params = {}) =>
      new Promise((resolve, reject) => {
        const id = next++
        waiting.set(id, { resolve, reject })
        socket.send(JSON.stringify({ id, method, params }))
      }),
    close: () => socket.close(),
  }
}
