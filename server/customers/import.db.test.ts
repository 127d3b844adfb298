import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ImportResult, importFile } from '#platform/imports/index'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { keepAddress } from './addresses.ts'
import { recordConsent } from './consents.ts'
import { showCustomer } from './directory.ts'
import { customersCsv } from './export.ts'
import { registerCustomerImporters } from './import/index.ts'
import { linkPersons } from './links.ts'
import { personOfIdentity } from './persons.ts'
import { erasePerson } from './privacy.ts'
import { aMail, aPerson } from './testing.ts'

const fixtures = resolve(import.meta.dirname, '../../../shared/data/shopify-admin-json/customer/res')
const folder = mkdtempSync(join(tmpdir(), 'hilo-customers-'))
const system = { kind: 'system', name: 'test' } as const
let t: TestDatabase
let files = 0

registerCustomerImporters()
beforeAll(async () => {
  t = await testDatabase()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await t.close()
})

function bring(content: string, { on = t, name = 'customers.csv' } = {}): Promise<ImportResult> {
  const path = join(folder, `${++files}-${name}`)
  writeFileSync(path, content)
  return importFile(on.db, on.clock, { kind: 'customers', path })
}
const issuesOf = (runId: string) =>
  t.db.many<{ line: number; field: string; severity: string; code: string }>(sql`
    select line, field, severity, code from platform.import_issue where run_id = ${runId} order by line, field`)
const people = async () => (await t.db.one<{ n: number }>(sql`select count(*)::int as n from customers.person`)).n
const find = async (mail: string) => showCustomer(t.db, (await personOfIdentity(t.db, 'email', mail)) ?? 'nobody')

describe('a messy file of one’s own', () => {
  const file = [
    'name,email,phone,birthday,tags,address_line1,postal_code,city',
    'Carla Mas,carla@example.com,611 222 333,27/03/1984,"vip, lino",Calle Mar 1,46001,Valencia',
    'CARLA MAS,Carla@Example.com,,,novia,,,',
    'Sin Nada,,,,,,,',
    'Correo Roto,roto@@example,,,,,,',
    'Medio Roto,roto@,600111222,31/02/1990,,,,',
    "'=HYPERLINK(1),formula@example.com,,,,,,",
  ].join('\n')

  test('ends with every row taken or listed; the two rows of one mail are one person', async () => {
    const result = await bring(file)
    expect(result).toMatchObject({
      status: 'done',
      format: 'hilo-csv',
      rowsRead: 6,
      rowsTaken: 4,
      rowsUnchanged: 0,
      rowsRefused: 2,
    })
    expect(await issuesOf(result.runId)).toEqual([
      { line: 4, field: 'email', severity: 'refused', code: 'nobody_to_reach' },
      { line: 5, field: 'email', severity: 'refused', code: 'nobody_to_reach' },
      { line: 6, field: 'birthday', severity: 'flagged', code: 'not_a_date' },
      { line: 6, field: 'email', severity: 'flagged', code: 'mail_not_valid' },
    ])
    expect(await find('carla@example.com')).toMatchObject({
      name: 'Carla Mas',
      birthday: '1984-03-27',
      tags: ['vip', 'lino', 'novia'],
      identities: [{ value: 'carla@example.com', proof: 'imported' }, { value: '+34611222333' }],
      addresses: [{ line1: 'Calle Mar 1', country: 'ES' }],
    })
    expect((await find('formula@example.com')).name).toBe('=HYPERLINK(1)')
  })

  test('brought in a second time, it changes nothing', async () => {
    const before = await people()
    const again = await bring(`${file}\n`)
    expect(again).toMatchObject({ rowsTaken: 0, rowsUnchanged: 4, rowsRefused: 2 })
    expect(await people()).toBe(before)
  })

  test('what staff wrote is not overwritten by an old file', async () => {
    const mail = aMail()
    const id = await aPerson(t.db, t.clock, {
      identities: [{ kind: 'email', value: mail, proof: 'staff' }],
      name: 'Nombre Nuevo',
    })
    await t.db.run(sql`update customers.person set note = 'Prefiere la tarde', tags = '{fiel}' where id = ${id}`)
    await bring(`name,email,note,tags\nNombre Viejo,${mail},Otra nota,vip\n`)
    expect(await find(mail)).toMatchObject({ name: 'Nombre Nuevo', note: 'Prefiere la tarde', tags: ['fiel', 'vip'] })
  })
})

