import { createHmac } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import formbody from '@fastify/formbody'
import Fastify, { type FastifyInstance } from 'fastify'
import { usePaymentProvider } from '#payments'
import { type Faults, Notices } from './notices.ts'
import type { Send } from './over-http.ts'
import { simulatorProvider } from './provider.ts'
import { seeded } from './random.ts'
import { addSimulatorRoutes, type Interference } from './routes.ts'
import { PaymentBook } from './simulator.ts'

export { type Faults, Notices } from './notices.ts'
export { simulatorProvider } from './provider.ts'
export type { Interference } from './routes.ts'
export { PaymentBook, type SimEvent, type SimPayment, testTokens } from './simulator.ts'

type Mounted = { prefix: string; secret: string; publicUrl: string }

/** Both keys of a simulator that was started with this secret: what its callers show, and what its notices are signed with. */
export function keysOf(secret: string): { apiKey: string; webhookSecret: string } {
  const derive = (purpose: string) => createHmac('sha256', secret).update(purpose).digest('base64')
  return { apiKey: derive('payment-simulator api'), webhookSecret: `whsec_${derive('payment-simulator notices')}` }
}

/**
 * The simulator inside Hilo's own server, for the demo: an outside system all the same, whose requests, signatures and refusals are
 * those of its protocol. Buyers reach it under the public address; between the two faces of this process nothing travels over a
 * network, so that a shop without a provider of its own does not pay for one.
 */
export async function paymentSimulator(app: FastifyInstance, { prefix, secret, publicUrl }: Mounted): Promise<void> {
  const { apiKey, webhookSecret } = keysOf(secret)
  const send = inProcess(app)
  const notices = new Notices({
    url: () => '/api/payments/webhooks/simulator',
    secret: webhookSecret,
    random: seeded(1),
    send,
  })
  const book = new PaymentBook((event) => notices.send(event), { trustUnknown: true })
  addSimulatorRoutes(app, { book, apiKey, baseUrl: () => `${publicUrl}${prefix}` })
  usePaymentProvider(simulatorProvider({ baseUrl: () => prefix, apiKey, webhookSecret, send }))
}

function inProcess(app: FastifyInstance): Send {
  return async ({ method, url, headers, body }) => {
    const answer = await app.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body }) })
    return { status: answer.statusCode, body: answer.body }
  }
}

export type RunningSimulator = {
  url: string
  book: PaymentBook
  notices: Notices
  provider: ReturnType<typeof simulatorProvider>
  stop(): Promise<void>
}

/**
 * The simulator as a server of its own, as tests and `node server/connectors/payment-simulator/main.ts` run it.
 * @param webhookUrl where notices go; without one they go nowhere
 * @param faults how badly notices travel, by seed
 * @param interfere what becomes of each call, see `Interference`
 */
export async function startSimulator({
  port = 0,
  secret = 'simulator',
  webhookUrl,
  faults,
  seed = 1,
  slowMs,
  timeoutMs,
  interfere,
}: {
  port?: number
  secret?: string
  webhookUrl?: () => string
  faults?: Faults
  seed?: number
  slowMs?: number
  timeoutMs?: number
  interfere?: Interference
} = {}): Promise<RunningSimulator> {
  const { apiKey, webhookSecret } = keysOf(secret)
  const app = Fastify({ logger: false, forceCloseConnections: true })
  await app.register(formbody)
  const notices = new Notices({
    url: webhookUrl ?? (() => ''),
    secret: webhookSecret,
    random: seeded(seed),
    ...(faults ? { faults } : {}),
  })
  const book = new PaymentBook((event) => {
    if (webhookUrl) notices.send(event)
  })
  let url = ''
  addSimulatorRoutes(app, {
    book,
    apiKey,
    baseUrl: () => url,
    ...(slowMs === undefined ? {} : { slowMs }),
    ...(interfere ? { interfere } : {}),
  })
  await app.listen({ host: '127.0.0.1', port })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const provider = simulatorProvider({
    baseUrl: () => url,
    apiKey,
    webhookSecret,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
  return { url, book, notices, provider, stop: async () => app.close() }
}
