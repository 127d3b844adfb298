import { expect, test } from 'vitest'
import type { HaResult } from './ha/run.ts'
import { faultsOf, renderFire } from './report.ts'

const ha: HaResult = {
  versions: ['postgres 15'],
  events: [{ event: 'switchover', longestGapMs: 2900, orders: 90, seconds: 20 }],
  acknowledged: 90,
  verdict: {
    sold: 90,
    oversold: 0,
    undersold: 0,
    acknowledged: 90,
    lost: 0,
    doubled: 0,
    untold: 0,
    gaveUp: 0,
    chargedTwice: 0,
    moneyApart: 0,
    strangeRefusals: {},
  },
  verify: { ok: true, said: '' },
}

test('a part that ran takes the place of its older self, the others stay', () => {
  const before = renderFire(
    { isFull: true, ha: { missing: ['etcd'], packages: 'etcd-server' } },
    '## R1: old\n\nkept\n',
  )
  expect(before).toContain('this machine lacks etcd')
  const after = renderFire({ isFull: true, ha }, before)
  expect(after).toContain('## R1: old\n\nkept')
  expect(after).toContain('| switchover | 90 in 20 s | 2.9 s |')
  expect(after).toContain('Acknowledged 90, found 90')
  expect(after).not.toContain('lacks etcd')
  expect(after.match(/^## /gm)).toHaveLength(2)
})

test('a lost order, a fault that was not seen and a law that does not hold are faults', () => {
  expect(faultsOf({ isFull: true, ha })).toEqual([])
  expect(faultsOf({ isFull: true, ha: { ...ha, verdict: { ...ha.verdict, lost: 1 } } })).toHaveLength(1)
  expect(faultsOf({ isFull: true, ha: { ...ha, verify: { ok: false, said: 'no' } } })).toHaveLength(1)
})
