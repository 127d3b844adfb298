import { expect, test } from 'vitest'
import { landedCommit } from './old-tree.ts'
import { faultsOf, plants, runUpgrade } from './upgrade.ts'

/** Three shops are opened and upgraded: minutes on a busy machine, so only with FIRE_FULL=1. */
const from = process.env['FIRE_FULL'] === '1' ? landedCommit() : null
const size = { seconds: 3, callsPerSecond: 20 }

test.skipIf(from === null)(
  'R11 the process of before works beside today’s database and today’s process: no error, no long lock',
  async () => {
    const result = await runUpgrade({ from: from ?? '', ...size })
    expect(faultsOf(result)).toEqual([])
    expect(result.calls).toBeGreaterThan(60)
  },
)

test.skipIf(from === null).each(plants.map((plant) => [plant.name, plant.migration] as const))(
  'R11 planted: %s, and it is seen',
  async (_name, migration) => {
    const result = await runUpgrade({ from: from ?? '', ...size, seconds: 2, more: [migration] })
    expect(faultsOf(result)).not.toEqual([])
  },
)
