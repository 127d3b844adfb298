import { formatMoney } from '@hilo/calc'
import type { ThreadEntry } from '@hilo/contract'
import type { Language, Translate } from '@hilo/i18n'
import type { ThreadPoint } from '@hilo/ui'
import { es, type Key } from '../locales/es.ts'

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

export type OpenPromise = { id: string; dueAt: string; text: { es: string; en: string } }

/** Promises of a thread that are made and not settled, the most urgent first. */
export function openPromises(entries: readonly ThreadEntry[]): OpenPromise[] {
  const settled = new Set(
    entries.filter(({ kind }) => kind === 'promise.settled').map(({ data }) => text(data['promiseId'])),
  )
  return entries
    .filter(({ kind, data }) => kind === 'promise.made' && !settled.has(text(data['promiseId'])))
    .map(({ data }) => ({ id: text(data['promiseId']), dueAt: text(data['dueAt']), text: said(data['text']) }))
    .sort((a, b) => a.dueAt.localeCompare(b.dueAt))
}

function said(value: unknown): { es: string; en: string } {
  if (typeof value !== 'object' || value === null) return { es: '', en: '' }
  return { es: text(Reflect.get(value, 'es')), en: text(Reflect.get(value, 'en')) }
}

const shown = /^(order\.|pickup\.|delivery\.|visit|cart$|shortage\.|promise\.settled)/

/** The last contacts of a thread as points of the drawn line; what says little at a counter (permissions, links, mails) is left out. */
export function lastContacts(
  entries: readonly ThreadEntry[],
  {
    t,
    language,
    channelName,
    placeName,
    formatDay,
    limit,
  }: {
    t: Translate<Key>
    language: Language
    channelName(id: string): string
    placeName(id: string): string
    formatDay(at: string): string
    limit: number
  },
): ThreadPoint[] {
  return entries
    .filter(({ kind }) => shown.test(kind))
    .slice(0, limit)
    .map((entry) => {
      const { data } = entry
      const place = text(data['locationId'])
      const amount = number(data['totalMinor']) ?? number(data['refundMinor'])
      const money = amount === undefined ? '' : ` · ${formatMoney(amount, text(data['currency']) || 'EUR', language)}`
      const where = place ? placeName(place) : entry.channel ? channelName(entry.channel) : ''
      return {
        id: `${entry.seq}-${entry.kind}`,
        channel: entry.channel || place || 'house',
        where,
        knot: knotOf(entry),
        title: `${wordOf(t, entry)}${money}`,
        detail: text(data['note']) || undefined,
        when: [formatDay(entry.at), text(data['number'])].filter(Boolean).join(' · '),
      }
    })
}

function wordOf(t: Translate<Key>, { kind, data }: ThreadEntry): string {
  const name = kind === 'promise.settled' ? `thread.promise.${text(data['status'])}` : `thread.${kind}`
  return name in es ? t(name as Key) : kind
}

function knotOf({ kind, data }: ThreadEntry): ThreadPoint['knot'] {
  if (kind === 'promise.settled')
    return data['status'] === 'kept' ? 'kept' : data['status'] === 'broken' ? 'broken' : 'dot'
  if (['pickup.handed_over', 'delivery.delivered', 'order.completed'].includes(kind)) return 'kept'
  return kind === 'order.canceled' ? 'broken' : 'dot'
}
