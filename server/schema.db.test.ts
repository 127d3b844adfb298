import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { startTestPostgres } from '#platform/postgres/testing'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { dumpMigrated, dumpSchema, schemaFile } from './schema-dump.ts'

let t: TestDatabase
beforeAll(async () => {
  t = await testDatabase()
})
afterAll(() => t.close())

/** Lines only one of the two has. */
function difference(a: string, b: string): string[] {
  const [linesA, linesB] = [a.split('\n'), b.split('\n')]
  return [
    ...linesA.filter((line) => !linesB.includes(line)).map((line) => `- ${line}`),
    ...linesB.filter((line) => !linesA.includes(line)).map((line) => `+ ${line}`),
  ]
}

describe('schema.sql', () => {
  test('is what the migrations produce; else run: node server/schema-dump.ts --write', async () => {
    const [written, produced] = [await readFile(schemaFile, 'utf8'), await dumpSchema(t.db)]
    expect(difference(written, produced)).toEqual([])
    expect(produced).toBe(written)
  })

  test.each([
    ['a table', 'create table staff.planted (id text primary key)', '+ create table staff.planted ('],
    ['a column', 'alter table staff.member add planted int', '+   planted integer,'],
    ['a type', 'alter table staff.member alter otp_last_step type int', '+   otp_last_step integer,'],
    [
      'a default',
      "alter table staff.member alter status set default 'disabled'",
      "+   status text default 'disabled'::text not null,",
    ],
    ['a NULL that was refused', 'alter table staff.member alter name drop not null', '+   name text,'],
    [
      'a lost check',
      'alter table customers.person drop constraint person_language_check',
      "-   constraint person_language_check CHECK ((language = ANY (ARRAY['es'::text, 'en'::text]))),",
    ],
    [
      'a lost foreign key',
      'alter table customers.identity drop constraint identity_person_id_fkey',
      '-   constraint identity_person_id_fkey FOREIGN KEY (person_id) REFERENCES customers.person(id),',
    ],
    [
      'a lost unique index',
      'drop index staff.member_email',
      '- CREATE UNIQUE INDEX member_email ON staff.member USING btree (lower(email));',
    ],
    [
      'a lost rule',
      'drop rule audit_entry_keep on staff.audit_entry',
      '- CREATE RULE audit_entry_keep AS ON DELETE TO staff.audit_entry DO INSTEAD NOTHING;',
    ],
    [
      'another function',
      "create or replace function customers.plain(text) returns text language sql immutable as 'select $1'",
      '+ AS $function$select $1$function$;',
    ],
  ])('shows %s', async (_what, change, line) => {
    const before = await dumpSchema(t.db)
    const planted = await t.db
      .transaction(async (tx) => {
        await tx.run({ kind: 'sql', parts: [change], values: [] })
        throw new Planted(await dumpSchema(tx))
      })
      .catch((error: unknown) => {
        if (error instanceof Planted) return error.dump
        throw error
      })
    expect(difference(before, planted).map((entry) => entry.replace(/,$/, ''))).toContain(line.replace(/,$/, ''))
    expect(await dumpSchema(t.db)).toBe(before)
  })
})

/** Ends the transaction of a planted change, so that nothing of it stays. */
class Planted extends Error {
  readonly dump: string
  constructor(dump: string) {
    super('planted')
    this.dump = dump
  }
}

describe('the floor', () => {
  const bin = '/usr/lib/postgresql/15/bin'
  test.skipIf(!existsSync(bin))(
    `PostgreSQL 15 of Debian makes the same schema (skipped where ${bin} is absent)`,
    async () => {
      const server = await startTestPostgres(bin)
      try {
        expect(difference(await readFile(schemaFile, 'utf8'), await dumpMigrated(server.url))).toEqual([])
      } finally {
        await server.stop()
      }
    },
  )

  test('a second migration of the same server changes nothing', async () => {
    expect(await dumpMigrated(inject('hiloTestServer'))).toBe(await readFile(schemaFile, 'utf8'))
  })
})
