/** What the system screen is told, against faults that were planted in a real database: each is named, with since when. */
import type { CheckRun, CheckRunDetail, SystemState } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp, startWorker, subscribers, type Worker } from '#app'
import { type Config, loadConfig } from '#platform/config'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { aShop } from '../orders/testing.ts'
import { aStaffCookie } from '../staff/testing.ts'
import { runDueChecks } from './checks.ts'
import { recordBackup } from './index.ts'
import { writeProcess } from './processes.ts'
import { aReport } from './testing.ts'

let t: TestDatabase
let app: FastifyInstance
let config: Config
const cookies: Record<string, string> = {}

beforeAll(async () => {
  t = await testDatabase()
  await aShop(t.db, t.clock, { units: 50 })
  await t.drain(subscribers)
  config = loadConfig({ HILO_LOG_LEVEL: 'silent' }, { readOnly: true })
  app = await buildApp({ config, db: t.db, clock: t.clock }, { frontEnds: false })
  await app.ready()
  for (const role of ['owner', 'manager', 'counter', 'service', 'stock'] as const)
    cookies[role] = (await aStaffCookie(t.db, t.clock, role)).cookie
})
afterAll(async () => {
  await app?.close()
  await t?.close()
})

/** Longer than an answer is told again. */
const anew = () => new Promise((resolve) => setTimeout(resolve, 1_050))

async function send<T>(method: 'GET' | 'POST', url: string, role = 'owner', payload?: object) {
  const answer = await app.inject({ method, url, headers: { cookie: cookies[role] }, payload })
  return { status: answer.statusCode, body: answer.json<T>() }
}
async function state(): Promise<SystemState> {
  await anew()
  const { status, body } = await send<SystemState>('GET', '/api/admin/system')
  expect(status).toBe(200)
  return body
}
const told = ({ findings }: SystemState) => findings.map(({ tone, code }) => `${tone} ${code}`)
const before = (ms: number) => new Date(t.clock.now().getTime() - ms)

/** What would be said of a system whose background work runs here. */
function work(): Worker {
  const jobs = { states: () => [], stop: async () => undefined }
  app.machineRoom.works(jobs)
  return { stop: async () => app.machineRoom.works(undefined) }
}

describe('who may look, and who may act', () => {
  test('owner and manager see the state; only the owner has the laws recomputed; the others see neither', async () => {
    const answers = async (method: 'GET' | 'POST', url: string) =>
      Promise.all(
        ['owner', 'manager', 'counter', 'service', 'stock'].map(
          async (role) => (await send(method, url, role, method === 'POST' ? {} : undefined)).status,
        ),
      )
    expect(await answers('GET', '/api/admin/system')).toEqual([200, 200, 403, 403, 403])
    expect(await answers('GET', '/api/admin/system/checks')).toEqual([200, 200, 403, 403, 403])
    expect(await answers('POST', '/api/admin/system/checks')).toEqual([202, 403, 403, 403, 403])
    expect((await app.inject('/api/admin/system')).statusCode).toBe(401)
    await t.db.run(sql`delete from system.check_run`)
  })
})

describe('a fresh system', () => {
  test('is well as soon as somebody does the background work, and says what was never done instead of guessing', async () => {
    expect(told(await state())).toEqual(['broken work.nobody'])
    const worker = work()
    const fresh = await state()
    expect([fresh.verdict, told(fresh)]).toEqual(['fine', []])
    expect(fresh.checks).toEqual({ open: null, last: null })
    expect(fresh.backups).toMatchObject({ last: null, archive: null, embedded: true })
    expect(fresh.faces.map(({ face, p50Ms }) => [face, p50Ms])).toEqual([
      ['shop', null],
      ['till', null],
      ['console', null],
      ['api', null],
    ])
    expect(fresh.orders).toEqual({ lastMinute: 0, minutes: Array.from({ length: 60 }, () => 0) })
    expect(fresh.processes).toMatchObject([{ kind: 'server', isThis: true, works: true }])
    expect(fresh.database.bytes).toBeGreaterThan(1_000_000)
    await worker.stop()
  })
})

