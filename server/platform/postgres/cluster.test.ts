import { expect, test } from 'vitest'
import { pageMemoryMiB } from './cluster.ts'

const GiB = 1024 ** 3

test('pages of the database get a share of the memory there is: little on a small machine, never all of a large one', () => {
  expect([1, 4, 8, 24, 64, 512].map((gib) => pageMemoryMiB(gib * GiB))).toEqual([64, 64, 128, 384, 1024, 1024])
})
