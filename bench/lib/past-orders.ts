import type { PoolClient } from 'pg'
import type { Db } from '../../server/platform/db.ts'
import { type Column, historyTables, type Row, readRows, rowsOf, type TableRows } from './order-rows.ts'

/** One real, finished order and what in its rows is its own. */
type Template = { tables: TableRows[]; tokens: string[] }
/** A text that ends in a number: orders and receipts are counted without a gap. */
const counted = /^(.*\D)(\d+)$/

/**
 * Makes past orders as copies of the real, finished ones a database holds, with all their rows in all tables: person, cart, lines, money,
 * work, stock ledger, events, thread, mail. Set-based SQL, one statement a table. Each copy has ids, numbers, codes and addresses of its own,
 * other goods, and lies somewhere in the two years before; counters and figures of stock follow, so that `hilo verify` stays content.
 * @param copies of each real order
 * @returns how many orders there are now
 */
export async function multiplyOrders(
  db: Db,
  { orderIds, copies, variants }: { orderIds: readonly string[]; copies: number; variants: number },
): Promise<number> {
  const templates = await readTemplates(db, orderIds)
  const copier = new Copier(templates, { copies, variants })
  const tables = copier.tables()
  // Indexes that no constraint needs are made at the end: sorted once instead of grown entry by entry.
  const { rows: indexes } = await db.pool.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index i
      where indrelid::regclass::text = any ($1) and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)`,
    [tables],
  )
  const lanes = await openLanes(db)
  try {
    await inTurn(lanes.slice(0, 1), [`drop index ${indexes.map(({ name }) => name).join(', ')}`])
    await inTurn(lanes, [...copier.statements()])
    await inTurn(
      lanes,
      indexes.map(({ definition }) => definition),
    )
    await inTurn(lanes.slice(0, 1), [copier.afterwards()])
    await inTurn(
      lanes,
      [...tables, 'inventory.stock_level', 'platform.counter', 'platform.subscriber'].map(
        (name) => `vacuum (analyze, parallel 0) ${name}`,
      ),
    )
  } finally {
    for (const lane of lanes) lane.release(true)
  }
  return templates.length * (copies + 1)
}

/** As many connections as there are processors on a small machine. */
async function openLanes(db: Db): Promise<PoolClient[]> {
  const lanes = await Promise.all([db.pool.connect(), db.pool.connect()])
  // Foreign keys hold by construction; checking each would double the time.
  const settings =
    "set session_replication_role = replica; set statement_timeout = 0; set work_mem = '256MB'; set maintenance_work_mem = '512MB'"
  await Promise.all(lanes.map((lane) => lane.query(settings)))
  return lanes
}

/** Statements in this order, each on the connection that is free next. */
async function inTurn(lanes: readonly PoolClient[], statements: readonly string[]): Promise<void> {
  const queue = statements.values()
  await Promise.all(
    lanes.map(async (lane) => {
      for (const statement of queue) await lane.query(statement)
    }),
  )
}

async function readTemplates(db: Db, orderIds: readonly string[]): Promise<Template[]> {
  const tables = await readRows(db, await historyTables(db))
  const found = orderIds.map((id) => rowsOf(id, tables))
  // What stands in a unique index is the order's own, unless another order has it, too (a channel, a kind).
  const holders = new Map<string, number>()
  const uniques = found.map((one) => new Set(one.tables.flatMap(uniqueTexts)))
  for (const texts of uniques) for (const text of texts) holders.set(text, (holders.get(text) ?? 0) + 1)
  return found.map(({ tables: own, ids }, at) => {
    const texts = [...(uniques[at] ?? [])].filter((text) => holders.get(text) === 1 && !/^(var|loc)_/.test(text))
    const mails = own.flatMap(({ rows }) => rows.flat().flatMap((text) => text?.match(/[\w.+-]+@example\.com/g) ?? []))
    const goods = own.flatMap(({ rows }) => rows.flat().flatMap((text) => text?.match(/\bvar_\d{22}\b/g) ?? []))
    // The longest first, so that a text within another is not replaced in its place.
    const tokens = [...new Set([...ids, ...texts, ...mails, ...goods])].sort((a, b) => b.length - a.length)
    return { tables: own, tokens }
  })
}

function uniqueTexts({ columns, rows }: TableRows): string[] {
  return columns.flatMap(({ unique, type }, at) =>
    unique && type === 'text' ? rows.flatMap((row) => (row[at] ? [row[at]] : [])) : [],
  )
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Writes the statements. `i` is the number of the copy, 1 the oldest. */
class Copier {
  readonly #templates: readonly Template[]
  readonly #copies: number
  readonly #variants: number
  /** Highest number so far of each counted series, and which templates take part in it. */
  readonly #series = new Map<string, { last: number; members: number[] }>()
  /** Place of each event number among those of all templates. */
  readonly #seqs: number[]

  constructor(templates: readonly Template[], { copies, variants }: { copies: number; variants: number }) {
    this.#templates = templates
    this.#copies = copies
    this.#variants = variants
    for (const [member, { tokens }] of templates.entries())
      for (const token of tokens) {
        const [, prefix, digits] = kindOf(token) === 'counted' ? (counted.exec(token) ?? []) : []
        if (prefix === undefined) continue
        const known = this.#series.get(prefix) ?? { last: 0, members: [] }
        known.last = Math.max(known.last, Number(digits))
        known.members.push(member)
        this.#series.set(prefix, known)
      }
    this.#seqs = templates
      .flatMap(({ tables }) => rowsIn(tables, 'platform.event').map(([seq]) => Number(seq)))
      .sort((a, b) => a - b)
  }

  /** Names of the tables that copies are written into, those with most rows first. */
  tables(): string[] {
    const all = this.#templates.flatMap(({ tables }) => tables)
    const rowsOfTable = (name: string) =>
      all.reduce((sum, { table, rows }) => sum + (table === name ? rows.length : 0), 0)
    return [...new Set(all.map(({ table }) => table))].sort((a, b) => rowsOfTable(b) - rowsOfTable(a))
  }

  /** One insert a table, rows in the order of time. */
  *statements(): Generator<string> {
    for (const name of this.tables()) {
      const columns = this.#templates.flatMap(({ tables }) => tables.filter(({ table }) => table === name))[0]?.columns
      const values = this.#templates.flatMap(({ tables }, member) =>
        rowsIn(tables, name).map(
          (row) => `(${(columns ?? []).map((column, at) => this.#value(member, column, row[at] ?? null)).join(', ')})`,
        ),
      )
      const list = (columns ?? []).map((column) => `"${column.name}"`).join(', ')
      yield `insert into ${name} (${list}) overriding system value
        select r.* from generate_series(1, ${this.#copies}::bigint) g (i), lateral (values ${values.join(',\n')}) r`
    }
  }

  /** Counters, followers of the log and figures of stock, as if each order had been placed. */
  afterwards(): string {
    const seq = `(select max(seq) from platform.event)`
    const receipts = [...this.#series].filter(([prefix]) => prefix !== 'H-')
    const last = ({ last: from, members }: { last: number; members: number[] }) => from + members.length * this.#copies
    const orders = this.#series.get('H-')
    return [
      `update platform.counter set value = ${seq} where name = 'event_seq'`,
      `update platform.subscriber set last_seq = ${seq}`,
      ...(orders ? [`update platform.counter set value = ${last(orders)} where name = 'order_number'`] : []),
      ...receipts.map(
        ([prefix, series]) =>
          `update platform.counter set value = ${last(series)} where name = 'receipt:' || rtrim(${quoted(prefix)}, '-0')`,
      ),
      `update inventory.stock_level l set on_hand = m.units
         from (select variant_id, location_id, sum(quantity)::int as units from inventory.stock_movement group by 1, 2) m
        where m.variant_id = l.variant_id and m.location_id = l.location_id and m.units <> l.on_hand`,
    ].join(';\n')
  }

  #value(member: number, { name, type }: Column, text: string | null): string {
    if (text === null) return `null::${type}`
    if (name === 'seq' && this.#seqs.includes(Number(text))) {
      const newest = Math.max(...this.#seqs)
      return `${newest}::bigint + (g.i - 1) * ${this.#seqs.length} + ${this.#seqs.indexOf(Number(text)) + 1}`
    }
    if (type === 'timestamp with time zone')
      return `${quoted(text)}::timestamptz - interval '730 days' * (${this.#copies} + 1 - g.i) / ${this.#copies}`
    const { tokens } = this.#templates[member] as Template
    const pattern = new RegExp(`(?<![0-9A-Za-z])(${tokens.map(escaped).join('|')})(?![0-9A-Za-z])`)
    // Every second part is one that has to be new.
    const parts = text.split(pattern).map((part, at) => (at % 2 === 0 ? quoted(part) : this.#renewed(member, part)))
    return `(${parts.filter((part) => part !== "''").join(' || ') || "''"})::${type}`
  }

  /** The same thing of copy `i`. */
  #renewed(member: number, token: string): string {
    switch (kindOf(token)) {
      case 'goods':
        return `('var_' || lpad((5 + (g.i * 7919 + ${member * 131}) % ${this.#variants})::text, 22, '0'))`
      case 'id':
        return `(${quoted(token.slice(0, 4))} || lpad(g.i::text, 12, '0') || ${quoted(token.slice(-10))})`
      case 'hash':
        return `left(md5(g.i || ${quoted(token)}) || md5(${quoted(token)} || g.i), ${token.length})`
      case 'mail':
        return `('p' || g.i || ${quoted(token)})`
      case 'counted': {
        const [, prefix = '', digits = ''] = counted.exec(token) ?? []
        const { last, members } = this.#series.get(prefix) ?? { last: 0, members: [member] }
        const number = `(${last} + (g.i - 1) * ${members.length} + ${members.indexOf(member) + 1})::text`
        const padded = digits.startsWith('0')
          ? `lpad(${number}, greatest(${digits.length}, length(${number})), '0')`
          : number
        return `(${quoted(prefix)} || ${padded})`
      }
      case 'other':
        return `(${quoted(token)} || g.i)`
    }
  }
}

function rowsIn(tables: readonly TableRows[], name: string): Row[] {
  return tables.filter(({ table }) => table === name).flatMap(({ rows }) => rows)
}

function kindOf(token: string): 'goods' | 'id' | 'hash' | 'mail' | 'counted' | 'other' {
  if (/^var_\d{22}$/.test(token)) return 'goods'
  if (/^[a-z]{3}_[0-9A-Za-z]{22}$/.test(token)) return 'id'
  if (token.includes('@')) return 'mail'
  if (/^[\w-]{30,}$/.test(token)) return 'hash'
  return counted.test(token) ? 'counted' : 'other'
}
