import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Db, openDb } from '../../db.ts'
import { sql } from '../../sql.ts'
import { startPostgres } from '../launcher.ts'
import { stopPostmaster } from '../postmaster.ts'
import { createBackup } from './create-backup.ts'
import { manifestName } from './manifest.ts'
import { type RestoreOptions, restoreBackup } from './restore-backup.ts'
import { finishRestore } from './swap.ts'

const now = new Date('2026-11-20T09:00:00Z')
const testing = { unsynced: true }
let folders: string[] = []

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hilo-backup-'))
  folders.push(folder)
  return folder
}

afterEach(async () => {
  for (const folder of folders) {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const data = join(folder, name, 'postgres/data')
      if (existsSync(data)) await stopPostmaster(data)
    }
    rmSync(folder, { recursive: true, force: true })
  }
  folders = []
})

/** A shop with a running database, a picture and a secret, in `folder/shop`. */
async function aShop(folder: string) {
  const dataDir = join(folder, 'shop')
  const server = await startPostgres({ dataDir }, { testing })
  const db = openDb(server.url, { statementTimeoutMs: 0 })
  await db.script(`
    create table public.hilo_migration (version int primary key, name text);
    insert into public.hilo_migration values (1, '0001_platform.sql');
    create table sale (id int primary key, units int not null, note text not null);
    create table total (units bigint not null);
    insert into total values (0);`)
  mkdirSync(join(dataDir, 'media/productos'), { recursive: true })
  writeFileSync(join(dataDir, 'media/productos/camisa.webp'), Buffer.alloc(30_000, 7))
  writeFileSync(join(dataDir, 'secret'), 'a secret\n')
  const close = async () => {
    await db.close()
    await server.stop()
  }
  return { dataDir, db, close }
}

/** Sells until told to stop; every sale and the total change together. Gives the ids acknowledged so far. */
function sell(db: Db, from: number): { acknowledged: number[]; stop: () => Promise<void> } {
  const acknowledged: number[] = []
  const shop = { open: true }
  const seller = async (lane: number) => {
    for (let id = from + lane; shop.open; id += 3) {
      await db.transaction(async (tx) => {
        await tx.run(sql`insert into sale values (${id}, 2, repeat('lino ', 200))`)
        await tx.run(sql`update total set units = units + 2`)
      })
      acknowledged.push(id)
    }
  }
  const all = Promise.all([seller(0), seller(1), seller(2)])
  return {
    acknowledged,
    stop: async () => {
      shop.open = false
      await all
    },
  }
}

async function contentsOf(dataDir: string): Promise<{ ids: Set<number>; units: number; total: number }> {
  const server = await startPostgres({ dataDir }, { testing })
  const db = openDb(server.url)
  try {
    const rows = await db.many<{ id: number; units: number }>(sql`select id, units from sale`)
    const { total } = await db.one<{ total: number }>(sql`select units as total from total`)
    await db.run(sql`insert into sale values (-1, 0, 'the restored database takes new rows')`)
    await db.run(sql`delete from sale where id = -1`)
    return { ids: new Set(rows.map(({ id }) => id)), units: rows.reduce((sum, { units }) => sum + units, 0), total }
  } finally {
    await db.close()
    await server.stop()
  }
}

const restore = (from: string, dataDir: string, more: Partial<RestoreOptions> = {}) =>
  restoreBackup({ from, dataDir, replace: false, now, testing, ...more })

const backUp = (db: Db, dataDir: string, to: string) =>
  createBackup(db, { dataDir, to, now, hiloVersion: '0.1.0', unsynced: true })

const tooNew = () => Promise.reject(new Error('newer than the code'))

