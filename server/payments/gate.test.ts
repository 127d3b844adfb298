import { expect, test } from 'vitest'
import { Gate } from './gate.ts'

const full = () => new Error('full')

test('so many at once, the others in the order they came, and nobody beyond the places to wait', async () => {
  const gate = new Gate({ atOnce: 2, waitingMax: 3 })
  const order: number[] = []
  const leave: (() => void)[] = []
  let most = 0
  let inside = 0
  const visits = [0, 1, 2, 3, 4, 5].map((n) =>
    gate
      .pass(async () => {
        order.push(n)
        inside += 1
        most = Math.max(most, inside)
        await new Promise<void>((resolve) => leave.push(resolve))
        inside -= 1
        return n
      }, full)
      .catch((error: Error) => error.message),
  )
  expect(await visits[5]).toBe('full')
  while (order.length < 5) {
    leave.shift()?.()
    await new Promise((resolve) => setTimeout(resolve))
  }
  for (const last of leave) last()
  expect(await Promise.all(visits)).toEqual([0, 1, 2, 3, 4, 'full'])
  expect(order).toEqual([0, 1, 2, 3, 4])
  expect(most).toBe(2)
})

test('work that fails gives its place away all the same', async () => {
  const gate = new Gate({ atOnce: 1, waitingMax: 1 })
  const fails = () => Promise.reject(new Error('no'))
  const both = [gate.pass(fails, full), gate.pass(fails, full)]
  await expect(both[0]).rejects.toThrow('no')
  await expect(both[1]).rejects.toThrow('no')
  expect(await gate.pass(async () => 'in', full)).toBe('in')
})
