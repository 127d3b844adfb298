import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startTestPostgres } from '../postgres/index.ts'
import { prepare } from './global-setup.ts'

/** Programs of the oldest PostgreSQL that Hilo runs on: Debian's, or those of HILO_TEST_PG_BIN. */
export const floorBin = process.env['HILO_TEST_PG_BIN'] ?? '/usr/lib/postgresql/15/bin'
export const hasFloor = existsSync(join(floorBin, 'postgres'))

/** The project `floor`: the same tests of the truths on that PostgreSQL. Where it is not on this machine, nothing is started. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (hasFloor) return prepare(project, await startTestPostgres(floorBin))
  process.stdout.write(`PostgreSQL 15 is not at ${floorBin}: its tests are skipped\n`)
  return async () => undefined
}
