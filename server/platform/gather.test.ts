import { expect, test } from 'vitest'
import { gatherReads } from './gather.ts'

/** A loader that says which keys travelled together and ends when it is told to. */
function slowLoader() {
  const loads: { keys: readonly number[]; end(result: string): void; fail(error: Error): void }[] = []
  const load = (keys: readonly number[]) =>
    new Promise<string>((resolve, reject) => void loads.push({ keys, end: resolve, fail: reject }))
  return { loads, load }
}
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

test('what is asked in one turn of the loop is one load', async () => {
  const { loads, load } = slowLoader()
  const ask = gatherReads(load)
  const answers = Promise.all([ask(1), ask(2), ask(3)])
  await turn()
  expect(loads.map(({ keys }) => keys)).toEqual([[1, 2, 3]])
  loads[0]?.end('read')
  expect(await answers).toEqual(['read', 'read', 'read'])
})

test('an ask never gets what was read before it was made', async () => {
  const { loads, load } = slowLoader()
  const ask = gatherReads(load)
  const early = ask(1)
  await turn()
  const late = ask(1)
  await turn()
  expect(loads).toHaveLength(2)
  loads[0]?.end('before')
  loads[1]?.end('after')
  expect(await early).toBe('before')
  expect(await late).toBe('after')
})

test('with every lane taken, asks gather until one is free', async () => {
  const { loads, load } = slowLoader()
  const ask = gatherReads(load)
  const first = ask(1)
  await turn()
  const second = ask(2)
  await turn()
  const others = Promise.all([ask(3), ask(4)])
  await turn()
  expect(loads).toHaveLength(2)
  loads[0]?.end('a')
  await first
  await turn()
  expect(loads[2]?.keys).toEqual([3, 4])
  loads[1]?.end('b')
  loads[2]?.end('c')
  expect(await second).toBe('b')
  expect(await others).toEqual(['c', 'c'])
})

test('a load takes so many asks and leaves the others to the next', async () => {
  const { loads, load } = slowLoader()
  const ask = gatherReads(load, { mostAsks: 2 })
  const answers = Promise.all([ask(1), ask(2), ask(3)])
  await turn()
  expect(loads.map(({ keys }) => keys)).toEqual([[1, 2], [3]])
  for (const { end } of loads) end('read')
  await answers
})

test('a load that fails tells those who asked for it and nobody else', async () => {
  const { loads, load } = slowLoader()
  const ask = gatherReads(load)
  const lost = ask(1)
  await turn()
  const fine = ask(2)
  await turn()
  loads[0]?.fail(new Error('gone'))
  loads[1]?.end('read')
  await expect(lost).rejects.toThrow('gone')
  expect(await fine).toBe('read')
  const again = ask(3)
  await turn()
  loads[2]?.end('read again')
  expect(await again).toBe('read again')
})
