import { z } from 'zod'
import { currency, id, instant, minor, pageQuery } from './common.ts'

/** What only staff see of orders: their notes, mails sent again, and the sums of the day. */

export const orderNoteKinds = ['note', 'confirmation_sent'] as const
export const orderNote = z.object({
  id: z.string(),
  kind: z.enum(orderNoteKinds),
  /** Of `confirmation_sent`: the address it went to. */
  text: z.string(),
  authorId: z.string(),
  authorName: z.string(),
  at: instant,
  /** Whether the reader may take it away: one's own, or anybody's as owner or manager. Mails that went out stay. */
  removable: z.boolean(),
})
export type OrderNote = z.output<typeof orderNote>
/** `GET /api/admin/orders/:id/notes`, oldest first */
export const orderNotes = z.object({ items: z.array(orderNote) })
/** `POST /api/admin/orders/:id/notes` */
export const newOrderNote = z.strictObject({ text: z.string().trim().min(1).max(2000) })
export type NewOrderNote = z.input<typeof newOrderNote>

/** `GET /api/admin/sales/today`: what was sold at one place, or everywhere. */
export const salesTodayQuery = z.strictObject({ location: id.optional(), lang: pageQuery.shape.lang })
export const salesToday = z.object({
  /** The day in the house's own zone. */
  on: z.iso.date(),
  timeZone: z.string(),
  /** One entry a currency, the largest first; none before the first sale. Orders that were canceled do not count. */
  sums: z.array(
    z.object({
      currency,
      orders: z.int(),
      units: z.int(),
      totalMinor: minor,
      /** The same weekday a week ago, up to the same hour. */
      weekAgo: z.object({ orders: z.int(), totalMinor: minor }),
      channels: z.array(z.object({ channelId: z.string(), orders: z.int(), totalMinor: minor })),
    }),
  ),
  /** What was given back today for goods that came back, by currency. */
  returns: z.array(z.object({ currency, returns: z.int(), refundMinor: minor })),
})
export type SalesToday = z.output<typeof salesToday>
