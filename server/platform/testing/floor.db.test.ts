import { expect, inject, test } from 'vitest'
import { sql } from '../sql.ts'
import { testDatabase } from '../testing.ts'
import { floorBin, hasFloor } from './floor.ts'

const isFloor = inject('hiloTestTemplate')?.endsWith('_floor') ?? false

test.skipIf(!hasFloor || !isFloor)(
  `these tests run on PostgreSQL 15 (skipped where ${floorBin} is absent, and on the embedded one)`,
  async () => {
    const t = await testDatabase()
    const { version } = await t.db.one<{ version: number }>(
      sql`select current_setting('server_version_num')::int / 10000 as version`,
    )
    await t.close()
    expect(version).toBe(15)
  },
)
