import { expect, test } from 'vitest'
import { type Look, Rest } from './memory.ts'

const mib = 1_048_576
const quiet = (megabytes: number): Look => ({ requests: 1, heapBytes: megabytes * mib })
const busy = (megabytes: number): Look => ({ requests: 60, heapBytes: megabytes * mib })
const dueAt = (rest: Rest, looks: readonly Look[]) => looks.map((look) => rest.isDue(look))

test('memory is given back once the server has been quiet for two looks, not in the middle of a rush', () => {
  const rest = new Rest()
  expect(dueAt(rest, [busy(150), busy(200), quiet(200), busy(210), quiet(210), quiet(210)])).toEqual([
    false,
    false,
    false,
    false,
    false,
    true,
  ])
})

test('a quiet server is left alone until its heap has grown by 24 MiB since the last time', () => {
  const rest = new Rest()
  expect(dueAt(rest, [quiet(140), quiet(140)])).toEqual([false, true])
  rest.collected(80 * mib)
  expect(dueAt(rest, [quiet(80), quiet(90), quiet(103), quiet(104)])).toEqual([false, false, false, true])
  rest.collected(100 * mib)
  expect(dueAt(rest, [quiet(104), quiet(120)])).toEqual([false, false])
})
