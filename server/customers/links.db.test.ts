import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emit } from '#platform/outbox'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { keepAddress } from './addresses.ts'
import { consentsOf, recordConsent } from './consents.ts'
import { findDuplicates, listDuplicates, settleDuplicate } from './duplicates.ts'
import { linkPersons, unlinkPersons } from './links.ts'
import { canonicalId, groupOf, personOfIdentity } from './persons.ts'
import { aMail, aPerson } from './testing.ts'
import { readThread, threadSubscriber } from './thread.ts'

let t: TestDatabase
const staff = {
  kind: 'staff',
  memberId: 'mbr_1',
  name: 'Ana',
  role: 'service',
  allPlaces: true,
  locationIds: [],
  language: 'es',
} as const
beforeAll(async () => {
  t = await testDatabase()
})
afterAll(() => t.close())

const link = (fromPersonId: string, toPersonId: string) =>
  t.db.transaction((tx) => linkPersons(tx, t.clock, staff, { fromPersonId, toPersonId, reason: 'same person' }))
const unlink = (linkId: string) => t.db.transaction((tx) => unlinkPersons(tx, t.clock, staff, linkId))
const consent = (personId: string, granted: boolean) =>
  t.db.transaction((tx) =>
    recordConsent(tx, t.clock, {
      personId,
      purpose: 'marketing',
      channel: 'email',
      granted,
      wording: 'Quiero recibir novedades',
      wordingVersion: '1',
      source: 'test',
    }),
  )
const order = (personId: string, number: string) =>
  t.db.transaction((tx) =>
    emit(tx, t.clock, 'orders.placed', {
      subjectId: `ord_${number}`,
      personId,
      payload: {
        orderId: `ord_${number}`,
        number,
        channelId: 'web',
        locationId: null,
        totalMinor: 4990,
        currency: 'EUR',
        units: 1,
        deliveryKind: 'delivery',
      },
    }),
  )
const orderNumbers = async (personId: string) =>
  (await readThread(t.db, personId, { limit: 50, kind: 'order' })).items.map(({ data }) => data['number'])
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  )

/** The content of every table of the module that a link could have touched, links themselves left out. */
async function snapshot() {
  return t.db.one(sql`
    select (select json_agg(to_jsonb(p) order by p.id) from customers.person p) as persons,
           (select json_agg(to_jsonb(i) order by i.id) from customers.identity i) as identities,
           (select json_agg(to_jsonb(c) order by c.id) from customers.consent c) as consents,
           (select json_agg(to_jsonb(a) order by a.id) from customers.address a) as addresses,
           (select json_agg(to_jsonb(e) order by e.person_id, e.seq) from customers.thread_entry e where e.kind not like 'person.%') as thread`)
}

