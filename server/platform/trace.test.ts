import { expect, test } from 'vitest'
import { traceOf, traceparentOf } from './trace.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const parentId = '00f067aa0ba902b7'

test.for([
  [`00-${traceId}-${parentId}-01`, true],
  [`00-${traceId}-${parentId}-00`, true],
  [`cc-${traceId}-${parentId}-01`, true],
  [`cc-${traceId}-${parentId}-01-what-will-be`, true],
  [`00-${traceId}-${parentId}-01-what-will-be`, false],
  [`ff-${traceId}-${parentId}-01`, false],
  [`00-${'0'.repeat(32)}-${parentId}-01`, false],
  [`00-${traceId}-${'0'.repeat(16)}-01`, false],
  [`00-${traceId.toUpperCase()}-${parentId}-01`, false],
  [`00-${traceId}-${parentId}`, false],
  ['', false],
  [`00-${traceId}-${parentId}-01\n{"level":60}`, false],
  [`cc-${traceId}-${parentId}-01-${'a'.repeat(600)}`, false],
] as const)('%s: %s (https://www.w3.org/TR/trace-context/)', ([header, isTaken]) => {
  expect(traceOf(header)).toEqual(isTaken ? { traceId, parentId } : undefined)
})

test('a header that came twice, or not at all, is none', () => {
  expect(traceOf(undefined)).toBeUndefined()
  expect(traceOf([`00-${traceId}-${parentId}-01`])).toBeUndefined()
})

test('all attempts at one notice are one trace, each a span of its own', () => {
  const [first, second, other] = [traceparentOf('evt_1'), traceparentOf('evt_1'), traceparentOf('evt_2')].map(traceOf)
  expect(first?.traceId).toBe(second?.traceId)
  expect(first?.parentId).not.toBe(second?.parentId)
  expect(other?.traceId).not.toBe(first?.traceId)
})
