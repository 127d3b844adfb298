import { expect, test } from 'vitest'
import { type RawAnswer, SharedAnswers } from './shared-answers.ts'

const product = '/api/store/products/camisa'
let loaded = 0
const answers =
  (body: object, rest: Partial<RawAnswer> = {}) =>
  async (): Promise<RawAnswer> => {
    loaded += 1
    return { status: 200, text: JSON.stringify(body), ...rest }
  }
const count = async (work: () => Promise<unknown>) => {
  const before = loaded
  await work()
  return loaded - before
}

test('what is answered to everybody is asked for once while it is true', async () => {
  const kept = new SharedAnswers()
  const ask = (truth: string | undefined) => count(() => kept.get({ url: product, truth }, answers({ price: 49 })))
  expect([await ask('v1'), await ask('v1'), await ask('v2'), await ask('v2'), await ask('v1')]).toEqual([1, 0, 1, 0, 1])
  expect([await ask(undefined), await ask(undefined)]).toEqual([1, 1])
})

test('what belongs to somebody, and lists of any kind, are asked for each time', async () => {
  const kept = new SharedAnswers()
  for (const url of [
    '/api/store/carts/current',
    '/api/store/products?sort=new',
    '/api/store/account',
    '/api/store/search?q=x',
  ])
    expect(
      await count(async () => [
        await kept.get({ url, truth: 'v1' }, answers({})),
        await kept.get({ url, truth: 'v1' }, answers({})),
      ]),
    ).toBe(2)
})

test('nobody can change what others are shown', async () => {
  const kept = new SharedAnswers()
  const { body } = await kept.get({ url: product, truth: 'v1' }, answers({ prices: [{ minor: 4900 }] }))
  const mine = body as { prices: { minor: number }[] }
  expect(() => ((mine.prices[0] as { minor: number }).minor = 1)).toThrow(TypeError)
  expect(() => mine.prices.push({ minor: 1 })).toThrow(TypeError)
})

test('forty who ask at once share one answer; a refusal is only for whom it was meant', async () => {
  const kept = new SharedAnswers()
  const ask = (load: () => Promise<RawAnswer>) => kept.get({ url: product, truth: 'v1' }, load)
  const refused = ask(answers({ code: 'platform.rate_limited' }, { status: 429 }))
  const next = ask(answers({ price: 49 }))
  expect([(await refused).status, (await next).status]).toEqual([429, 200])
  expect(await count(() => Promise.all(Array.from({ length: 40 }, () => ask(answers({ price: 49 })))))).toBe(1)
})

test('an answer off the shelf, or one that failed, is not kept', async () => {
  const kept = new SharedAnswers()
  const ask = (load: () => Promise<RawAnswer>) => kept.get({ url: product, truth: 'v1' }, load)
  await ask(answers({}, { asOf: '2026-11-22T10:00:00Z' }))
  await expect(ask(() => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(await count(() => ask(answers({ price: 49 })))).toBe(1)
  expect(await count(() => ask(answers({ price: 49 })))).toBe(0)
})

test('places are the same object for all goods, and goods asked for longest ago give way', async () => {
  const kept = new SharedAnswers()
  const stock = (n: number) => `/api/store/availability?variants=var_${n}`
  const answer = (n: number) =>
    answers({ places: [{ name: 'Valencia' }], variants: [{ id: n, text: 'x'.repeat(100_000) }] })
  const ask = (n: number) => kept.get({ url: stock(n), truth: 'v1' }, answer(n))
  const [first, second] = [await ask(1), await ask(2)].map(({ body }) => (body as { places: unknown }).places)
  expect(first).toBe(second)
  for (let n = 3; n < 100; n++) await ask(n)
  expect([await count(() => ask(99)), await count(() => ask(1))]).toEqual([0, 1])
})
