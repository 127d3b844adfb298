import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { payPage, unknownPage } from './page.ts'
import { type PaymentBook, type SimPayment, SimRefusal, testTokens } from './simulator.ts'

const newPayment = z.object({
  amountMinor: z.int(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  description: z.string().max(200).default(''),
  language: z.enum(['es', 'en']).default('es'),
  returnUrl: z.url(),
  capture: z.enum(['automatic', 'manual']).default('automatic'),
  cardToken: z.string().max(80).optional(),
})
const newRefund = z.object({ paymentId: z.string().max(80), amountMinor: z.int().min(1) })

/**
 * What becomes of a call of the shop: it arrives and is answered, it never arrives, or it is carried out and its answer is lost. Asked
 * twice, with `arrived` false before and true after the work; it may take its time. `about`: payment id or key, or the refund's key.
 */
export type Interference = (call: {
  what: 'create' | 'status' | 'capture' | 'void' | 'refund'
  about: string
  arrived: boolean
}) => Promise<'go_on' | 'break'>

export type SimulatorParts = {
  book: PaymentBook
  apiKey: string
  /** Address of these routes as the buyer's browser reaches them. */
  baseUrl: () => string
  slowMs?: number
  interfere?: Interference
}

/** The provider's HTTP face; the protocol is written down in README.md. */
export function addSimulatorRoutes(app: FastifyInstance, parts: SimulatorParts): void {
  const { book } = parts
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof SimRefusal) return reply.code(error.status).send({ error: error.code })
    if (error instanceof z.ZodError) return reply.code(422).send({ error: 'invalid', issues: error.issues })
    throw error
  })
  const view = (payment: SimPayment) => ({
    id: payment.id,
    key: payment.key,
    status: payment.status,
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    declineCode: payment.declineCode,
    refundedMinor: payment.refundedMinor,
    redirectUrl: payment.status === 'pending' && payment.hosted ? `${parts.baseUrl()}/pay/${payment.id}` : null,
  })
  /** The work of one call, between the two chances of the line to break. */
  const carryOut = async <T>(
    { request, reply }: { request: FastifyRequest; reply: FastifyReply },
    what: Parameters<Interference>[0]['what'],
    about: string,
    work: () => T,
  ): Promise<T | FastifyReply> => {
    checkKey(request, parts.apiKey)
    const breaks = async (arrived: boolean) => (await parts.interfere?.({ what, about, arrived })) === 'break'
    if (await breaks(false)) return hangUp(reply)
    const answer = work()
    return (await breaks(true)) ? hangUp(reply) : answer
  }
  app.post('/v1/payments', async (request, reply) => {
    checkKey(request, parts.apiKey)
    const body = newPayment.parse(request.body)
    const answer = body.cardToken === undefined ? 'given' : testTokens[body.cardToken]?.answer
    if (answer === 'never_arrives') return hangUp(reply)
    const key = idempotencyKey(request)
    const made = await carryOut({ request, reply }, 'create', key, () => view(book.create({ ...body, key })))
    if (reply.sent) return reply
    if (answer === 'lost') return hangUp(reply)
    if (answer === 'slow') await new Promise((resolve) => setTimeout(resolve, parts.slowMs ?? 1500))
    return reply.code(201).send(made)
  })
  type OfOne = FastifyRequest<{ Params: { id: string } }>
  app.get('/v1/payments/:id', async (request: OfOne, reply) => {
    const { id } = request.params
    return carryOut({ request, reply }, 'status', id, () => {
      const payment = book.find(id)
      if (!payment) throw new SimRefusal(404, 'payment_unknown')
      return view(payment)
    })
  })
  app.post('/v1/payments/:id/capture', async (request: OfOne, reply) => {
    const { id } = request.params
    return carryOut({ request, reply }, 'capture', id, () => view(book.capture(id)))
  })
  app.post('/v1/payments/:id/void', async (request: OfOne, reply) => {
    const { id } = request.params
    return carryOut({ request, reply }, 'void', id, () => view(book.void(id)))
  })
  app.post('/v1/refunds', async (request, reply) => {
    const key = idempotencyKey(request)
    const refund = await carryOut({ request, reply }, 'refund', key, () =>
      book.refund({ ...newRefund.parse(request.body), key }),
    )
    return reply.sent ? reply : reply.code(201).send(refund)
  })
  app.get<{ Params: { id: string } }>('/pay/:id', async (request, reply) => {
    const payment = book.find(request.params.id)
    const html = payment ? payPage(payment, `${parts.baseUrl()}/pay/${payment.id}`) : unknownPage('es')
    return reply
      .code(payment ? 200 : 404)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(html)
  })
  app.post<{ Params: { id: string } }>('/pay/:id', async (request, reply) => {
    const { decision } = z.object({ decision: z.enum(['approve', 'decline']) }).parse(request.body)
    const payment = book.decide(request.params.id, decision === 'approve')
    return reply.redirect(payment.returnUrl, 303)
  })
}

/** The request arrived, or its answer left, and the line broke. */
function hangUp(reply: FastifyReply): FastifyReply {
  reply.hijack()
  reply.raw.destroy()
  return reply
}

function checkKey(request: FastifyRequest, apiKey: string): void {
  const given = Buffer.from(request.headers.authorization ?? '')
  const right = Buffer.from(`Bearer ${apiKey}`)
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw new SimRefusal(401, 'unauthorized')
}

function idempotencyKey(request: FastifyRequest): string {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string' || key === '') throw new SimRefusal(400, 'idempotency_key_missing')
  return key
}
