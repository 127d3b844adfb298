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

export type SimulatorParts = {
  book: PaymentBook
  apiKey: string
  /** Address of these routes as the buyer's browser reaches them. */
  baseUrl: () => string
  slowMs?: number
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
  app.post('/v1/payments', async (request, reply) => {
    checkKey(request, parts.apiKey)
    const body = newPayment.parse(request.body)
    const answer = body.cardToken === undefined ? 'given' : testTokens[body.cardToken]?.answer
    if (answer === 'never_arrives') return hangUp(reply)
    const payment = book.create({ ...body, key: idempotencyKey(request) })
    if (answer === 'lost') return hangUp(reply)
    if (answer === 'slow') await new Promise((resolve) => setTimeout(resolve, parts.slowMs ?? 1500))
    return reply.code(201).send(view(payment))
  })
  app.get<{ Params: { id: string } }>('/v1/payments/:id', async (request) => {
    checkKey(request, parts.apiKey)
    const payment = book.find(request.params.id)
    if (!payment) throw new SimRefusal(404, 'payment_unknown')
    return view(payment)
  })
  app.post<{ Params: { id: string } }>('/v1/payments/:id/capture', async (request) => {
    checkKey(request, parts.apiKey)
    return view(book.capture(request.params.id))
  })
  app.post<{ Params: { id: string } }>('/v1/payments/:id/void', async (request) => {
    checkKey(request, parts.apiKey)
    return view(book.void(request.params.id))
  })
  app.post('/v1/refunds', async (request, reply) => {
    checkKey(request, parts.apiKey)
    const refund = book.refund({ ...newRefund.parse(request.body), key: idempotencyKey(request) })
    return reply.code(201).send(refund)
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
