import type { Db } from '../../server/platform/db.ts'

export type Column = { name: string; type: string; unique: boolean }
/** A row as text, column by column; null where the column is null. */
export type Row = (string | null)[]
export type TableRows = { table: string; columns: Column[]; rows: Row[] }

/** What stays as it is however many orders there are: goods, prices, places, staff; and what is cleaned away after a day or two. */
const apart =
  /^(catalog|pricing|staff|public|bare)\.|^platform\.(counter|setting|subscriber|fact_|idempotency_key|outbox|import_|webhook_|caller_limit)|^inventory\.(location|stock_level|channel_location|foreign_name|transfer_lane)$|^fulfillment\.delivery_option$/
/** The opening stock, a row for every article and place, belongs to no order. */
const only: Record<string, string> = { 'inventory.stock_movement': "where kind <> 'received'" }
/** Ids that belong to one order alone; goods and places are shared. */
const ownId = /\b(?!var_|prd_|loc_|col_|med_|apk_|mbr_)[a-z]{3}_[0-9A-Za-z]{22}\b/g

/** Tables that history fills, with their columns, whatever the schema is by now. */
export async function historyTables(db: Db): Promise<Omit<TableRows, 'rows'>[]> {
  const { rows } = await db.pool.query<{ table: string; columns: Column[] }>(`
    select n.nspname || '.' || c.relname as table,
           jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'unique', exists (
             select 1 from pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any (i.indkey::int2[]))) order by a.attnum) as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_%'
     group by 1 order by 1`)
  return rows.filter(({ table }) => !apart.test(table))
}

/** All rows of these tables as text: for a database that holds a few orders. */
export async function readRows(db: Db, tables: readonly Omit<TableRows, 'rows'>[]): Promise<TableRows[]> {
  const found: TableRows[] = []
  for (const { table, columns } of tables) {
    const list = columns.map(({ name }) => `"${name}"::text`).join(', ')
    const { rows } = await db.pool.query<Row>({
      text: `select ${list} from ${table} ${only[table] ?? ''}`,
      rowMode: 'array',
    })
    if (rows.length > 0) found.push({ table, columns, rows })
  }
  return found
}

/**
 * The rows that belong to one order, found from its id: a row that names an id which belongs to the order belongs to it, with its own ids.
 * @returns rows by table, and the ids
 */
export function rowsOf(orderId: string, tables: readonly TableRows[]): { tables: TableRows[]; ids: string[] } {
  const ids = new Set([orderId])
  const taken = new Set<Row>()
  for (let grew = true; grew; ) {
    grew = false
    for (const { rows } of tables) {
      for (const row of rows) {
        if (taken.has(row)) continue
        const named = row.join('\n').match(ownId) ?? []
        if (!named.some((id) => ids.has(id))) continue
        taken.add(row)
        for (const id of named) ids.add(id)
        grew = true
      }
    }
  }
  const own = tables
    .map(({ table, columns, rows }) => ({ table, columns, rows: rows.filter((row) => taken.has(row)) }))
    .filter(({ rows }) => rows.length > 0)
  return { tables: own, ids: [...ids] }
}
