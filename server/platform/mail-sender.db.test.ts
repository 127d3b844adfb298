import type { AddressInfo } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { keepIssuer } from './issuer.ts'
import type { JobContext } from './jobs.ts'
import { bookMail } from './mail.ts'
import { mailJob } from './mail-sender.ts'
import { sql } from './sql.ts'
import { type TestDatabase, testDatabase } from './testing.ts'

let t: TestDatabase
let server: SMTPServer
let url: string
let refuse = 0
let refusal = { text: 'Try again later', code: 451 }
const received: Buffer[] = []

beforeAll(async () => {
  t = await testDatabase()
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData: (stream, _session, done) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        if (refuse > 0) {
          refuse -= 1
          done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }))
          return
        }
        received.push(Buffer.concat(parts))
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()))
  await t.close()
})
beforeEach(() => {
  received.length = 0
  refuse = 0
  refusal = { text: 'Try again later', code: 451 }
})

const context = (): JobContext => ({ db: t.db, clock: t.clock, log: { info: () => undefined, error: () => undefined } })
const book = (dedupeKey: string) =>
  t.db.transaction((tx) =>
    bookMail(tx, t.clock, {
      dedupeKey,
      personId: null,
      to: 'ana@example.com',
      subject: 'Tu pedido está listo · año nuevo',
      text: 'Te espera en Valencia.',
      html: '<p>Te espera en <b>Valencia</b>.</p>',
      language: 'es',
    }),
  )
const statusOf = (id: string | undefined) =>
  t.db.one<{ status: string; error: string | null }>(
    sql`select status, error from platform.mail_message where id = ${id}`,
  )

test('a booked mail reaches a real mail server once, whole, with accents; the same notice is not booked twice', async () => {
  const id = await book('ready:1')
  expect(await book('ready:1')).toBeUndefined()
  const job = mailJob(url, 'Lino y Sal <hola@linoysal.example>')
  await Promise.all([job.run(context()), job.run(context())])
  expect(received).toHaveLength(1)
  const mail = await PostalMime.parse(received[0] ?? Buffer.alloc(0))
  expect([mail.subject, mail.to?.[0]?.address, mail.from?.address]).toEqual([
    'Tu pedido está listo · año nuevo',
    'ana@example.com',
    'hola@linoysal.example',
  ])
  expect(mail.text?.trim()).toBe('Te espera en Valencia.')
  expect(mail.html).toContain('<b>Valencia</b>')
  expect(await statusOf(id)).toEqual({ status: 'sent', error: null })
})

test('every mail says below who sent it by register name and NIF, once they are known', async () => {
  await t.db.transaction((tx) => keepIssuer(tx, t.clock, { name: 'Sal & Lino, S.L.', taxId: 'B00123455' }))
  await book('signed:1')
  await mailJob(url, 'hola@linoysal.example').run(context())
  const mail = await PostalMime.parse(received.at(-1) ?? Buffer.alloc(0))
  expect(mail.text?.trim()).toBe('Te espera en Valencia.\n\nSal & Lino, S.L. · NIF B00123455')
  expect(mail.html).toContain('Sal &#38; Lino, S.L. · NIF B00123455')
})

test('a server that says "later" gets the mail after a pause that grows, for three days; then it is failed with the reason', async () => {
  const later = await book('ready:2')
  refuse = 1
  const job = mailJob(url, 'hola@linoysal.example')
  await job.run(context())
  await job.run(context())
  expect((await statusOf(later)).status).toBe('queued')
  t.clock.advance(5000)
  await job.run(context())
  expect((await statusOf(later)).status).toBe('sent')
  const never = await book('ready:3')
  refuse = 9999
  const attemptsAt: number[] = []
  for (let hour = 0; (await statusOf(never)).status === 'queued' && hour < 100; hour += 0.5) {
    const before = refuse
    await job.run(context())
    if (refuse < before) attemptsAt.push(hour)
    t.clock.advance(1_800_000)
  }
  const { status, error } = await statusOf(never)
  expect([status, error?.includes('Try again later')]).toEqual(['failed', true])
  expect([attemptsAt.at(-1), attemptsAt.length < 100]).toEqual([72.5, true])
})

test('a mail server that is away for two days costs no mail, and one mailbox that does not exist holds nobody up', async () => {
  const waiting = await book('ready:5')
  const away = mailJob('smtp://127.0.0.1:9', 'hola@linoysal.example')
  for (let hour = 0; hour < 48; hour++) {
    await away.run(context())
    t.clock.advance(3_600_000)
  }
  refuse = 1
  refusal = { text: 'No such mailbox here', code: 550 }
  const unknown = await book('ready:6')
  t.clock.advance(3_600_000)
  const last = await book('ready:7')
  await t.db.run(sql`update platform.mail_message set created_at = '2020-01-01' where id = ${unknown}`)
  const job = mailJob(url, 'hola@linoysal.example')
  await job.run(context())
  expect(await statusOf(unknown)).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('No such mailbox here') as string,
  })
  expect([(await statusOf(waiting)).status, (await statusOf(last)).status]).toEqual(['sent', 'sent'])
})

test('without a mail server mail is held and goes out once one is set', async () => {
  const id = await book('ready:4')
  await mailJob(null, 'hola@linoysal.example').run(context())
  expect((await statusOf(id)).status).toBe('held')
  await mailJob(url, 'hola@linoysal.example').run(context())
  expect((await statusOf(id)).status).toBe('sent')
})
