import type { Disposition, LocationBody, Order, ReturnQuote } from '@hilo/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api.ts'
import { type Intent, useIntent } from '../intent.ts'

export type Back = { units: number; disposition: Disposition }
export type RefundMethod = 'original' | 'cash'
export type Returning = {
  backOf(lineId: string): Back
  setBack(lineId: string, back: Back): void
  reason: string
  setReason(reason: string): void
  method: RefundMethod
  setMethod(method: RefundMethod): void
  /** What goes back, in minor units; the server's figure, to the cent. */
  refundMinor: number
  isReady: boolean
  quoteError: unknown
  accept: Intent<Order, void>
}

const none: Back = { units: 0, disposition: 'restock' }

/** A return as it is being put together: lines, units, condition, reason, way of refund. Accepting it happens once. */
export function useReturn(orderId: string, place: LocationBody): Returning {
  const [back, setBack] = useState<Record<string, Back>>({})
  const [reason, setReason] = useState('')
  const [method, setMethod] = useState<RefundMethod>('original')
  const lines = Object.entries(back).flatMap(([orderLineId, entry]) =>
    entry.units > 0 ? [{ orderLineId, ...entry }] : [],
  )
  const body = { locationId: place.id, reason: reason.trim() || '-', refundMethod: method, lines }
  const quote = useQuery({
    queryKey: ['return-quote', orderId, lines.map(({ orderLineId, units }) => `${orderLineId}:${units}`).join()],
    queryFn: () => api.post<ReturnQuote>(`/api/pos/orders/${orderId}/returns/preview`, body),
    enabled: lines.length > 0,
  })
  const accept = useIntent<Order>((_, key) => api.post<Order>(`/api/pos/orders/${orderId}/returns`, body, { key }))
  const changed = () => accept.renew()
  const isBusy = accept.isPending || accept.isLost
  return {
    backOf: (lineId) => back[lineId] ?? none,
    setBack: (lineId, value) => {
      setBack({ ...back, [lineId]: value })
      changed()
    },
    reason,
    setReason: (value) => {
      setReason(value)
      changed()
    },
    method,
    setMethod: (value) => {
      setMethod(value)
      changed()
    },
    refundMinor: lines.length > 0 ? (quote.data?.refundMinor ?? 0) : 0,
    isReady: lines.length > 0 && reason.trim() !== '' && quote.data !== undefined && !isBusy,
    quoteError: quote.error,
    accept,
  }
}
