/** Gives memory back to the system when the server has come to rest, for the other programs of a shop's own machine. */
import type { Server } from 'node:http'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const lookEveryMs = 1000
/** Looks in a row at which hardly anybody had asked for anything. */
const quietLooks = 2
const quietRequests = 2
/** A collection takes some 50 ms, so it has to be worth it: by so much the heap must have grown since the last one. */
const grownBytesMin = 24 * 1_048_576

export type Look = Readonly<{
  /** Requests since the last look. */
  requests: number
  /** Bytes that V8 holds, and buffers that hang on its objects. */
  heapBytes: number
}>

/**
 * Says after each look whether to collect now: at rest, and when the heap has grown since the last time. V8 by itself keeps what a rush
 * needed (a nursery of 128 MB, buffers of pages long sent) until it is short of memory.
 */
export class Rest {
  #quiet = 0
  #heapBytes = 0

  isDue({ requests, heapBytes }: Look): boolean {
    this.#quiet = requests <= quietRequests ? this.#quiet + 1 : 0
    return this.#quiet >= quietLooks && heapBytes - this.#heapBytes >= grownBytesMin
  }

  /** What V8 still holds after a collection. */
  collected(heapBytes: number): void {
    this.#heapBytes = heapBytes
  }
}

/** Looks every second until the server closes; the first collection, after the start, is the largest (50 to 80 MB). */
export function giveBackAtRest(server: Server): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: { type: string; flavor: string }) => void
  const rest = new Rest()
  let requests = 0
  server.on('request', () => {
    requests += 1
  })
  const look = setInterval(() => {
    const isDue = rest.isDue({ requests, heapBytes: held() })
    requests = 0
    if (!isDue) return
    collect({ type: 'major', flavor: 'last-resort' })
    rest.collected(held())
  }, lookEveryMs)
  look.unref()
  server.once('close', () => clearInterval(look))
}

function held(): number {
  const { total_heap_size, external_memory } = getHeapStatistics()
  return total_heap_size + external_memory
}