describe('Hilo’s own export', () => {
  test('imports back to the same state in an empty shop, and to "unchanged" in the same one', async () => {
    const a = await aPerson(t.db, t.clock, {
      identities: [
        { kind: 'email', value: aMail(), proof: 'code' },
        { kind: 'phone', value: '622000111', proof: 'staff' },
      ],
      name: '=Peligro, "Comillas"',
    })
    const b = await aPerson(t.db, t.clock, { name: 'Enlazada' })
    const c = await aPerson(t.db, t.clock, { name: 'Enlazada de la enlazada' })
    await t.db.transaction((tx) => linkPersons(tx, t.clock, system, { fromPersonId: c, toPersonId: b, reason: 'x' }))
    await t.db.transaction((tx) => linkPersons(tx, t.clock, system, { fromPersonId: b, toPersonId: a, reason: 'x' }))
    const address = {
      name: '',
      line1: 'Calle Sol 2',
      line2: '3.º B',
      postalCode: '28001',
      city: 'Madrid',
      province: 'Madrid',
      country: 'ES',
      phone: '+34910000000',
    }
    await keepAddress(t.db, t.clock, a, address)
    t.clock.advance(1000)
    await keepAddress(t.db, t.clock, a, { ...address, line1: 'Avenida Luna 9', line2: '' })
    for (const granted of [true, false]) {
      t.clock.advance(1000)
      await t.db.transaction((tx) =>
        recordConsent(tx, t.clock, {
          personId: a,
          purpose: 'marketing',
          channel: 'email',
          granted,
          wording: 'Novedades;\n"sí"',
          wordingVersion: '2',
          source: 'web',
          proof: { cart: 'crt_1' },
        }),
      )
    }
    await t.db.run(
      sql`update customers.person set birthday = '1990-05-17', note = 'Dos\nlíneas', tags = '{vip,lino}' where id = ${a}`,
    )
    const csv = await text(customersCsv(t.db))
    expect(csv).toContain("'=Peligro")

    const empty = await testDatabase()
    empty.clock.advance(86_400_000)
    const { rowsTaken, rowsRefused } = await bring(csv, { on: empty })
    expect({ rowsTaken, rowsRefused }).toEqual({ rowsTaken: csvRows(csv), rowsRefused: 0 })
    expect(await text(customersCsv(empty.db))).toBe(csv)
    expect((await showCustomer(empty.db, c)).personIds.sort()).toEqual([a, b, c].sort())
    await empty.close()

    expect(await bring(csv)).toMatchObject({ rowsTaken: 0, rowsUnchanged: csvRows(csv), rowsRefused: 0 })
    expect(await text(customersCsv(t.db))).toBe(csv)
  })

  test('an old export does not bring back somebody who asked to be forgotten', async () => {
    const mail = aMail()
    const id = await aPerson(t.db, t.clock, { identities: [{ kind: 'email', value: mail, proof: 'code' }] })
    const csv = await text(customersCsv(t.db))
    await t.db.transaction((tx) => erasePerson(tx, t.clock, system, id, 'asked for it'))
    const result = await bring(csv)
    expect(result.rowsRefused).toBe(1)
    expect(await personOfIdentity(t.db, 'email', mail)).toBeUndefined()
  })
})

/** Records of a CSV, header left out; quoted line ends do not count. */
function csvRows(csv: string): number {
  return (
    csv
      .replace(/"(?:[^"]|"")*"/g, '')
      .trim()
      .split('\n').length - 1
  )
}

