import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const here = import.meta.dirname

/** One worker that keeps the program loaded; the tests' own imports from 'vitest' lead to `collector.ts`. */
export default defineConfig({
  root: join(here, '../../..'),
  resolve: { alias: [{ find: /^vitest$/, replacement: join(here, 'collector.ts') }] },
  test: {
    include: ['fire/mutation/runner/driver.ts'],
    globalSetup: ['server/platform/testing/global-setup.ts'],
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    testTimeout: 24 * 3_600_000,
    hookTimeout: 60_000,
    reporters: [['default', { summary: false }]],
    disableConsoleIntercept: true,
  },
})
