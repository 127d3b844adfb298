import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Page } from 'playwright-core'
import { expect, inject } from 'vitest'
import { buildApp, startWorker } from '../server/app.ts'
import { type Clock, systemClock } from '../server/platform/clock.ts'
import { type Config, loadConfig } from '../server/platform/config.ts'
import { type Db, openDb } from '../server/platform/db.ts'
import { databaseUrl } from '../server/platform/testing.ts'
import { createDemoStaff } from '../server/staff/index.ts'

export * from './browser.ts'

export type RunningHilo = {
  url: string
  db: Db
  config: Config
  app: FastifyInstance
  /** One-time passwords of the demo's staff, by e-mail. */
  staff: Awaited<ReturnType<typeof createDemoStaff>>
  close(): Promise<void>
}

let made = 0

/** The real system on a database of its own with the demo retailer in it: HTTP on a free port, relay and jobs running. */
export async function startHilo(options: { clock?: Clock; env?: Record<string, string> } = {}): Promise<RunningHilo> {
  const server = inject('hiloE2eServer')
  const name = `e2e_${process.pid}_${++made}`
  const admin = openDb(databaseUrl(server, 'postgres'), { poolSize: 1, statementTimeoutMs: 60_000 })
  await admin.script(`create database ${name} template ${inject('hiloE2eTemplate')}`)
  const dataDir = mkdtempSync(join(tmpdir(), 'hilo-e2e-'))
  const clock = options.clock ?? systemClock
  const db = openDb(databaseUrl(server, name), { poolSize: 10 })
  const port = await freePort()
  const config = loadConfig(
    {
      HILO_LOG_LEVEL: 'error',
      HILO_PORT: String(port),
      HILO_SECOND_FACTOR: 'optional',
      HILO_DATA: dataDir,
      ...options.env,
    },
    { dataDir },
  )
  const staff = await createDemoStaff(db, clock)
  const app = await buildApp({ config, db, clock })
  const worker = startWorker({ config, db, clock }, app)
  await app.listen({ host: '127.0.0.1', port })
  return {
    url: `http://localhost:${port}`,
    db,
    config,
    app,
    staff,
    close: async () => {
      await app.close()
      await worker.stop()
      await db.close()
      await admin.script(`drop database ${name} with (force)`)
      await admin.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
type AxeResult = { violations: { id: string; help: string; nodes: { target: unknown; failureSummary?: string }[] }[] }

/** Fails with the rule, the element and the remedy when the page breaks a WCAG 2.2 AA rule that axe can see. */
export async function expectAccessible(page: Page): Promise<void> {
  // Evaluated through the browser's debugger, so the page's own script policy stays as strict as it is for visitors.
  const result = (await page.evaluate(
    `${axeSource}; axe.run(document, { runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa'] })`,
  )) as AxeResult
  const found = result.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${String(node.target)}: ${node.failureSummary ?? violation.help}`),
  )
  expect(found, `accessibility of ${page.url()}`).toEqual([])
}
