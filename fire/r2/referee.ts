import type { PaymentBook } from '../../server/connectors/payment-simulator/index.ts'
import type { Db } from '../../server/platform/db.ts'
import { sql } from '../../server/platform/sql.ts'

/** A charge as we have it and as the provider has it, in minor units. */
export type Charge = {
  id: string
  orderId: string
  email: string
  status: string
  capturedMinor: number
  refundedMinor: number
  /** Booked refunds that have not moved yet. */
  refundsOpen: number
  orderStatus: string
  owedMinor: number
  /** At the provider: what it kept, or null when it never heard of the charge. */
  thereStatus: string | null
  thereMinor: number
}
export type Books = {
  charges: readonly Charge[]
  /** Ids of payments and refunds that the console lists for a person. */
  listed: ReadonlySet<string>
  ledger: { capturedMinor: number; refundedMinor: number }
  provider: { capturedMinor: number; refundedMinor: number }
}
export type R2Verdict = {
  charges: number
  paid: number
  refunded: number
  partRefunded: number
  noMoney: number
  onTheList: number
  /** Ended in no way that has a name. */
  stray: number
  /** Buyers whose provider kept money for more than one charge. */
  chargedTwice: number
  /** Orders that stand for which the provider's money is not what is owed. */
  wrongAmount: number
  /** Captures − refunds − what living orders are owed, in minor units: 0 when the ledger is closed. */
  ledgerSum: number
  /** Our ledger against the provider's books, without what is on the list. */
  booksApart: number
}

/** Says how each charge ended and whether the books close. */
export function judgeCharges({ charges, listed, ledger, provider }: Books): R2Verdict {
  const ends = Map.groupBy(charges, (charge) => endOf(charge, listed))
  const open = ends.get('onTheList') ?? []
  const keptPerBuyer = Map.groupBy(
    charges.filter(({ thereMinor }) => thereMinor > 0),
    ({ email }) => email,
  )
  const keptByOrder = Map.groupBy(charges, ({ orderId }) => orderId)
  const settled = [...keptByOrder.values()].filter((list) => list.every((charge) => !open.includes(charge)))
  const living = settled.filter(([first]) => first && isLiving(first))
  const owed = living.reduce((sum, [first]) => sum + (first?.owedMinor ?? 0), 0)
  const openThere = open.reduce((sum, { thereMinor }) => sum + thereMinor, 0)
  const openHere = open.reduce((sum, { capturedMinor, refundedMinor }) => sum + capturedMinor - refundedMinor, 0)
  const count = (end: string) => ends.get(end)?.length ?? 0
  return {
    charges: charges.length,
    paid: count('paid'),
    refunded: count('refunded'),
    partRefunded: count('partRefunded'),
    noMoney: count('noMoney'),
    onTheList: open.length,
    stray: count('stray'),
    chargedTwice: [...keptPerBuyer.values()].filter(({ length }) => length > 1).length,
    wrongAmount: living.filter((list) => sumOf(list) !== (list[0]?.owedMinor ?? 0)).length,
    ledgerSum: ledger.capturedMinor - ledger.refundedMinor - openHere - owed,
    booksApart:
      provider.capturedMinor -
      provider.refundedMinor -
      openThere -
      (ledger.capturedMinor - ledger.refundedMinor - openHere),
  }
}

/** Whether everything that must be 0 is 0. */
export function isClosed({ stray, chargedTwice, wrongAmount, ledgerSum, booksApart }: R2Verdict): boolean {
  return [stray, chargedTwice, wrongAmount, ledgerSum, booksApart].every((value) => value === 0)
}

const isLiving = ({ orderStatus }: Charge) => ['placed', 'completed'].includes(orderStatus)
const sumOf = (list: readonly Charge[]) => list.reduce((sum, { thereMinor }) => sum + thereMinor, 0)

function endOf(charge: Charge, listed: ReadonlySet<string>): string {
  if (listed.has(charge.id)) return 'onTheList'
  if (charge.refundsOpen > 0) return 'stray'
  if (charge.status === 'declined' || charge.status === 'voided') return charge.thereMinor === 0 ? 'noMoney' : 'stray'
  if (charge.status !== 'captured' || charge.thereStatus !== 'captured') return 'stray'
  if (charge.refundedMinor === charge.capturedMinor) return isLiving(charge) ? 'stray' : 'refunded'
  if (!isLiving(charge)) return 'stray'
  return charge.refundedMinor === 0 ? 'paid' : 'partRefunded'
}

/** Every online charge with its order and what the provider knows of it. */
export async function readBooks(db: Db, book: PaymentBook, listed: ReadonlySet<string>): Promise<Books> {
  const rows = await db.many<Omit<Charge, 'thereStatus' | 'thereMinor'>>(sql`
    select p.id, p.order_id as "orderId", o.contact ->> 'email' as email, p.status, p.captured_minor as "capturedMinor",
           p.refunded_minor as "refundedMinor", o.status as "orderStatus",
           (select count(*)::int from payments.refund r where r.payment_id = p.id and r.status <> 'done') as "refundsOpen",
           (o.total_minor - coalesce((select sum(l.canceled_units * l.unit_minor) from orders.order_line l where l.order_id = o.id), 0))::bigint
             as "owedMinor"
      from payments.payment p join orders.customer_order o on o.id = p.order_id where p.method = 'card_online'`)
  const ledger = await db.one<Books['ledger']>(sql`
    select coalesce(sum(amount_minor) filter (where kind = 'capture'), 0)::bigint as "capturedMinor",
           coalesce(sum(amount_minor) filter (where kind = 'refund'), 0)::bigint as "refundedMinor" from payments.ledger_entry`)
  const charges = rows.map((row) => {
    const there = book.find(row.id)
    const thereMinor = there?.status === 'captured' ? there.amountMinor - there.refundedMinor : 0
    return { ...row, thereStatus: there?.status ?? null, thereMinor }
  })
  return { charges, listed, ledger, provider: book.totals() }
}
