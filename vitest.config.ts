import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Where the results are also kept as JSON, for a summary over the three runs. */
const results = process.env['HILO_TEST_RESULTS']

/** The truths on the oldest PostgreSQL that Hilo runs on; only the first, which says that it is skipped, where that is not installed. */
const floor = [
  'server/platform/testing/floor.db.test.ts',
  ...(existsSync(join(process.env['HILO_TEST_PG_BIN'] ?? '/usr/lib/postgresql/15/bin', 'postgres'))
    ? [
        'server/platform/{platform,facts}.db.test.ts',
        'server/pricing/pricing.db.test.ts',
        'server/inventory/{reserve,races,transfers}.db.test.ts',
        'server/customers/{resolve,links}.db.test.ts',
        'server/orders/{place-order,missing-unit}.db.test.ts',
        'server/fulfillment/vans.db.test.ts',
        'server/verify/verify.db.test.ts',
      ]
    : []),
]

/** Five projects: pure logic, a real PostgreSQL, the oldest one, whole journeys in a real browser, and real processes that are killed. */
export default defineConfig({
  test: {
    reporters: results ? ['default', ['json', { outputFile: join(results, `${process.pid}.json`) }]] : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{server,packages,apps,bench,fire}/**/*.test.ts'],
          exclude: ['**/*.db.test.ts', '**/*.fire.test.ts', '**/node_modules/**', '**/dist/**'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'db',
          include: ['server/**/*.db.test.ts', 'bench/**/*.db.test.ts', 'fire/**/*.db.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['server/platform/testing/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'floor',
          include: floor,
          globalSetup: ['server/platform/testing/floor.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts'],
          globalSetup: ['e2e/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'fire',
          include: ['fire/**/*.fire.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 60_000,
          // Half of their time is waiting for something to be noticed or started again, which two can do at once.
          maxWorkers: 2,
        },
      },
    ],
  },
})