describe('Shopify', () => {
  test('the customer CSV, in both spellings, with the apostrophes it puts before phones', async () => {
    const now = await bring(
      `Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags
'7001,Elena,Ruiz,elena@shop.example,yes,,Gran Vía 1,,Madrid,M,ES,'28013,,'+34633111222,no,120.50,3,Le gusta el añil,no,"vip, newsletter"
`,
    )
    expect(now).toMatchObject({ format: 'shopify-csv', rowsTaken: 1, rowsRefused: 0 })
    expect(await find('elena@shop.example')).toMatchObject({
      name: 'Elena Ruiz',
      note: 'Le gusta el añil',
      tags: ['vip', 'newsletter'],
      addresses: [{ line1: 'Gran Vía 1', postalCode: '28013', city: 'Madrid', province: 'M' }],
      consents: [{ purpose: 'marketing', channel: 'email', granted: true }],
    })
    expect(await personOfIdentity(t.db, 'external', 'shopify:7001')).toBe(
      await personOfIdentity(t.db, 'phone', '+34633111222'),
    )
    const before =
      await bring(`First Name,Last Name,Email,Company,Address1,City,Country Code,Zip,Phone,Accepts Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt
Jon,Etxe,jon@shop.example,,Kale Nagusia 3,Bilbao,ES,48001,,no,0.00,0,,,no
`)
    expect(before).toMatchObject({ format: 'shopify-csv', rowsTaken: 1 })
    expect(await find('jon@shop.example')).toMatchObject({ consents: [], addresses: [{ city: 'Bilbao' }] })
  })

  test('importing an old file again does not undo a withdrawal', async () => {
    const file =
      'Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Total Spent\n7002,Sara,Vila,sara@shop.example,yes,0\n'
    await bring(file)
    const { id } = await find('sara@shop.example')
    t.clock.advance(1000)
    await t.db.transaction((tx) =>
      recordConsent(tx, t.clock, {
        personId: id,
        purpose: 'marketing',
        channel: 'email',
        granted: false,
        wording: 'Baja',
        wordingVersion: '1',
        source: 'web',
      }),
    )
    expect(await bring(`${file}\n`)).toMatchObject({ rowsUnchanged: 1 })
    expect((await find('sara@shop.example')).consents).toMatchObject([{ granted: false }])
  })

  const names = ['get', 'list', 'create', 'search', 'update']
  test.skipIf(!existsSync(fixtures)).each(names)(
    'the answer %s.json loses nothing (skipped where shared/data is absent)',
    async (name) => {
      const path = join(fixtures, `${name}.json`)
      const first = await importFile(t.db, t.clock, { kind: 'customers', path })
      expect(first).toMatchObject({ status: 'done', format: 'shopify-json', rowsRefused: 0 })
      expect(await importFile(t.db, t.clock, { kind: 'customers', path })).toMatchObject({
        rowsTaken: 0,
        rowsRefused: 0,
      })
      const { customers, customer } = (await import(path, { with: { type: 'json' } })).default as {
        customers?: Fixture[]
        customer?: Fixture
      }
      for (const stated of customers ?? (customer ? [customer] : [])) {
        const kept = await showCustomer(t.db, (await personOfIdentity(t.db, 'external', `shopify:${stated.id}`)) ?? '')
        expect(kept).toMatchObject({ name: `${stated.first_name} ${stated.last_name}`.trim() })
        expect((kept.identities as { value: string }[]).map(({ value }) => value)).toContain(stated.email.toLowerCase())
        const lines = (kept.addresses as { line1: string }[]).map(({ line1 }) => line1)
        expect(lines).toEqual(expect.arrayContaining(stated.addresses.map(({ address1 }) => address1)))
      }
    },
  )
  type Fixture = { id: number; first_name: string; last_name: string; email: string; addresses: { address1: string }[] }
})
