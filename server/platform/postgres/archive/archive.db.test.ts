/** Back to any second: an archive that is kept while a shop sells, is killed, loses its disk. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../clock.ts'
import { type Db, openDb } from '../../db.ts'
import { sql } from '../../sql.ts'
import { startPostgres } from '../launcher.ts'
import { stopPostmaster } from '../postmaster.ts'
import { postgresProcessesOf } from '../processes.ts'
import { type Archiver, startArchiver } from './archiver.ts'
import { readBases, readState } from './files.ts'
import { restoreArchive } from './restore-archive.ts'

const testing = { unsynced: true }
let folders: string[] = []
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

afterEach(async () => {
  for (const folder of folders) {
    for (const name of readdirSync(folder)) {
      const data = join(folder, name, 'postgres/data')
      if (existsSync(data)) await stopPostmaster(data)
    }
    rmSync(folder, { recursive: true, force: true })
  }
  folders = []
})

async function aShop() {
  const folder = mkdtempSync(join(tmpdir(), 'hilo-archive-'))
  folders.push(folder)
  const dataDir = join(folder, 'shop')
  const server = await startPostgres({ dataDir }, { testing })
  const db = openDb(server.url, { statementTimeoutMs: 0 })
  await db.script(`
    create table public.hilo_migration (version int primary key, name text);
    insert into public.hilo_migration values (1, '0001_platform.sql');
    create table sale (id int primary key, note text not null)`)
  mkdirSync(join(dataDir, 'media'), { recursive: true })
  writeFileSync(join(dataDir, 'media/first.webp'), 'first')
  return { folder, dataDir, server, db, archive: join(folder, 'archive') }
}
type Shop = Awaited<ReturnType<typeof aShop>>

function archiving({ server, dataDir, archive }: Shop, more: { days?: number; baseEveryMs?: number } = {}) {
  const troubles: unknown[] = []
  const archiver = startArchiver({
    url: server.url,
    dataDir,
    archive,
    days: 14,
    clock: systemClock,
    hiloVersion: '0.1.0',
    tell: (trouble) => troubles.push(trouble),
    everyMs: 100,
    ...more,
  })
  return { archiver, troubles }
}

async function sell(db: Db, from: number, to: number): Promise<void> {
  for (let id = from; id <= to; id++) await db.run(sql`insert into sale values (${id}, repeat('lino ', 200))`)
}

async function salesIn(dataDir: string): Promise<number[]> {
  const server = await startPostgres({ dataDir }, { testing })
  const db = openDb(server.url)
  try {
    await db.run(sql`insert into sale values (-1, 'it takes new rows')`)
    await db.run(sql`delete from sale where id = -1`)
    return (await db.many<{ id: number }>(sql`select id from sale order by id`)).map(({ id }) => id)
  } finally {
    await db.close()
    await server.stop()
  }
}

const upTo = (last: number) => Array.from({ length: last }, (_none, at) => at + 1)
const restore = ({ archive, folder }: Shop, to: Date | 'now', into: string, replace = false) =>
  restoreArchive({ from: archive, dataDir: join(folder, into), replace, to, now: systemClock.now(), testing })

/** All its processes at once, as by a power cut. */
async function cutPower({ db, dataDir }: Shop): Promise<void> {
  const data = join(dataDir, 'postgres/data')
  for (const pid of postgresProcessesOf(data)) process.kill(pid, 'SIGKILL')
  await db.close()
  while (postgresProcessesOf(data).length > 0) await pause(20)
}

async function abandon(archiver: Archiver): Promise<void> {
  await archiver.stop().catch(() => undefined)
}

