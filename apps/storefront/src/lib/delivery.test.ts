import type { CartDelivery } from '@hilo/contract'
import { expect, test } from 'vitest'
import { deliveryOf, freeDelivery, leastToSend } from './delivery.ts'

const options = (amounts: number[]) =>
  ({ items: amounts.map((amountMinor) => ({ amountMinor })), freeFromMinor: 6000 }) as unknown as CartDelivery

test('the shopper is told what is missing until delivery is free, and that it is free from the very cent on', () => {
  expect(freeDelivery(6000, 5999)).toEqual({ free: false, missingMinor: 1 })
  expect(freeDelivery(6000, 6000)).toEqual({ free: true })
  expect(freeDelivery(0, 0)).toEqual({ free: true })
  expect(freeDelivery(null, 100_000)).toBeNull()
})

test('the least it costs to send is that of the cheapest way; nothing is said where nothing goes', () => {
  expect(leastToSend(options([990, 495]))).toBe(495)
  expect(leastToSend(options([]))).toBeNull()
  expect(leastToSend(null)).toBeNull()
})

test('prices are asked for the postal code of the shopper, or for any before there is one; a refusal shows none and is logged', async () => {
  const asked: unknown[] = []
  const api = (answer: () => Promise<unknown>) =>
    ({
      get: (_url: string, call: { query: { postal: string } }) => {
        asked.push(call.query.postal)
        return answer()
      },
    }) as unknown as Parameters<typeof deliveryOf>[0]['api']
  for (const typed of ['46001', '460', undefined])
    await deliveryOf({ api: api(async () => options([495])), log: () => undefined }, typed)
  expect(asked).toEqual(['46001', '28001', '28001'])
  const logged: unknown[] = []
  const log = (error: unknown) => logged.push(error)
  const away = new Error('away')
  expect(await deliveryOf({ api: api(() => Promise.reject(away)), log }, '46001')).toBeNull()
  expect(logged).toEqual([away])
})
