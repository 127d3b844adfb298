import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import type { IdentityGiven } from './identities.ts'
import { findPerson, groupOf, personOfIdentity } from './persons.ts'
import { resolvePerson } from './resolve.ts'
import { aMail, aPerson } from './testing.ts'

let t: TestDatabase
let phones = 0
beforeAll(async () => {
  t = await testDatabase()
})
afterAll(() => t.close())

const mail = (value: string, proof: IdentityGiven['proof'] = 'claimed'): IdentityGiven => ({
  kind: 'email',
  value,
  proof,
})
const phone = (value: string, proof: IdentityGiven['proof'] = 'claimed'): IdentityGiven => ({
  kind: 'phone',
  value,
  proof,
})
const visitor = (value: string): IdentityGiven => ({ kind: 'visitor', value, proof: 'claimed' })
const aPhone = () => `6${String(12_000_000 + ++phones).padStart(8, '0')}`
const resolve = (identities: IdentityGiven[], name?: string) =>
  t.db.transaction((tx) => resolvePerson(tx, t.clock, { identities, name, source: 'test' }))
const proposals = (a: string, b: string) =>
  t.db.many<{ evidence: unknown; status: string }>(sql`
    select evidence, status from customers.link_proposal where person_a in (${a}, ${b}) and person_b in (${a}, ${b})`)

describe('one identifier, one person', () => {
  test('the same mail in another spelling is the same person', async () => {
    const address = aMail()
    const first = await resolve([mail(address)], 'Marta Soler')
    expect(first.created).toBe(true)
    expect(await resolve([mail(` ${address.toUpperCase()} `)])).toEqual({ personId: first.personId, created: false })
  })

  test('the same phone, written six ways, is one person', async () => {
    const { personId } = await resolve([phone('612 34 56 78', 'staff')])
    for (const spelling of ['612345678', '+34612345678', '0034 612 345 678', '(+34) 612-34-56-78', '612.345.678']) {
      expect((await resolve([phone(spelling, 'staff')])).personId).toBe(personId)
    }
  })

  test('twenty requests with the same new mail at once make one person', async () => {
    const address = aMail()
    const number = aPhone()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => resolve([mail(address), phone(number)], 'Iker Zabala')),
    )
    expect(new Set(answers.map(({ personId }) => personId)).size).toBe(1)
    const { n } = await t.db.one<{ n: number }>(
      sql`select count(*)::int as n from customers.person where name = 'Iker Zabala'`,
    )
    expect(n).toBe(1)
  })

  test('requests that mix the same mails and phones in every order neither hang nor leave anybody without an identifier', async () => {
    const mails = Array.from({ length: 4 }, aMail)
    const numbers = Array.from({ length: 4 }, aPhone)
    await Promise.all(
      Array.from({ length: 24 }, (_, i) =>
        resolve([phone(numbers[(i * 3) % 4] ?? '', 'staff'), mail(mails[i % 4] ?? '')], 'Cruce'),
      ),
    )
    const { n } = await t.db.one<{ n: number }>(sql`
      select count(*)::int as n from customers.person p where name = 'Cruce' and not exists (select 1 from customers.identity i where i.person_id = p.id)`)
    expect(n).toBe(0)
  })

  test('the database itself refuses a second owner of an identifier', async () => {
    const address = aMail()
    await resolve([mail(address)])
    const other = await aPerson(t.db, t.clock)
    await expect(
      t.db.run(
        sql`insert into customers.identity (kind, value, id, person_id, proof) values ('email', ${address}, 'idn_x', ${other}, 'staff')`,
      ),
    ).rejects.toMatchObject({ code: '23505' })
  })

  test('a mail or phone that cannot be reached is refused by name, and nothing is written', async () => {
    const before = await t.db.one<{ n: number }>(sql`select count(*)::int as n from customers.person`)
    for (const [identity, parameter] of [
      [mail('marta@'), 'email'],
      [mail('a b@example.com'), 'email'],
      [phone('12'), 'phone'],
    ] as const) {
      const refusal = await resolve([identity]).catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(Problem)
      expect((refusal as Problem).data.parameter).toBe(parameter)
    }
    expect(await t.db.one(sql`select count(*)::int as n from customers.person`)).toEqual(before)
  })
})

