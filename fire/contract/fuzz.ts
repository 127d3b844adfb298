/**
 * Calls made from the API's own document, fitting ones and broken ones, by everybody who may call.
 *
 *   SEED    one day at a shop, every call of it good (server/idempotency-steps.ts): what later calls can name, and good calls to break
 *   CALL    a third made from the document, the rest good calls with one or two things changed; callers in turn
 *   JUDGE   no answer of 500 or above, none that the document does not describe
 */
import { randomUUID } from 'node:crypto'
import { Pool as Connections } from 'undici'
import { type Random, randomOf } from '../lib/random.ts'
import type { Caller } from './callers.ts'
import { type Call, CallMaker } from './calls.ts'
import { type Document, type Operation, operationsOf } from './document.ts'
import { type Judge, judgeOf, type Reply } from './judge.ts'
import { Pool } from './pool.ts'
import { Values } from './values.ts'

/** A good call of the seeding day. */
export type Recorded = { method: string; url: string; headers: Record<string, string>; json: unknown; answer: unknown }
export type Fault = {
  fault: string
  operation: string
  caller: string
  url: string
  body: string
  answer: string
  times: number
}
export type FuzzResult = {
  calls: number
  seconds: number
  /** Calls by the first digit of their status. */
  statuses: Record<string, number>
  /** Operations that were answered well at least once, of all. */
  reached: number
  operations: number
  slowestMs: number
  faults: Fault[]
}

const perOperation = 12
const lanes = 8
const answerMsMax = 15_000

type Options = {
  base: string
  document: Document
  callers: Caller[]
  recorded: Recorded[]
  calls: number
  seed: number
  secondsMax?: number
}

/** Makes so many calls (fewer when the time is up) and gives what was found. The same seed makes the same choices. */
export async function fuzz({
  base,
  document,
  callers,
  recorded,
  calls,
  seed,
  secondsMax = 3600,
}: Options): Promise<FuzzResult> {
  const run = new Run({ base, document, callers, seed })
  for (const each of recorded) run.know(each)
  const begun = performance.now()
  const late = () => performance.now() - begun > secondsMax * 1000
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (run.made < calls && !late()) await run.one()
    }),
  )
  await run.close()
  return { ...run.result(), seconds: (performance.now() - begun) / 1000 }
}

class Run {
  made = 0
  readonly #random: Random
  readonly #operations: Operation[]
  readonly #judge: Judge
  readonly #callers: Caller[]
  readonly #pool = new Pool()
  readonly #maker: CallMaker
  readonly #connections: Connections
  readonly #good = new Map<Operation, { call: Call; caller: Caller | undefined }[]>()
  readonly #statuses: Record<string, number> = {}
  readonly #faults = new Map<string, Fault>()
  readonly #reached = new Set<Operation>()
  #slowestMs = 0

