import type { AdminProductRow, CustomerRow, OrderSummary } from '@hilo/contract'
import { type Command, CommandMenu, commandMenu, useDebouncedValue } from '@hilo/ui'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { runsHouse, useMe } from '../lib/known.ts'
import { useRead } from '../lib/query.ts'
import { useSay, useT } from '../lib/words.ts'
import { placesOf } from './places-of-work.ts'

const found = 5

/** Letters without accents and case, so that "articulo" finds "Artículo". */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/** The command menu: places of work, deeds, and whatever order, customer or product the words name. */
export function Commands(): ReactNode {
  const t = useT()
  const me = useMe()
  const [query, setQuery] = useState('')
  const navigate = useNavigate()
  const go = (to: string) => () => void navigate({ to })
  const own: Command[] = [
    ...placesOf(me).map((place): Command => {
      return {
        id: place.path,
        group: t('command.go'),
        icon: place.icon,
        title: t(place.word),
        keys: `g ${place.key}`,
        run: go(place.path),
      }
    }),
    ...(runsHouse(me)
      ? ([
          {
            id: 'product',
            group: t('command.do'),
            icon: 'plus',
            title: t('command.newProduct'),
            run: go('/products/new'),
          },
          {
            id: 'promotion',
            group: t('command.do'),
            icon: 'plus',
            title: t('command.newPromotion'),
            run: go('/promotions/new'),
          },
          {
            id: 'customer',
            group: t('command.do'),
            icon: 'plus',
            title: t('command.newCustomer'),
            run: go('/customers/new'),
          },
          { id: 'import', group: t('command.do'), icon: 'import', title: t('command.import'), run: go('/imports/new') },
        ] satisfies Command[])
      : []),
  ]
  const wanted = plain(query.trim())
  const matching = own.filter((command) => plain(command.title).includes(wanted))
  const asked = useAsked(query)
  return (
    <CommandMenu
      commands={[...asked, ...matching]}
      query={query}
      onQuery={setQuery}
      placeholder={t('command.placeholder')}
      nothing={t('command.nothing')}
    />
  )
}

/** What the shop knows by these words. */
function useAsked(typed: string): Command[] {
  const t = useT()
  const say = useSay()
  const navigate = useNavigate()
  const [q] = useDebouncedValue(typed.trim(), 180)
  const enabled = q.length >= 2
  const query = { q, limit: found }
  const orders = useRead<{ items: OrderSummary[] }>('/api/admin/orders', query, { enabled, keep: true })
  const customers = useRead<{ items: CustomerRow[] }>('/api/admin/customers', query, { enabled, keep: true })
  const products = useRead<{ items: AdminProductRow[] }>('/api/admin/products', query, { enabled, keep: true })
  if (!enabled) return []
  const open = (to: string) => () => {
    commandMenu.close()
    void navigate({ to })
  }
  return [
    ...(orders.data?.items ?? []).map((order): Command => {
      const title = `${order.number ?? order.receiptNumber ?? order.id} · ${order.name}`
      return { id: order.id, group: t('command.orders'), icon: 'order', title, run: open(`/orders/${order.id}`) }
    }),
    ...(customers.data?.items ?? []).map((person): Command => {
      const detail = person.email ?? person.phone ?? undefined
      const title = person.name || (detail ?? person.id)
      return {
        id: person.id,
        group: t('command.customers'),
        icon: 'customer',
        title,
        detail,
        run: open(`/customers/${person.id}`),
      }
    }),
    ...(products.data?.items ?? []).map((product): Command => {
      const title = say(product.title)
      return {
        id: product.id,
        group: t('command.products'),
        icon: 'product',
        title,
        detail: product.productType,
        run: open(`/products/${product.id}`),
      }
    }),
  ]
}
