import { formatMoney } from '@hilo/calc'
import type { Order } from '@hilo/contract'
import { Note, useLanguage } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../api.ts'
import { Qr } from '../qr.tsx'
import { useWords } from '../words.ts'

/** What the customer still pays on their own phone: the order's page as QR and link; says so as soon as it is paid. */
export function RestOnline({ order }: { order: Order }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const watched = useQuery({
    queryKey: ['order', order.id],
    queryFn: () => api.get<Order>(`/api/admin/orders/${order.id}`),
    initialData: order,
    refetchInterval: ({ state }) => (state.data && state.data.dueMinor > 0 ? 3_000 : false),
  })
  const { dueMinor, currency, token } = watched.data
  if (dueMinor === 0) return <Note tone="kept" title={t('done.paid')} />
  const url = `${location.origin}${language === 'en' ? '/en' : ''}/orders/${token}`
  const amount = formatMoney(dueMinor, currency, language)
  return (
    <>
      <Note tone="owed" title={t('done.rest', { amount })}>
        {t('done.rest.help')}
      </Note>
      <div className="t-share">
        <Qr text={url} />
        <a className="t-link" href={url} target="_blank" rel="noreferrer">
          {t('done.open')} {order.number}
        </a>
      </div>
    </>
  )
}