describe('each planted fault is shown, and gone when it is mended', () => {
  let worker: Worker
  beforeAll(() => {
    worker = work()
  })
  afterAll(async () => worker.stop())

  test('events that nobody brings forward', async () => {
    await t.db.transaction(async (tx) => {
      await emit(tx, t.clock, 'catalog.product_changed', {
        subjectId: 'prd_1',
        payload: { productId: 'prd_1' } as never,
      })
    })
    expect(told(await state())).toEqual([])
    await t.db.run(sql`update platform.outbox set occurred_at = ${before(45_000)}`)
    const stuck = await state()
    expect(told(stuck)).toEqual(['broken events.stuck'])
    expect(stuck.findings[0]).toMatchObject({ since: before(45_000).toISOString(), data: { n: 1 } })
    await t.db.run(sql`delete from platform.outbox`)
    expect((await state()).verdict).toBe('fine')
  })

  test('a follower that fails: its error, its backlog, and when it tries again', async () => {
    const retryAt = new Date(t.clock.now().getTime() + 8000)
    const { seq } = await t.db.one<{ seq: number }>(sql`select max(seq) as seq from platform.event`)
    await t.db.run(sql`update platform.event set relayed_at = ${before(600_000)} where seq = ${seq - 1}`)
    await t.db.run(sql`
      update platform.subscriber set last_seq = ${seq - 2}, failures = 4, last_error = 'Error: the table is locked', retry_at = ${retryAt}
       where name = 'customers.thread'`)
    await t.db.run(sql`insert into platform.subscriber (name, failures, last_error) values ('gone.long_ago', 9, 'x')`)
    const failing = await state()
    expect(told(failing)).toEqual(['broken subscriber.failing'])
    expect(failing.findings[0]).toEqual({
      code: 'subscriber.failing',
      tone: 'broken',
      since: before(600_000).toISOString(),
      data: {
        name: 'customers.thread',
        n: 2,
        failures: 4,
        error: 'Error: the table is locked',
        retryAt: retryAt.toISOString(),
      },
    })
    expect(failing.subscribers.filter(({ behind }) => behind > 0).map(({ name, behind }) => [name, behind])).toEqual([
      ['customers.thread', 2],
    ])
    await t.db.run(
      sql`update platform.subscriber set last_seq = ${seq}, failures = 0, last_error = null, retry_at = null`,
    )
    expect((await state()).verdict).toBe('fine')
    await t.db.run(sql`delete from platform.subscriber where name = 'gone.long_ago'`)
  })

  test('a reservation that lapsed and was not given back', async () => {
    await t.db.run(sql`
      insert into inventory.reservation (id, holder_id, variant_id, location_id, units, expires_at, created_at)
      values ('res_1', 'crt_1', 'var_1', 'loc_1', 2, ${before(180_000)}, ${before(900_000)}),
             ('res_2', 'crt_1', 'var_2', 'loc_1', 1, ${new Date(t.clock.now().getTime() + 60_000)}, ${before(900_000)})`)
    const lapsed = await state()
    expect(lapsed.holds).toEqual({ live: 2, overdue: 1, oldestOverdueAt: before(180_000).toISOString() })
    expect(told(lapsed)).toEqual(['broken holds.overdue'])
    await t.db.run(sql`delete from inventory.reservation`)
  })

  test('work that is late: a payment nobody asks about, a mail that does not leave, one that was given up', async () => {
    await t.db.run(sql`
      insert into platform.mail_message (id, to_address, subject, text_body, html_body, language, status, created_at, next_attempt_at)
      values ('msg_1', 'a@b.es', '', '', '', 'es', 'queued', ${before(3_600_000)}, ${before(300_000)}),
             ('msg_2', 'a@b.es', '', '', '', 'es', 'queued', ${before(60_000)}, ${new Date(t.clock.now().getTime() + 60_000)}),
             ('msg_3', 'a@b.es', '', '', '', 'es', 'failed', ${before(3_600_000)}, null)`)
    const late = await state()
    expect(late.queues.find(({ name }) => name === 'mails')).toEqual({
      name: 'mails',
      waiting: 2,
      due: 1,
      oldestDueAt: before(300_000).toISOString(),
      failed: 1,
    })
    expect(told(late)).toEqual(['owed queue.late', 'owed queue.failed'])
    await t.db.run(sql`delete from platform.mail_message`)
  })

  test('a job that fails, one that hangs, a process that fell silent, and one of another version', async () => {
    const minute = Math.floor(t.clock.now().getTime() / 60_000)
    const job = {
      patienceMs: 300_000,
      endedAt: null,
      runningSince: null,
      failures: 0,
      failingSince: null,
      lastError: null,
    }
    await writeProcess(t.db, {
      id: 'almacen/77',
      kind: 'worker',
      version: '0.0.9',
      startedAt: before(86_400_000),
      seenAt: before(4_000),
      report: aReport(minute, {
        jobs: [
          {
            ...job,
            name: 'payments-check',
            failures: 12,
            failingSince: before(70_000).toISOString(),
            lastError: 'connect ECONNREFUSED',
          },
          { ...job, name: 'catalog.pictures', runningSince: before(900_000).toISOString() },
          { ...job, name: 'imports.resume', patienceMs: 21_600_000, runningSince: before(900_000).toISOString() },
        ],
      }),
    })
    await writeProcess(t.db, {
      id: 'caja:3000',
      kind: 'server',
      version: '0.1.0',
      startedAt: before(86_400_000),
      seenAt: before(120_000),
      report: aReport(minute),
    })
    const found = await state()
    expect(told(found)).toEqual([
      'broken work.stuck',
      'broken work.failing',
      'owed process.silent',
      'owed process.versions',
    ])
    expect(found.findings.find(({ code }) => code === 'work.failing')?.data).toEqual({
      name: 'payments-check',
      n: 12,
      error: 'connect ECONNREFUSED',
    })
    expect(found.processes.map(({ id }) => id)).toContain('almacen/77')
    await t.db.run(sql`delete from system.process`)
    expect((await state()).verdict).toBe('fine')
  })

  test('a backup that is older than a day and a half', async () => {
    await recordBackup(t.db, { at: before(3 * 86_400_000), bytes: 123, to: '/mnt/copias/lunes.tar.zst' })
    const old = await state()
    expect(old.backups.last).toEqual({ at: before(3 * 86_400_000).toISOString(), bytes: 123, target: 'lunes.tar.zst' })
    expect(told(old)).toEqual(['owed backup.old'])
    await recordBackup(t.db, { at: before(3_600_000), bytes: 124, to: '/mnt/copias/hoy.tar.zst' })
    expect((await state()).verdict).toBe('fine')
  })
})

