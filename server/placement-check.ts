import type { Queryable } from '#platform/db'
import { distributionColumn, type Placement } from '#platform/placement'
import { sql } from '#platform/sql'

const ours = sql`n.nspname !~ '^(pg_|information_schema$|public$|graphile)'`

/**
 * Every table that could not live where it is declared to, by the rules that Citus enforces (each was tried and refused):
 * undeclared tables; unique keys of a by-person table without its distribution column; that column nullable; foreign keys that leave
 * their place; triggers, rules and identity columns on distributed tables.
 * @returns one sentence each, in order
 */
export async function checkPlacement(q: Queryable, placement: Readonly<Record<string, Placement>>): Promise<string[]> {
  const tables = await q.many<{ name: string }>(sql`
    select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and ${ours}`)
  const names = tables.map(({ name }) => name)
  const byPerson = names.filter((name) => placement[name] === 'by-person')
  return [
    ...names.filter((name) => !(name in placement)).map((name) => `${name} is not declared`),
    ...Object.keys(placement)
      .filter((name) => !names.includes(name))
      .map((name) => `${name} is declared and does not exist`),
    ...(await keysWithoutPerson(q, byPerson)),
    ...(await columnFaults(q, byPerson)),
    ...(await strayForeignKeys(q, placement)),
    ...(await triggersAndRules(q, byPerson)),
  ].sort()
}

async function keysWithoutPerson(q: Queryable, tables: readonly string[]): Promise<string[]> {
  const rows = await q.many<{ fault: string }>(sql`
    select t.name || ': unique index ' || c.relname || ' lacks ' || ${distributionColumn} as fault
      from unnest(${tables}::text[]) t (name) join pg_index i on i.indrelid = t.name::regclass join pg_class c on c.oid = i.indexrelid
     where i.indisunique and not exists (
       select 1 from pg_attribute a where a.attrelid = i.indrelid and a.attname = ${distributionColumn} and a.attnum = any(i.indkey::int2[]))
    union all
    select t.name || ': has no primary key' from unnest(${tables}::text[]) t (name)
     where not exists (select 1 from pg_index i where i.indrelid = t.name::regclass and i.indisprimary)`)
  return rows.map(({ fault }) => fault)
}

async function columnFaults(q: Queryable, tables: readonly string[]): Promise<string[]> {
  const rows = await q.many<{ fault: string }>(sql`
    select t.name || ': ' || ${distributionColumn} || ' may be null or is missing' as fault from unnest(${tables}::text[]) t (name)
     where not exists (select 1 from pg_attribute a
                        where a.attrelid = t.name::regclass and a.attname = ${distributionColumn} and a.attnotnull and a.atttypid = 'text'::regtype)
    union all
    select t.name || ': ' || a.attname || ' counts on one node only'
      from unnest(${tables}::text[]) t (name) join pg_attribute a on a.attrelid = t.name::regclass and a.attnum > 0
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like 'nextval(%'`)
  return rows.map(({ fault }) => fault)
}

type ForeignKey = { name: string; from: string; to: string; columns: string[]; targets: string[] }

/** A by-person table may point at its own group by the same person, or at a reference table; nothing may point at it from outside. */
async function strayForeignKeys(q: Queryable, placement: Readonly<Record<string, Placement>>): Promise<string[]> {
  const keys = await q.many<ForeignKey>(sql`
    select k.conname as name, n.nspname || '.' || c.relname as "from", fn.nspname || '.' || fc.relname as "to",
           array(select a.attname::text from unnest(k.conkey) with ordinality u (num, at)
                   join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num order by u.at) as columns,
           array(select a.attname::text from unnest(k.confkey) with ordinality u (num, at)
                   join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.num order by u.at) as targets
      from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_class fc on fc.oid = k.confrelid join pg_namespace fn on fn.oid = fc.relnamespace where k.contype = 'f' and ${ours}`)
  return keys
    .filter((key) => !mayStand(key, placement))
    .map(({ from, to, name }) => `${from}: foreign key ${name} to ${to} leaves ${placement[from]}`)
}

function mayStand({ from, to, columns, targets }: ForeignKey, placement: Readonly<Record<string, Placement>>): boolean {
  const [near, far] = [placement[from], placement[to]]
  if (far === 'reference' || near === undefined || far === undefined) return true
  if (near === 'by-person' && far === 'by-person') {
    return columns.some((column, i) => column === distributionColumn && targets[i] === distributionColumn)
  }
  return near === 'core' && far === 'core'
}

async function triggersAndRules(q: Queryable, tables: readonly string[]): Promise<string[]> {
  const rows = await q.many<{ fault: string }>(sql`
    select t.name || ': trigger ' || g.tgname as fault from unnest(${tables}::text[]) t (name) join pg_trigger g on g.tgrelid = t.name::regclass
     where not g.tgisinternal
    union all
    select t.name || ': rule ' || r.rulename from unnest(${tables}::text[]) t (name) join pg_rewrite r on r.ev_class = t.name::regclass`)
  return rows.map(({ fault }) => fault)
}
