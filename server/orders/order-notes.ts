import type { NewOrderNote, OrderNote } from '@hilo/contract'
import { type Actor, actorId } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { defineProblems } from '#platform/problems'
import { sql } from '#platform/sql'
import { audit } from '#staff'

export const orderNoteProblems = defineProblems('orders', {
  note_not_found: { status: 404, retry: 'after_reload', title: 'No such note', titleEs: 'No existe esa nota' },
  note_not_yours: {
    status: 403,
    retry: 'never',
    title: 'Only who wrote a note may take it away, or whoever runs the house',
    titleEs: 'Una nota la quita quien la escribió, o quien lleva la casa',
  },
})

type NoteRow = Omit<OrderNote, 'at' | 'removable'> & { at: Date }

/** Notes of staff on an order and mails they sent again, oldest first; `removable` is said for this reader. */
export async function listNotes(q: Queryable, { orderId, reader }: { orderId: string; reader: Actor }) {
  const rows = await q.many<NoteRow>(sql`
    select id, kind, text, author_id as "authorId", author_name as "authorName", at
      from orders.order_note where order_id = ${orderId} order by at, id`)
  return rows.map((row): OrderNote => ({ ...row, at: row.at.toISOString(), removable: mayRemove(reader, row) }))
}

/** Notes something on an order. The text stays out of the audit, which outlives the erasure of customers. */
export async function addNote(
  tx: Tx,
  clock: Clock,
  { orderId, text, actor }: NewOrderNote & { orderId: string; actor: Actor },
): Promise<void> {
  const noteId = await writeNote(tx, clock, { orderId, kind: 'note', text, actor })
  await audit(tx, clock, actor, { action: 'orders.note.added', subjectId: orderId, data: { noteId } })
}

/** Writes one row of an order's own story. @returns its id */
export async function writeNote(
  tx: Tx,
  clock: Clock,
  { orderId, kind, text, actor }: { orderId: string; kind: OrderNote['kind']; text: string; actor: Actor },
): Promise<string> {
  const id = newId('not')
  const name = 'name' in actor ? actor.name : ''
  await tx.run(sql`
    insert into orders.order_note (id, order_id, kind, text, author_id, author_name, at)
    values (${id}, ${orderId}, ${kind}, ${text}, ${actorId(actor)}, ${name}, ${clock.now()})`)
  return id
}

/**
 * Takes a note away: the author's own, anybody's for who runs the house.
 * @throws Problem orders.note_not_found, orders.note_not_yours
 */
export async function removeNote(
  tx: Tx,
  clock: Clock,
  { orderId, noteId, actor }: { orderId: string; noteId: string; actor: Actor },
): Promise<void> {
  const note = await tx.maybeOne<Pick<OrderNote, 'kind' | 'authorId'>>(sql`
    select kind, author_id as "authorId" from orders.order_note where id = ${noteId} and order_id = ${orderId} for update`)
  if (!note) throw orderNoteProblems.note_not_found({ noteId })
  if (!mayRemove(actor, note)) throw orderNoteProblems.note_not_yours({ noteId })
  await tx.run(sql`delete from orders.order_note where id = ${noteId}`)
  await audit(tx, clock, actor, { action: 'orders.note.removed', subjectId: orderId, data: { noteId } })
}

function mayRemove(actor: Actor, note: Pick<OrderNote, 'kind' | 'authorId'>): boolean {
  if (note.kind !== 'note' || actor.kind !== 'staff') return false
  return note.authorId === actor.memberId || actor.role === 'owner' || actor.role === 'manager'
}
