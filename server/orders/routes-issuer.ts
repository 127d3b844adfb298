import { isTaxId, normalizeTaxId } from '@hilo/calc'
import { issuer, setIssuerBody } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { type AppContext, get, write } from '#platform/http'
import { issuerAt, keepIssuer } from '#platform/issuer'
import { defineProblems } from '#platform/problems'
import { audit } from '#staff'

const problems = defineProblems('orders', {
  tax_id_invalid: {
    status: 422,
    retry: 'never',
    title: 'This is no tax number',
    titleEs: 'Ese NIF no es válido',
    remedy: 'Check its last character, or put the code of its country before it: PT501964843.',
    remedyEs: 'Comprueba el último carácter o, si es de otro país, pon delante su código: PT501964843.',
  },
})

const tag = 'orders'
const response = { 200: issuer }

/** Who sells: anybody may know it, the owner says it. */
export function registerIssuerRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/store/issuer',
    action: 'orders.issuer.read',
    summary: 'Registered name and tax number of who sells, as on receipts',
    tag,
    schema: { response },
    run: ({ db, clock }) => issuerAt(db, clock.now()),
  })
  write(app, context, {
    method: 'PUT',
    url: '/api/admin/issuer',
    action: 'orders.issuer.write',
    summary: 'Says who sells; receipts of before keep whom they named',
    tag,
    schema: { body: setIssuerBody, response },
    run: async ({ tx, clock, actor, body }) => {
      const taxId = normalizeTaxId(body.taxId)
      if (!isTaxId(taxId)) throw problems.tax_id_invalid({ parameter: 'taxId' })
      await keepIssuer(tx, clock, { name: body.name, taxId })
      await audit(tx, clock, actor, { action: 'orders.issuer.write', data: { name: body.name, taxId } })
      return issuerAt(tx, clock.now())
    },
  })
}