describe('an archive', { timeout: 300_000 }, () => {
  it('brings back every acknowledged sale after a power cut, and the state of any moment before it', async () => {
    const shop = await aShop()
    await sell(shop.db, 1, 200)
    const { archiver, troubles } = archiving(shop)
    await archiver.catchUp()
    expect(readBases(shop.archive)).toHaveLength(1)
    await sell(shop.db, 201, 400)
    await pause(50)
    const moment = new Date()
    await pause(50)
    writeFileSync(join(shop.dataDir, 'media/second.webp'), 'second')
    // Two more pieces of the log, so that packed ones and one being written are both needed.
    await shop.db.script('create table filler as select repeat(md5(i::text), 20) as t from generate_series(1, 40000) i')
    await archiver.catchUp()
    await sell(shop.db, 401, 500)
    await cutPower(shop)
    await abandon(archiver)
    expect(troubles.filter((each) => each !== null).length).toBeLessThanOrEqual(1)
    expect(readdirSync(join(shop.archive, 'log')).filter((name) => name.endsWith('.zst')).length).toBeGreaterThan(0)

    await restore(shop, moment, 'then')
    expect(await salesIn(join(shop.folder, 'then'))).toEqual(upTo(400))
    const { aside, fromOldData } = await restore(shop, 'now', 'shop', true)
    expect([fromOldData, existsSync(aside ?? '')]).toEqual([true, true])
    expect(await salesIn(shop.dataDir)).toEqual(upTo(500))
  })

  it('brings back all but the last second when the whole disk is lost, pictures included', async () => {
    const shop = await aShop()
    const { archiver } = archiving(shop)
    await archiver.catchUp()
    await sell(shop.db, 1, 300)
    writeFileSync(join(shop.dataDir, 'media/later.webp'), 'later')
    cpSync(join(shop.dataDir, 'media/later.webp'), join(shop.archive, 'files/later.webp'))
    await pause(1500)
    await cutPower(shop)
    rmSync(shop.dataDir, { recursive: true })
    await abandon(archiver)
    const { fromOldData } = await restore(shop, 'now', 'elsewhere')
    expect(fromOldData).toBe(false)
    expect(await salesIn(join(shop.folder, 'elsewhere'))).toEqual(upTo(300))
    expect(existsSync(join(shop.folder, 'elsewhere/media/first.webp'))).toBe(true)
  })

  it('goes on after a restore: a new base, and a way back to before and after it', async () => {
    const shop = await aShop()
    await sell(shop.db, 1, 10)
    const first = archiving(shop)
    await first.archiver.catchUp()
    await sell(shop.db, 11, 20)
    await pause(50)
    const moment = new Date()
    await pause(50)
    await sell(shop.db, 21, 30)
    await first.archiver.stop()
    await shop.db.close()
    await shop.server.stop()
    await restore(shop, moment, 'shop', true)

    const server = await startPostgres({ dataDir: shop.dataDir }, { testing })
    const db = openDb(server.url)
    const again = { ...shop, server, db }
    const second = archiving(again)
    await second.archiver.catchUp()
    await sell(db, 101, 110)
    await second.archiver.stop()
    expect([second.troubles, readBases(shop.archive).length]).toEqual([[], 2])
    await db.close()
    await server.stop()
    await restore(again, 'now', 'after')
    expect(await salesIn(join(shop.folder, 'after'))).toEqual([
      ...upTo(20),
      ...Array.from({ length: 10 }, (_n, at) => 101 + at),
    ])
    await restore(again, moment, 'before')
    expect(await salesIn(join(shop.folder, 'before'))).toEqual(upTo(20))
  })

  it('a gap in the log is seen and ended by a new base; a foreign archive is left alone; other moments are refused', async () => {
    const shop = await aShop()
    const { archiver } = archiving(shop)
    await archiver.catchUp()
    await archiver.stop()
    const before = new Date(Date.parse(readBases(shop.archive)[0]?.completedAt ?? '') - 1000)
    await expect(restore(shop, before, 'early')).rejects.toMatchObject({
      reason: 'refused',
      text: { en: expect.stringContaining('begins at') as string },
    })
    await expect(restore(shop, new Date(Date.now() + 60_000), 'late')).rejects.toMatchObject({
      text: { en: expect.stringContaining('reaches until') as string },
    })

    // As after days with the archive away: the database has thrown pieces of the log away that nobody copied.
    await shop.db.run(sql`select pg_drop_replication_slot('hilo_archive')`)
    const next = archiving(shop)
    await next.archiver.catchUp()
    await next.archiver.stop()
    expect([next.troubles, readBases(shop.archive).length]).toEqual([[], 2])

    const state = readState(shop.archive)
    writeFileSync(join(shop.archive, 'hilo-archive.json'), JSON.stringify({ ...state, systemIdentifier: '1' }))
    const foreign = archiving(shop)
    await pause(600)
    await foreign.archiver.stop()
    expect(foreign.troubles[0]).toMatchObject({
      reason: 'refused',
      text: { en: expect.stringContaining('another database') as string },
    })
    expect(readBases(shop.archive)).toHaveLength(2)
    await shop.db.close()
  })
})
