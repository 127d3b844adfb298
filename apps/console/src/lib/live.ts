import type { EventType } from '@hilo/contract'
import { useEffect, useState } from 'react'
import { refresh } from './query.ts'

/** What each event makes stale: paths, as queries name them. */
const stale: Partial<Record<EventType, readonly string[]>> = {
  'catalog.product_changed': ['/api/admin/products', '/api/admin/collections'],
  'pricing.rules_changed': ['/api/admin/products', '/api/admin/promotions', '/api/admin/prices'],
  'inventory.level_changed': ['/api/admin/stock'],
  'inventory.conflict_opened': ['/api/admin/stock-conflicts', '/api/admin/stock'],
  'inventory.transfer_changed': ['/api/admin/transfers', '/api/admin/fulfillment'],
  'customers.person_changed': ['/api/admin/customers'],
  'customers.linked': ['/api/admin/customers'],
  'customers.unlinked': ['/api/admin/customers'],
  'customers.consent_changed': ['/api/admin/customers'],
  'customers.visited': ['/api/admin/customers'],
  'orders.placed': ['/api/admin/orders', '/api/admin/sales', '/api/admin/fulfillment', '/api/admin/customers'],
  'orders.canceled': ['/api/admin/orders', '/api/admin/sales', '/api/admin/fulfillment'],
  'orders.completed': ['/api/admin/orders'],
  'orders.returned': ['/api/admin/orders', '/api/admin/sales'],
  'payments.captured': ['/api/admin/orders', '/api/admin/payments'],
  'payments.refunded': ['/api/admin/orders', '/api/admin/payments'],
  'payments.attention': ['/api/admin/payments'],
  'fulfillment.changed': ['/api/admin/fulfillment', '/api/admin/orders'],
  'fulfillment.ready': ['/api/admin/fulfillment', '/api/admin/orders'],
  'fulfillment.handed_over': ['/api/admin/fulfillment', '/api/admin/orders'],
  'fulfillment.shipped': ['/api/admin/fulfillment', '/api/admin/orders'],
  'fulfillment.delivered': ['/api/admin/fulfillment', '/api/admin/orders'],
  'fulfillment.shortage_asked': ['/api/admin/shortages', '/api/admin/fulfillment'],
  'fulfillment.shortage_chosen': ['/api/admin/shortages', '/api/admin/fulfillment', '/api/admin/orders'],
  'fulfillment.promise_made': ['/api/admin/orders'],
  'fulfillment.promise_settled': ['/api/admin/orders', '/api/admin/fulfillment'],
  'platform.mail_sent': ['/api/admin/mail'],
}

/** Pause before a stream that was refused is asked for again. */
const reopenMs = 5_000
/** A line is called lost after so long: a server that starts anew is back before. */
const lostMs = 4_000

/**
 * Keeps every screen current: events of the shop make what they concern stale, many at once are gathered into one reading.
 * @returns true while no events arrive, because the line is lost
 */
export function useLive(active: boolean): boolean {
  const [isLost, setLost] = useState(false)
  useEffect(() => {
    if (!active) return
    let source: EventSource | undefined
    let again: ReturnType<typeof setTimeout> | undefined
    const waiting = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    let patience: ReturnType<typeof setTimeout> | undefined
    const flush = () => {
      timer = undefined
      const paths = [...waiting]
      waiting.clear()
      void refresh(...paths)
    }
    const open = (isAgain: boolean) => {
      const opened = new EventSource('/api/events')
      source = opened
      for (const [type, paths] of Object.entries(stale)) {
        opened.addEventListener(type, () => {
          for (const path of paths) waiting.add(path)
          timer ??= setTimeout(flush, 400)
        })
      }
      // What happened meanwhile was told to nobody here.
      if (isAgain) opened.addEventListener('open', () => void refresh('/api/admin/'), { once: true })
      opened.addEventListener('open', () => {
        clearTimeout(patience)
        patience = undefined
        setLost(false)
      })
      // A lost line is taken up again by the browser; a refused one, as of a server that is away or busy, is not.
      opened.addEventListener('error', () => {
        patience ??= setTimeout(() => setLost(true), lostMs)
        if (opened.readyState === EventSource.CLOSED) again = setTimeout(() => open(true), reopenMs)
      })
    }
    open(false)
    return () => {
      source?.close()
      clearTimeout(again)
      clearTimeout(timer)
      clearTimeout(patience)
      setLost(false)
    }
  }, [active])
  return isLost
}