  constructor({ base, document, callers, seed }: Pick<Options, 'base' | 'document' | 'callers' | 'seed'>) {
    this.#random = randomOf(seed)
    this.#operations = operationsOf(document)
    this.#judge = judgeOf(document)
    this.#callers = callers
    this.#maker = new CallMaker(this.#random, new Values(this.#random, this.#pool), this.#pool)
    this.#connections = new Connections(base, {
      connections: lanes,
      headersTimeout: answerMsMax,
      bodyTimeout: answerMsMax,
    })
  }

  /** A good call of the seeding day. */
  know({ method, url, headers, json, answer }: Recorded): void {
    this.#pool.harvest(answer)
    this.#pool.harvest(json)
    const operation = this.#operations.find((each) => each.method === method && matches(each.path, url))
    if (!operation) return
    const call = {
      operation,
      url,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(json ?? null),
      json,
    }
    this.#maker.learn(call)
    this.#keep(call, undefined)
  }

  async one(): Promise<void> {
    this.made += 1
    const random = this.#random
    const operation = random.pick(this.#operations)
    const good = this.#good.get(operation)
    const chosen = good && random.chance(0.65) ? random.pick(good) : undefined
    // A good call of the day brings its own proof of who calls; now and then somebody else tries it.
    const caller = chosen?.caller ?? (chosen && random.chance(0.7) ? undefined : this.#somebody())
    const call = chosen
      ? random.chance(0.85)
        ? this.#maker.broken(chosen.call)
        : chosen.call
      : this.#maker.fitting(operation)
    const reply = await this.#answerTo(call, caller)
    if (reply === undefined) {
      // What the client itself refuses to send was no call.
      this.made -= 1
      return
    }
    const group = `${Math.floor(reply.status / 100)}xx`
    this.#statuses[group] = (this.#statuses[group] ?? 0) + 1
    if (reply.status === 401 && caller !== undefined) await caller.renew()
    const fault = this.#judge(operation, reply)
    if (fault !== undefined) this.#note(fault, call, caller, reply)
    if (reply.status >= 200 && reply.status < 300) this.#learn(call, caller, reply)
  }

  /** "Not now" is what a crowded machine may say once; who asks again after a while is answered. */
  async #answerTo(call: Call, caller: Caller | undefined): Promise<Reply | undefined> {
    for (let tries = 1; ; tries++) {
      const reply = await this.#send(call, caller)
      if (reply?.status !== 503 || !reply.body?.includes('platform.unavailable') || tries === 5) return reply
      await new Promise((resolve) => setTimeout(resolve, 2000))
    }
  }

  #learn(call: Call, caller: Caller | undefined, reply: Reply): void {
    this.#reached.add(call.operation)
    this.#maker.learn(call)
    this.#keep(call, caller)
    if (reply.body !== undefined && /json/.test(reply.contentType)) this.#pool.harvest(JSON.parse(reply.body))
  }

  #keep(call: Call, caller: Caller | undefined): void {
    const list = this.#good.get(call.operation) ?? []
    this.#good.set(call.operation, list)
    list.push({ call, caller })
    if (list.length > perOperation) list.splice(this.#random.whole(0, list.length - 1), 1)
  }

  /** The owner reaches furthest and so comes most often. */
  #somebody(): Caller | undefined {
    const owner = this.#callers.find(({ name }) => name === 'owner')
    return this.#random.chance(0.4) ? owner : this.#random.pick(this.#callers)
  }

  async #send({ operation, url, headers, body }: Call, caller: Caller | undefined): Promise<Reply | undefined> {
    const key = operation.method === 'GET' ? {} : { 'idempotency-key': randomUUID() }
    const begun = performance.now()
    try {
      const response = await this.#connections.request({
        method: operation.method as 'GET',
        path: url,
        headers: { 'x-forwarded-for': this.#address(), ...key, ...headers, ...caller?.headers },
        body: body === undefined || operation.method === 'GET' ? null : body,
      })
      const contentType = String(response.headers['content-type'] ?? '')
      const isStream = contentType.startsWith('text/event-stream')
      if (isStream) response.body.destroy()
      const text = isStream ? undefined : await response.body.text()
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - begun)
      return { status: response.statusCode, contentType, body: text }
    } catch (error) {
      const { code = '', message } = error as Error & { code?: string }
      if (code === 'UND_ERR_INVALID_ARG' || /invalid|aborted/i.test(message)) return undefined
      return { status: 599, contentType: '', body: `${code} ${message}` }
    }
  }

  /** Each call from an address of its own: what is tried here are not the limits per address. */
  #address(): string {
    const at = this.made
    return `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`
  }

  #note(fault: string, { operation, url, body }: Call, caller: Caller | undefined, { body: answer }: Reply): void {
    const key = `${operation.name} ${fault}`
    const known = this.#faults.get(key)
    if (known) known.times += 1
    else {
      const shown = { url, body: String(body ?? '').slice(0, 600), answer: (answer ?? '').slice(0, 300) }
      this.#faults.set(key, {
        fault,
        operation: operation.name,
        caller: caller?.name ?? 'as recorded',
        ...shown,
        times: 1,
      })
    }
  }

  result(): Omit<FuzzResult, 'seconds'> {
    return {
      calls: this.made,
      statuses: this.#statuses,
      reached: this.#reached.size,
      operations: this.#operations.length,
      slowestMs: Math.round(this.#slowestMs),
      faults: [...this.#faults.values()],
    }
  }

  async close(): Promise<void> {
    await this.#connections.destroy()
  }
}

function matches(path: string, url: string): boolean {
  const rule = path.replaceAll(/[.]/g, '\\.').replaceAll(/\{\w+\}/g, '[^/]+')
  return new RegExp(`^${rule}$`).test(url.split('?')[0] ?? '')
}