describe('backup and restore', { timeout: 180_000 }, () => {
  it.each(['copy', 'copy.tar.zst'])(
    'a backup taken while the shop sells (%s) holds every sale acknowledged before its end, and nothing by halves',
    async (name) => {
      const folder = newFolder()
      const { dataDir, db, close } = await aShop(folder)
      const sales = sell(db, 1)
      while (sales.acknowledged.length < 300) await new Promise((resolve) => setTimeout(resolve, 10))
      const before = [...sales.acknowledged]
      const result = await backUp(db, dataDir, join(folder, name))
      await sales.stop()
      await close()
      expect(sales.acknowledged.length).toBeGreaterThan(before.length)
      expect(result.bytes).toBeGreaterThan(10_000_000)

      const { manifest, aside } = await restore(join(folder, name), join(folder, 'restored'))
      expect([manifest.postgresMajor, manifest.migration, aside]).toEqual([18, '0001_platform.sql', null])
      const found = await contentsOf(join(folder, 'restored'))
      expect(before.filter((id) => !found.ids.has(id))).toEqual([])
      expect(found.units).toBe(found.total)
      expect(readFileSync(join(folder, 'restored/secret'), 'utf8')).toBe('a secret\n')
      expect(statSync(join(folder, 'restored/media/productos/camisa.webp')).size).toBe(30_000)
      expect(statSync(join(folder, name)).mode & 0o077).toBe(0)
    },
  )

  it('sales acknowledged while the backup ran and before it ended are in it', async () => {
    const folder = newFolder()
    const { dataDir, db, close } = await aShop(folder)
    const sales = sell(db, 1)
    let during: number[] = []
    const to = join(folder, 'copy')
    await createBackup(db, {
      dataDir,
      to,
      now,
      hiloVersion: '0.1.0',
      unsynced: true,
      onProgress: (done) => {
        // The last database file is copied, the stop point is not taken yet.
        if (done < 25_000_000) during = [...sales.acknowledged]
      },
    })
    await sales.stop()
    await close()
    expect(during.length).toBeGreaterThan(0)
    await restore(to, join(folder, 'restored'))
    const { ids } = await contentsOf(join(folder, 'restored'))
    expect(during.filter((id) => !ids.has(id))).toEqual([])
  })

  it('a backup that was changed, cut off or is none is refused, and the present data stay as they are', async () => {
    const folder = newFolder()
    const { dataDir, db, close } = await aShop(folder)
    await backUp(db, dataDir, join(folder, 'copy'))
    await backUp(db, dataDir, join(folder, 'copy.tar.gz'))
    await close()
    const refuse = (from: string) =>
      expect(restore(from, dataDir, { replace: true })).rejects.toMatchObject({ reason: 'refused' })

    const victim = join(folder, 'copy/media/productos/camisa.webp')
    writeFileSync(victim, Buffer.alloc(30_000, 8))
    await refuse(join(folder, 'copy'))
    rmSync(victim)
    await refuse(join(folder, 'copy'))
    writeFileSync(victim, Buffer.alloc(30_000, 7))
    writeFileSync(join(folder, 'copy/media/stranger.txt'), 'x')
    await refuse(join(folder, 'copy'))
    rmSync(join(folder, 'copy', manifestName))
    await refuse(join(folder, 'copy'))
    const archive = readFileSync(join(folder, 'copy.tar.gz'))
    writeFileSync(join(folder, 'cut.tar.gz'), archive.subarray(0, archive.length / 2))
    await refuse(join(folder, 'cut.tar.gz'))
    await refuse(join(folder, 'nothing-here'))

    expect(readdirSync(dataDir).sort()).toEqual(['media', 'postgres', 'secret'])
    expect((await contentsOf(dataDir)).total).toBe(0)
  })

  it.skipIf(spawnSync('tar', ['--version']).status !== 0)(
    'an archive that reaches outside its folder is refused',
    async () => {
      const folder = newFolder()
      writeFileSync(join(folder, 'outside.txt'), 'x')
      mkdirSync(join(folder, 'in'))
      execFileSync('tar', ['-P', '-cf', '../evil.tar', '../outside.txt'], { cwd: join(folder, 'in') })
      await expect(restore(join(folder, 'evil.tar'), join(folder, 'target'))).rejects.toMatchObject({
        reason: 'refused',
      })
      expect(readdirSync(join(folder, 'target'))).toEqual([])
    },
  )

  it('a restore never touches a running shop, and replaces data only when told to, keeping them aside', async () => {
    const folder = newFolder()
    const { dataDir, db, close } = await aShop(folder)
    await db.run(sql`insert into sale values (1, 2, 'kept')`)
    await backUp(db, dataDir, join(folder, 'copy.tar'))
    await expect(restore(join(folder, 'copy.tar'), dataDir, { replace: true })).rejects.toMatchObject({
      text: { en: expect.stringContaining('Stop it (Ctrl-C)') as string },
    })
    await db.run(sql`insert into sale values (2, 2, 'after the backup')`)
    writeFileSync(join(dataDir, 'media/after.txt'), 'x')
    await close()
    await expect(restore(join(folder, 'copy.tar'), dataDir)).rejects.toMatchObject({
      text: { es: expect.stringContaining('--replace') as string },
    })

    const { aside } = await restore(join(folder, 'copy.tar'), dataDir, { replace: true })
    expect([...(await contentsOf(dataDir)).ids]).toEqual([1])
    expect(existsSync(join(dataDir, 'media/after.txt'))).toBe(false)
    expect(existsSync(join(aside ?? '', 'media/after.txt'))).toBe(true)
    expect([...(await contentsOf(aside ?? '')).ids].sort()).toEqual([1, 2])
  })

  it('a backup whose schema is refused leaves the present data as they are', async () => {
    const folder = newFolder()
    const { dataDir, db, close } = await aShop(folder)
    await backUp(db, dataDir, join(folder, 'copy'))
    await close()
    await expect(restore(join(folder, 'copy'), dataDir, { replace: true, check: tooNew })).rejects.toThrow(
      'newer than the code',
    )
    expect(readdirSync(dataDir).sort()).toEqual(['media', 'postgres', 'secret'])
  })

  it('a swap cut short by a crash is completed by the next start, from any point', async () => {
    for (const moved of [0, 1, 2, 3]) {
      const dataDir = newFolder()
      const staged = join(dataDir, '.restoring-1')
      const aside = join(dataDir, '.before-restore-x')
      for (const name of ['media', 'secret']) writeFileSync(join(dataDir, name), `old ${name}`)
      mkdirSync(staged)
      for (const name of ['hilo.env', 'secret']) writeFileSync(join(staged, name), `new ${name}`)
      const note = { staged, aside, present: ['media', 'secret'] }
      writeFileSync(join(dataDir, 'restore-under-way.json'), JSON.stringify(note))
      // What the killed process had done so far, in its order.
      const steps = ['media>aside', 'secret>aside', 'secret<staged']
      if (moved > 0) mkdirSync(aside)
      for (const step of steps.slice(0, moved)) {
        const [name = ''] = step.split(/[<>]/)
        const [from, to] = step.includes('>') ? [dataDir, aside] : [staged, dataDir]
        execFileSync('mv', [join(from, name), join(to, name)])
      }
      await finishRestore(dataDir)
      expect(readdirSync(dataDir).sort()).toEqual(['.before-restore-x', 'hilo.env', 'secret'])
      expect(readFileSync(join(dataDir, 'secret'), 'utf8')).toBe('new secret')
      expect(readFileSync(join(aside, 'media'), 'utf8')).toBe('old media')
      expect(readFileSync(join(aside, 'secret'), 'utf8')).toBe('old secret')
    }
  })

  it('a backup never overwrites another one, and a failed one leaves nothing', async () => {
    const folder = newFolder()
    const { dataDir, db, close } = await aShop(folder)
    await backUp(db, dataDir, join(folder, 'copy.tar'))
    await expect(backUp(db, dataDir, join(folder, 'copy.tar'))).rejects.toMatchObject({ reason: 'refused' })
    await expect(backUp(db, dataDir, join(folder, 'copy.tar/inside'))).rejects.toThrow()
    expect(readdirSync(folder).sort()).toEqual(['copy.tar', 'shop'])
    await close()
  })
})