describe('law checks asked for on the screen', () => {
  const runs = async () => (await send<{ items: CheckRun[] }>('GET', '/api/admin/system/checks')).body.items

  test('wait for background work, are one at a time, and are kept with what they found', async () => {
    const asked = await send<CheckRun>('POST', '/api/admin/system/checks', 'owner', {})
    expect([asked.status, asked.body.status]).toEqual([202, 'queued'])
    const again = await send<CheckRun>('POST', '/api/admin/system/checks', 'owner', {})
    expect(again.body.id).toBe(asked.body.id)
    expect(await Promise.all([runDueChecks(t.db, t.clock), runDueChecks(t.db, t.clock)])).toContain(true)
    expect(await runDueChecks(t.db, t.clock)).toBe(false)
    const [run, ...others] = await runs()
    expect(others).toEqual([])
    expect(run).toMatchObject({
      status: 'done',
      disagreements: 0,
      error: null,
      finishedAt: t.clock.now().toISOString(),
    })
    expect(run?.done).toBe(run?.total)
    const { body } = await send<CheckRunDetail>('GET', `/api/admin/system/checks/${run?.id}`)
    expect(body.checks.length).toBe(run?.total)
    expect(body.checks.every(({ count, ms }) => count === 0 && ms >= 0)).toBe(true)
  })

  test('a planted corruption is found, shown with its rows, and stays shown until a run finds nothing', async () => {
    t.clock.advance(3_600_000)
    await t.db.script(`alter table inventory.stock_level disable trigger all;
      update inventory.stock_level set on_hand = on_hand + 3 where (variant_id, location_id) = (select variant_id, location_id from inventory.stock_level order by 1, 2 limit 1)`)
    const worker = work()
    expect((await state()).verdict).toBe('fine')
    await send('POST', '/api/admin/system/checks', 'owner', {})
    await runDueChecks(t.db, t.clock)
    const foundAt = t.clock.now().toISOString()
    t.clock.advance(3_600_000)
    await send('POST', '/api/admin/system/checks', 'owner', {})
    await runDueChecks(t.db, t.clock)
    const wrong = await state()
    expect(told(wrong)).toEqual(['broken checks.disagree'])
    expect(wrong.findings[0]).toMatchObject({ since: foundAt, data: { n: 1, checks: 1, first: 'stock.on_hand' } })
    const { body } = await send<CheckRunDetail>('GET', `/api/admin/system/checks/${wrong.checks.last?.id}`)
    const check = body.checks.find(({ count }) => count > 0)
    expect(check).toMatchObject({ name: 'stock.on_hand', law: 1, count: 1 })
    expect(Number(check?.rows[0]?.found) - Number(check?.rows[0]?.expected)).toBe(3)
    await t.db.script(`update inventory.stock_level set on_hand = on_hand - 3 where (variant_id, location_id) = (select variant_id, location_id from inventory.stock_level order by 1, 2 limit 1);
      alter table inventory.stock_level enable trigger all`)
    await send('POST', '/api/admin/system/checks', 'owner', {})
    await runDueChecks(t.db, t.clock)
    expect((await state()).verdict).toBe('fine')
    await worker.stop()
  })

  test('a run whose process died is carried out by another one; one that cannot be done says why', async () => {
    await send('POST', '/api/admin/system/checks', 'owner', {})
    await t.db.run(
      sql`update system.check_run set status = 'running', leased_until = ${before(-5_000)} where status = 'queued'`,
    )
    expect(await runDueChecks(t.db, t.clock)).toBe(false)
    t.clock.advance(10_000)
    expect(await runDueChecks(t.db, t.clock)).toBe(true)
    expect((await runs())[0]?.status).toBe('done')
    await t.db.script('alter table payments.refund rename to refund_gone')
    await send('POST', '/api/admin/system/checks', 'owner', {})
    await runDueChecks(t.db, t.clock)
    await t.db.script('alter table payments.refund_gone rename to refund')
    const [failed] = await runs()
    expect(failed).toMatchObject({ status: 'failed', disagreements: null })
    expect(failed?.error).toMatch(/refund/)
    const worker = work()
    expect(told(await state())).toEqual(['owed checks.failed'])
    await worker.stop()
    await t.db.run(sql`delete from system.check_run`)
  })

  test('what is kept names nobody: addresses and telephones are blotted out', async () => {
    await t.db.run(sql`insert into customers.person (id) values ('per_a')`)
    await t.db.run(sql`
      insert into customers.identity (kind, value, id, person_id, proof)
      values ('email', 'Ines.Zubi@Correo.example', 'idn_1', 'per_a', 'claimed')`)
    await send('POST', '/api/admin/system/checks', 'owner', {})
    await runDueChecks(t.db, t.clock)
    const [run] = await runs()
    const answer = await app.inject({
      url: `/api/admin/system/checks/${run?.id}`,
      headers: { cookie: cookies['owner'] },
    })
    expect(run?.disagreements).toBe(1)
    expect(answer.body).toContain('email …@…')
    expect(answer.body).not.toMatch(/zubi/i)
    const kept = await t.db.one<{ text: string }>(
      sql`select checks::text as text from system.check_run where id = ${run?.id ?? ''}`,
    )
    expect(kept.text).not.toMatch(/zubi/i)
    await t.db.run(sql`delete from customers.identity`)
    await t.db.run(sql`delete from system.check_run`)
  })
})

test('the real worker brings all of it about: heartbeat, jobs, a run that was asked for', async () => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const worker = startWorker({ config, db: t.db, clock: t.clock }, app)
  await send('POST', '/api/admin/system/checks', 'owner', {})
  await expect
    .poll(async () => (await send<{ items: CheckRun[] }>('GET', '/api/admin/system/checks')).body.items[0]?.status, {
      timeout: 20_000,
    })
    .toBe('done')
  const all = await state()
  expect(all.jobs.length).toBeGreaterThan(15)
  expect(all.jobs.filter(({ failures }) => failures > 0)).toEqual([])
  const rows = await t.db.many<{ id: string; kind: string }>(sql`select id, kind from system.process`)
  expect(rows).toMatchObject([{ kind: 'server' }])
  await worker.stop()
  await app.close()
  expect(await t.db.many(sql`select id from system.process`)).toEqual([])
})
