import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { newWebhookSecret, signWebhook } from './sign.ts'

const vectors = join(import.meta.dirname, '../../../../shared/data/webhook-vectors/vectors.json')

test.skipIf(!existsSync(vectors))(
  'signs as the published vector of Standard Webhooks (skipped without ../shared/data/webhook-vectors)',
  () => {
    const { standardWebhooks: v } = JSON.parse(readFileSync(vectors, 'utf8'))
    const headers = signWebhook([v.secret], { id: v.id, at: new Date(v.timestamp * 1000), body: v.payload })
    expect(headers['webhook-signature']).toBe(v.signature)
    expect(headers['webhook-timestamp']).toBe(String(v.timestamp))
  },
)

test('the official library accepts a signature of either secret and refuses a changed body', () => {
  const [fresh, old] = [newWebhookSecret(), newWebhookSecret()]
  const body = '{"note":"año nuevo 🎉"}'
  const headers = signWebhook([fresh, old], { id: 'evt_1', at: new Date(), body })
  for (const secret of [fresh, old]) expect(new Webhook(secret).verify(body, headers)).toEqual({ note: 'año nuevo 🎉' })
  expect(() => new Webhook(fresh).verify(body.replace('año', 'ano'), headers)).toThrow()
  expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow()
})
