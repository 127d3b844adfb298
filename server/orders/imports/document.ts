import type { WorkOfOrder } from '#fulfillment'
import type { StockOfOrder } from '#inventory'
import type { PaymentFile } from '#payments'
import type { Clock } from '#platform/clock'

export type LineDetails = {
  id?: string
  title?: { es: string; en: string }
  optionValues?: string[]
  listUnitMinor?: number
  discounts?: unknown[]
  reasons?: unknown[]
  gift?: boolean
}
export type HistoryLine = {
  sku: string
  title: string
  /** Whole units, at least 1. */
  units: number
  canceledUnits?: number
  unitMinor: number
  grossMinor: number
  discountMinor: number
  totalMinor: number
  taxRateBp: number
  taxMinor: number
  /** Of a return: which line of its order came back, from 1; 0 or absent where nobody knows. */
  orderLineNo?: number
  /** Of a return: what became of the goods. */
  disposition?: 'restock' | 'repair' | 'scrap'
  details?: LineDetails
}
/** What an order or return has beside its figures; only Hilo's own files know it. */
export type DocDetails = {
  personId?: string | null
  language?: 'es' | 'en'
  delivery?: object
  deliveryTax?: object | null
  couponCodes?: string[]
  note?: string
  receiptNumber?: string | null
  cancelReason?: string | null
  canceledAt?: string | null
  completedAt?: string | null
  createdAt?: string
  reason?: string
  refundMethod?: 'original' | 'cash'
  actorId?: string
}
/** A document of another system: a sale, or goods that came back. */
export type HistoryDoc = {
  kind: 'sale' | 'return'
  /** Its id here, when Hilo wrote the file: links and payments know it by that. */
  id?: string
  /** Where it was sold, when the file says so; else the import's channel. */
  channelId?: string
  /** The counter that made it or took it back. */
  locationId?: string | null
  /** Its number there; unique with the channel. */
  ref: string
  /** Of a return: the `ref` of its order, where that is known. */
  orderRef?: string
  /** Orders keep the number that customers know. */
  number: string
  at: string
  currency: string
  /** Who bought, as the other system names them; null where it did not say. */
  customer: { kind: 'external' | 'email' | 'phone'; value: string; name: string } | null
  contact: { name: string; email: string; phone: string }
  lines: HistoryLine[]
  deliveryMinor: number
  taxIncluded: boolean
  taxes: { rateBp: number; netMinor: number; taxMinor: number }[]
  /** Totals as stated there: the truth, also where the parts do not add up. */
  subtotalMinor: number
  discountMinor: number
  taxMinor: number
  totalMinor: number
  paidMinor: number
  /** Of a return: what was given back there, to be booked against what its order paid. Absent: the payments say it. */
  refundedMinor?: number
  /** Absent: completed, as history is. Orders that Hilo wrote out itself keep their state. */
  status?: 'placed' | 'completed' | 'canceled'
  paymentStatus?: string
  /** What it was there; `mismatch` marks totals that do not add up, `exact` holds amounts finer than a cent. */
  source: Record<string, unknown>
  details?: DocDetails
  /** Each payment with what moved; else `paidMinor` is one payment made elsewhere. */
  payments?: PaymentFile[]
  /** Of an order that is not done: who must do what, and the units that are promised to it. */
  work?: WorkOfOrder & StockOfOrder
}
export type HistoryContext = { clock: Clock; channelId: string; actorId: string }
/** A document with what it gets here. */
export type HistoryRow = HistoryDoc & { id: string; channel: string; personId: string | null }