describe('a merge is a link (law 6)', () => {
  test('S21: linked people are read as one: identifiers, consents, orders, thread; undone, each has their own again', async () => {
    const mail = aMail()
    const a = await aPerson(t.db, t.clock, { identities: [{ kind: 'email', value: mail, proof: 'claimed' }] })
    const b = await aPerson(t.db, t.clock, { identities: [{ kind: 'phone', value: '611111111', proof: 'staff' }] })
    await consent(a, true)
    t.clock.advance(1000)
    await consent(b, false)
    await order(a, 'H-1')
    await order(b, 'H-2')
    await t.drain([threadSubscriber])
    const before = await snapshot()

    const linkId = await link(b, a)
    await t.drain([threadSubscriber])
    expect(await canonicalId(t.db, b)).toBe(a)
    expect(await personOfIdentity(t.db, 'phone', '+34611111111')).toBe(a)
    expect(await groupOf(t.db, b)).toEqual([a, b])
    expect(await orderNumbers(a)).toEqual(['H-2', 'H-1'])
    expect(await consentsOf(t.db, await groupOf(t.db, a))).toMatchObject([{ granted: false }])

    await unlink(linkId)
    await t.drain([threadSubscriber])
    expect(await snapshot()).toEqual(before)
    expect(await orderNumbers(a)).toEqual(['H-1'])
    expect(await orderNumbers(b)).toEqual(['H-2'])
    expect(await consentsOf(t.db, await groupOf(t.db, a))).toMatchObject([{ granted: true }])
    expect(await personOfIdentity(t.db, 'phone', '+34611111111')).toBe(b)
  })

  test('what happens while two are linked stays with the record it was written for', async () => {
    const [a, b] = [await aPerson(t.db, t.clock), await aPerson(t.db, t.clock)]
    const linkId = await link(b, a)
    await order(await canonicalId(t.db, b), 'H-3')
    await order(b, 'H-4')
    await t.drain([threadSubscriber])
    await unlink(linkId)
    expect(await orderNumbers(a)).toEqual(['H-3'])
    expect(await orderNumbers(b)).toEqual(['H-4'])
  })

  test('chains and branches keep one root, and undoing the middle frees exactly its branch', async () => {
    const [a, b, c, d] = [
      await aPerson(t.db, t.clock),
      await aPerson(t.db, t.clock),
      await aPerson(t.db, t.clock),
      await aPerson(t.db, t.clock),
    ] as const
    await link(d, c)
    const middle = await link(c, b)
    await link(b, a)
    expect(new Set(await groupOf(t.db, d))).toEqual(new Set([a, b, c, d]))
    expect(await canonicalId(t.db, d)).toBe(a)
    await unlink(middle)
    expect(new Set(await groupOf(t.db, d))).toEqual(new Set([c, d]))
    expect(await canonicalId(t.db, d)).toBe(c)
    expect(new Set(await groupOf(t.db, a))).toEqual(new Set([a, b]))
  })

  test('the two who are one already, a link undone twice, and a stranger are refused', async () => {
    const [a, b] = [await aPerson(t.db, t.clock), await aPerson(t.db, t.clock)]
    const linkId = await link(a, b)
    expect(await codeOf(link(b, a))).toBe('customers.already_linked')
    expect(await codeOf(link(a, 'per_nobody'))).toBe('platform.not_found')
    await unlink(linkId)
    expect(await codeOf(unlink(linkId))).toBe('customers.not_linked')
  })

  test('links in both directions at once: one is made, the other refused, no circle', async () => {
    for (let round = 0; round < 5; round++) {
      const [a, b] = [await aPerson(t.db, t.clock), await aPerson(t.db, t.clock)]
      expect((await Promise.all([codeOf(link(a, b)), codeOf(link(b, a))])).sort()).toEqual([
        'customers.already_linked',
        'none',
      ])
      expect(await groupOf(t.db, a)).toHaveLength(2)
    }
  })

  test('after fifty random links and unlinks every root is the end of its live links', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => aPerson(t.db, t.clock)))
    const live: string[] = []
    for (let i = 0; i < 50; i++) {
      const [from, to] = [people[(i * 7) % 8] ?? '', people[(i * 5 + 3) % 8] ?? '']
      const undone = i % 3 === 2 ? live.shift() : undefined
      if (undone) await unlink(undone)
      else if ((await canonicalId(t.db, from)) !== (await canonicalId(t.db, to))) live.push(await link(from, to))
    }
    const wrong = await t.db.many(sql`
      with recursive up (id, root) as (
        select p.id, p.id from customers.person p where p.id = any(${people}::text[])
        union
        select up.id, l.to_person_id from up join customers.person_link l on l.from_person_id = up.root and l.unlinked_at is null)
      select up.id from up join customers.person p on p.id = up.id
       where not exists (select 1 from customers.person_link l where l.from_person_id = up.root and l.unlinked_at is null)
         and up.root <> coalesce(p.canonical_id, p.id)`)
    expect(wrong).toEqual([])
  })
})

describe('duplicates', () => {
  const address = {
    name: '',
    line1: 'Calle Colón 4',
    line2: '',
    postalCode: '46004',
    city: 'Valencia',
    province: '',
    country: 'ES',
    phone: '',
  }

  test('S29: evidence adds up, the strongest pair comes first, a decision takes it off the list for good', async () => {
    const a = await aPerson(t.db, t.clock, { name: 'José  Núñez Pla' })
    t.clock.advance(1000)
    const b = await aPerson(t.db, t.clock, { name: 'jose nunez pla' })
    const c = await aPerson(t.db, t.clock, { name: 'José Núñez Pla' })
    await keepAddress(t.db, t.clock, a, { ...address, phone: '963 11 22 33' })
    await keepAddress(t.db, t.clock, b, { ...address, phone: '+34963112233' })
    await keepAddress(t.db, t.clock, c, address)
    await findDuplicates(t.db, t.clock)
    await findDuplicates(t.db, t.clock)
    const { items } = await listDuplicates(t.db, { limit: 50 })
    const ofThese = items.filter((item) => [a, b, c].includes(item.a.id) && [a, b, c].includes(item.b.id))
    expect(ofThese.map(({ score }) => score)).toEqual([99, 50, 50])
    expect(ofThese[0]?.evidence.map(({ kind }) => kind).sort()).toEqual(['same_name_postal_code', 'same_phone'])

    const [first, second, third] = ofThese
    const settle = (id: string | undefined, decision: 'link' | 'dismiss') =>
      t.db.transaction((tx) => settleDuplicate(tx, t.clock, staff, { id: id ?? '', decision, reason: '' }))
    expect(await settle(first?.id, 'link')).toMatch(/^lnk_/)
    expect(await canonicalId(t.db, b)).toBe(a)
    await settle(second?.id, 'dismiss')
    await settle(third?.id, 'dismiss')
    await findDuplicates(t.db, t.clock)
    const left = (await listDuplicates(t.db, { limit: 50 })).items.filter((item) => [a, b, c].includes(item.a.id))
    expect(left).toEqual([])
  })

  test('a phone that eleven people share is a switchboard and proves nothing', async () => {
    for (let i = 0; i < 11; i++) {
      const person = await aPerson(t.db, t.clock, { name: `Empleado ${String.fromCharCode(65 + i)}` })
      await keepAddress(t.db, t.clock, person, { ...address, phone: '915550000' })
    }
    await findDuplicates(t.db, t.clock)
    const { n } = await t.db.one<{ n: number }>(sql`
      select count(*)::int as n from customers.link_proposal where evidence::text like '%915550000%'`)
    expect(n).toBe(0)
  })
})
