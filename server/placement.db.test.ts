import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Placement, placement } from '#platform/placement'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { checkPlacement } from './placement-check.ts'

let t: TestDatabase
beforeAll(async () => {
  t = await testDatabase()
})
afterAll(() => t.close())

/** Ends the transaction of a planted fault, so that nothing of it stays. */
class Planted extends Error {
  readonly faults: string[]
  constructor(faults: string[]) {
    super('planted')
    this.faults = faults
  }
}

/** What a planted change adds to the faults. */
async function faultsOf(ddl: string[], extra: Record<string, Placement> = {}): Promise<string[]> {
  try {
    await t.db.transaction(async (tx) => {
      for (const text of ddl) await tx.run({ kind: 'sql', parts: [text], values: [] })
      throw new Planted(await checkPlacement(tx, { ...placement, ...extra }))
    })
  } catch (error) {
    if (!(error instanceof Planted)) throw error
    const before = await checkPlacement(t.db, placement)
    return error.faults.filter((fault) => !before.includes(fault))
  }
  return []
}

describe('placement', () => {
  test('every table is declared, and its keys allow it to live where it is declared to', async () => {
    expect(await checkPlacement(t.db, placement)).toEqual([])
  })

  test('a table nobody declared, and a declaration without a table', async () => {
    expect(await faultsOf(['create table staff.planted (id text primary key)'])).toEqual([
      'staff.planted is not declared',
    ])
    expect(await faultsOf([], { 'staff.gone': 'core' })).toEqual(['staff.gone is declared and does not exist'])
  })

  test.each([
    [
      'a key without the person',
      'id text primary key, person_id text not null',
      ['customers.planted: unique index planted_pkey lacks person_id'],
    ],
    ['no key', 'person_id text not null', ['customers.planted: has no primary key']],
    [
      'a second unique index without the person',
      'person_id text, id text unique, primary key (person_id, id)',
      ['customers.planted: unique index planted_id_key lacks person_id'],
    ],
    [
      'no person at all',
      'id text primary key',
      [
        'customers.planted: person_id may be null or is missing',
        'customers.planted: unique index planted_pkey lacks person_id',
      ],
    ],
    [
      'a number counted on one node',
      'person_id text, n bigint generated always as identity, primary key (person_id, n)',
      ['customers.planted: n counts on one node only'],
    ],
    [
      'a foreign key to the core',
      'person_id text references customers.person (id), primary key (person_id)',
      ['customers.planted: foreign key planted_person_id_fkey to customers.person leaves by-person'],
    ],
  ])('a by-person table with %s', async (_what, columns, faults) => {
    expect(
      await faultsOf([`create table customers.planted (${columns})`], { 'customers.planted': 'by-person' }),
    ).toEqual(faults)
  })

  test('a by-person table that points at its own group by the person, or at a reference table, is fine', async () => {
    const columns = `person_id text, at timestamptz, seq bigint, kind text, channel_id text references catalog.channel (id),
      primary key (person_id, at, seq, kind), foreign key (person_id, at, seq, kind) references customers.thread_entry`
    expect(
      await faultsOf([`create table customers.planted (${columns})`], { 'customers.planted': 'by-person' }),
    ).toEqual([])
  })

  test('a core table that points at people, a reference table that points at the core, and triggers on distributed rows', async () => {
    const core =
      'create table customers.planted (person_id text, at timestamptz, seq bigint, kind text, foreign key (person_id, at, seq, kind) references customers.thread_entry)'
    expect(await faultsOf([core], { 'customers.planted': 'core' })).toEqual([
      'customers.planted: foreign key planted_person_id_at_seq_kind_fkey to customers.thread_entry leaves core',
    ])
    const reference = 'create table catalog.planted (id text primary key, owner text references staff.member (id))'
    expect(await faultsOf([reference], { 'catalog.planted': 'reference' })).toEqual([
      'catalog.planted: foreign key planted_owner_fkey to staff.member leaves reference',
    ])
    expect(await faultsOf(['create rule planted as on delete to customers.thread_entry do instead nothing'])).toEqual([
      'customers.thread_entry: rule planted',
    ])
    const trigger = [
      'create function customers.planted() returns trigger language plpgsql as $$ begin return new; end $$',
      'create trigger planted before insert on customers.thread_entry for each row execute function customers.planted()',
    ]
    expect(await faultsOf(trigger)).toEqual(['customers.thread_entry: trigger planted'])
  })
})
