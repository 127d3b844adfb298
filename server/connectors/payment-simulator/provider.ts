import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { z } from 'zod'
import { type PaymentProvider, type ProviderState, paymentProblems } from '#payments'
import { overHttp, type Send } from './over-http.ts'

export type ProviderOptions = {
  /** Address of the simulator's routes, as this server reaches them. */
  baseUrl: () => string
  apiKey: string
  /** Shared secret of the notices, `whsec_…`. */
  webhookSecret: string
  timeoutMs?: number
  /** How a call travels; over HTTP unless the simulator lives in this very process. */
  send?: Send
}
const paymentBody = z.object({
  id: z.string(),
  status: z.enum(['pending', 'authorized', 'captured', 'declined', 'voided']),
  amountMinor: z.int(),
  declineCode: z.string().nullable(),
  redirectUrl: z.string().nullable(),
})
const refundBody = z.object({ id: z.string(), status: z.enum(['done', 'pending', 'failed']) })
const noticeBody = z.object({ type: z.string(), data: z.object({ key: z.string() }) })

/** Hilo's side of the simulator: speaks its protocol and decides nothing. */
export function simulatorProvider(options: ProviderOptions): PaymentProvider {
  const call = async (method: 'GET' | 'POST', path: string, { key, body }: { key?: string; body?: unknown } = {}) => {
    const send = options.send ?? overHttp
    const answer = await send({
      method,
      url: `${options.baseUrl()}${path}`,
      headers: {
        authorization: `Bearer ${options.apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMs: options.timeoutMs ?? 10_000,
    })
    return { status: answer.status, body: JSON.parse(answer.body) as unknown }
  }
  const state = ({ status, body }: { status: number; body: unknown }): ProviderState => {
    if (status === 404) return { status: 'unknown_there' }
    if (status === 422) return { status: 'declined', ref: '', code: 'refused_by_provider' }
    if (status >= 400) throw new Error(`payment simulator answered ${status}`)
    return toState(paymentBody.parse(body))
  }
  return {
    name: 'simulator',
    create: async ({ key, ...body }) => state(await call('POST', '/v1/payments', { key, body })),
    status: async ({ key, ref }) => state(await call('GET', `/v1/payments/${ref ?? key}`)),
    capture: async ({ ref }) => state(await call('POST', `/v1/payments/${ref}/capture`)),
    void: async ({ ref }) => state(await call('POST', `/v1/payments/${ref}/void`)),
    refund: async ({ key, paymentRef, amountMinor }) => {
      const answer = await call('POST', '/v1/refunds', { key, body: { paymentId: paymentRef, amountMinor } })
      if (answer.status === 404 || answer.status === 409) return { status: 'failed', ref: null }
      if (answer.status >= 400) throw new Error(`payment simulator answered ${answer.status}`)
      const { id, status } = refundBody.parse(answer.body)
      return { status, ref: id }
    },
    parseWebhook: (headers, body) => {
      const text = body.toString('utf8')
      const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const
      const signed = Object.fromEntries(names.map((name) => [name, headers[name] ?? '']))
      try {
        new Webhook(options.webhookSecret).verify(text, signed)
      } catch (error) {
        if (error instanceof WebhookVerificationError) throw paymentProblems.signature_wrong({}, { cause: error })
        throw error
      }
      const payload = noticeBody.parse(JSON.parse(text))
      return { eventId: signed['webhook-id'] ?? '', type: payload.type, key: payload.data.key, payload }
    },
  }
}

function toState({
  id: ref,
  status,
  amountMinor,
  declineCode,
  redirectUrl,
}: z.output<typeof paymentBody>): ProviderState {
  switch (status) {
    case 'captured':
      return { status, ref, amountMinor }
    case 'declined':
      return { status, ref, code: declineCode ?? 'declined' }
    case 'pending':
      return { status, ref, redirectUrl }
    case 'authorized':
    case 'voided':
      return { status, ref }
    default: {
      const never: never = status
      return never
    }
  }
}