test('a slip in the phone beside a good mail stops nothing; a slip in the mail does', async () => {
  const address = aMail()
  const { personId } = await resolve([mail(address), phone('12')])
  const { kinds } = await t.db.one<{ kinds: string[] }>(
    sql`select array_agg(kind) as kinds from customers.identity where person_id = ${personId}`,
  )
  expect(kinds).toEqual(['email'])
  await expect(resolve([mail('nobody@'), phone(aPhone())])).rejects.toMatchObject({
    code: 'customers.identity_invalid',
    data: { parameter: 'email' },
  })
})

describe('who decides', () => {
  test('somebody who types a stranger’s phone does not become that stranger; staff are asked whether the two are one', async () => {
    const number = aPhone()
    const stranger = await resolve([mail(aMail()), phone(number)])
    const typed = await resolve([mail(aMail()), phone(number)])
    expect(typed.personId).not.toBe(stranger.personId)
    expect(await personOfIdentity(t.db, 'phone', `+34${number}`)).toBe(stranger.personId)
    expect(await proposals(stranger.personId, typed.personId)).toMatchObject([
      { status: 'open', evidence: [{ kind: 'same_phone', value: `+34${number}` }] },
    ])
  })

  test('at the counter a known phone finds the person, and a new mail becomes theirs', async () => {
    const number = aPhone()
    const address = aMail()
    const known = await resolve([phone(number, 'staff')], 'Pilar Rey')
    expect((await resolve([phone(number, 'staff'), mail(address, 'staff')])).personId).toBe(known.personId)
    expect(await personOfIdentity(t.db, 'email', address)).toBe(known.personId)
  })

  test('two known people are never made one by a guess', async () => {
    const number = aPhone()
    const address = aMail()
    const [a, b] = [await resolve([mail(address, 'code')]), await resolve([phone(number, 'staff')])]
    const both = await resolve([mail(address, 'code'), phone(number, 'staff')])
    expect(both.personId).toBe(a.personId)
    expect(await groupOf(t.db, a.personId)).toEqual([a.personId])
    expect(await proposals(a.personId, b.personId)).toHaveLength(1)
  })

  test('a proof grows stronger and never weaker', async () => {
    const address = aMail()
    await resolve([mail(address, 'code')])
    await resolve([mail(address, 'claimed')])
    const row = () =>
      t.db.one<{ proof: string; verifiedAt: Date }>(sql`
      select proof, verified_at as "verifiedAt" from customers.identity where kind = 'email' and value = ${address}`)
    expect(await row()).toMatchObject({ proof: 'code', verifiedAt: t.clock.now() })
    const other = aMail()
    await resolve([mail(other, 'claimed')])
    await resolve([mail(other, 'payment')])
    const { proof } = await t.db.one<{ proof: string }>(
      sql`select proof from customers.identity where value = ${other}`,
    )
    expect(proof).toBe('payment')
  })

  test('the first name given stays until staff change it', async () => {
    const address = aMail()
    const { personId } = await resolve([mail(address)])
    await resolve([mail(address)], 'Nuria Vidal')
    await resolve([mail(address)], 'Somebody Else')
    expect((await findPerson(t.db, personId)).name).toBe('Nuria Vidal')
  })
})

describe('the anonymous visitor', () => {
  test('comes back as the same visitor, and becomes a new person with everything they did before', async () => {
    const anonymous = await resolve([visitor('browser-1')])
    expect(anonymous.created).toBe(true)
    expect(await resolve([visitor('browser-1')])).toEqual({ personId: anonymous.personId, created: false })
    const known = await resolve([visitor('browser-1'), mail(aMail())], 'Nora Gil')
    expect(known.personId).toBe(anonymous.personId)
    expect(await findPerson(t.db, known.personId)).toMatchObject({ anonymous: false, name: 'Nora Gil' })
  })

  test('who turns out to be known counts as that person from then on', async () => {
    const address = aMail()
    const known = await resolve([mail(address)])
    const anonymous = await resolve([visitor('browser-2')])
    expect((await resolve([visitor('browser-2'), mail(address)])).personId).toBe(known.personId)
    expect(await groupOf(t.db, known.personId)).toEqual([known.personId, anonymous.personId])
    expect(await resolve([visitor('browser-2')])).toEqual({ personId: known.personId, created: false })
  })

  test('a second person at the same computer is not taken for the first', async () => {
    const first = await resolve([visitor('browser-3'), mail(aMail())])
    const second = await resolve([visitor('browser-3'), mail(aMail())])
    expect(second.personId).not.toBe(first.personId)
    expect(await proposals(first.personId, second.personId)).toMatchObject([{ evidence: [{ kind: 'same_device' }] }])
  })
})
