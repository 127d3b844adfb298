import { afterAll, expect, test } from 'vitest'
import { keepOnPage } from '../report.ts'
import { landedCommit } from './old-tree.ts'
import { faultsOf, plants, renderUpgrade, runUpgrade, type UpgradeResult } from './upgrade.ts'

/** Three shops are opened and upgraded: minutes on a busy machine, so only with FIRE_FULL=1. */
const from = process.env['FIRE_FULL'] === '1' ? landedCommit() : null
const size = { seconds: 3, callsPerSecond: 20 }
const noticed: { name: string; faults: string[] }[] = []
let good: UpgradeResult | undefined

afterAll(() => {
  if (good && noticed.length === plants.length)
    keepOnPage({ isFull: true, others: { upgrade: renderUpgrade(good, { ...size, noticed }) } })
})

test.skipIf(from === null)(
  'R11 the process of before works beside today’s database and today’s process: no error, no long lock',
  async () => {
    const result = await runUpgrade({ from: from ?? '', ...size })
    expect(faultsOf(result)).toEqual([])
    expect(result.calls).toBeGreaterThan(60)
    good = result
  },
)

test.skipIf(from === null).each(plants.map((plant) => [plant.name, plant.migration] as const))(
  'R11 planted: %s, and it is seen',
  async (name, migration) => {
    const result = await runUpgrade({ from: from ?? '', ...size, seconds: 2, more: [migration] })
    const faults = faultsOf(result)
    expect(faults).not.toEqual([])
    noticed.push({ name, faults })
  },
)
