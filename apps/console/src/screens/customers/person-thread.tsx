import { formatMoney } from '@hilo/calc'
import type { ThreadEntry } from '@hilo/contract'
import { Button, formatWhen, ProblemNote, Thread, type ThreadPoint, useLanguage } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useChannels, usePlaces } from '../../lib/known.ts'
import { usePages } from '../../lib/query.ts'
import { type T, useSay, useT, wordFor } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
type Said = { es: string; en: string }
const said = (value: unknown): Said | undefined =>
  typeof value === 'object' && value !== null && 'es' in value && typeof value.es === 'string'
    ? (value as Said)
    : undefined

/** Everything a person did with us as one line: it changes side with the channel, and its knots are promises. */
export function PersonThread({ personId }: { personId: string }): ReactNode {
  const t = useT()
  const pages = usePages<ThreadEntry>(`/api/admin/customers/${personId}/thread`, { limit: 30 })
  const points = usePoints(pages.rows)
  if (pages.error) return <ProblemNote error={pages.error} />
  if (pages.loading) return <Placeholder label={t('app.loading')} rows={6} />
  if (points.length === 0) return <p className="c-muted">{t('customers.noThread')}</p>
  return (
    <>
      <Thread points={points} label={t('customers.thread')} />
      {pages.more && (
        <Button kind="quiet" onClick={pages.readMore} loading={pages.readingMore}>
          {t('app.loadMore')}
        </Button>
      )}
    </>
  )
}

function usePoints(entries: readonly ThreadEntry[]): ThreadPoint[] {
  const t = useT()
  const say = useSay()
  const { language } = useLanguage()
  const channels = useChannels()
  const places = usePlaces()
  return entries.map((entry, i): ThreadPoint => {
    const { data } = entry
    const entryDay = formatWhen(entry.at, language, 'day')
    const before = entries[i - 1]
    const isNewDay = before === undefined || formatWhen(before.at, language, 'day') !== entryDay
    const place = text(data['locationId'])
    const where = place ? places.name(place) : entry.channel ? wordFor(t, 'via', entry.channel) : ''
    const named = channels.channels.some((channel) => channel.id === entry.channel)
      ? channels.name(entry.channel)
      : where
    const amount = number(data['totalMinor']) ?? number(data['amountMinor']) ?? number(data['refundMinor'])
    const money = amount === undefined ? '' : ` · ${formatMoney(amount, text(data['currency']) ?? 'EUR', language)}`
    const orderId = text(data['orderId'])
    const reference = text(data['number']) ?? text(data['orderNumber'])
    // Why a promise ended is kept for machines; its title says how it ended.
    const reason = entry.kind === 'promise.settled' ? undefined : text(data['reason'])
    const detail = say(said(data['text'])) || text(data['note']) || text(data['subject']) || reason
    return {
      id: `${entry.seq}-${entry.kind}`,
      channel: entry.channel || (place ?? 'house'),
      where: place && named !== where ? `${named} · ${where}` : named,
      knot: knotOf(entry),
      title: `${titleOf(entry, t)}${money}`,
      detail: (
        <>
          {detail && <div className="c-small">{detail}</div>}
          {orderId && reference && (
            <div className="c-small">
              <Link to="/orders/$id" params={{ id: orderId }}>
                {reference}
              </Link>
            </div>
          )}
        </>
      ),
      when: formatWhen(entry.at, language, 'time'),
      day: isNewDay ? entryDay : undefined,
    }
  })
}

/** What happened, in words that say which: the permission, the promise's end, how many units. */
function titleOf({ kind, data }: ThreadEntry, t: T): string {
  if (kind === 'consent') {
    const what = `${wordFor(t, 'purpose', text(data['purpose']) ?? '')} · ${wordFor(t, 'via', text(data['channel']) ?? '')}`
    return t(data['granted'] === true ? 'thread.allows' : 'thread.forbids', { what })
  }
  if (kind === 'promise.settled') return t(`thread.promise.${endOf(data['status'])}`)
  const units = number(data['units'])
  if (kind === 'cart' && units !== undefined) return t('thread.cartOf', { n: units })
  return wordFor(t, 'thread', kind)
}

function endOf(status: unknown): 'kept' | 'broken' | 'withdrawn' {
  return status === 'kept' || status === 'broken' ? status : 'withdrawn'
}

function knotOf({ kind, data }: ThreadEntry): ThreadPoint['knot'] {
  if (kind === 'promise.made') return 'owed'
  if (kind === 'promise.settled')
    return data['status'] === 'kept' ? 'kept' : data['status'] === 'broken' ? 'broken' : 'dot'
  if (kind === 'pickup.handed_over' || kind === 'delivery.delivered' || kind === 'order.completed') return 'kept'
  return kind === 'order.canceled' ? 'broken' : 'dot'
}
