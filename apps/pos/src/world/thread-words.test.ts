import type { ThreadEntry } from '@hilo/contract'
import { createTranslators } from '@hilo/i18n'
import { expect, test } from 'vitest'
import { en } from '../locales/en.ts'
import { es } from '../locales/es.ts'
import { lastContacts, openPromises } from './thread-words.ts'

const entry = (seq: number, kind: string, data: Record<string, unknown>, channel = ''): ThreadEntry => ({
  at: `2026-11-2${seq}T10:00:00.000Z`,
  seq,
  kind,
  channel,
  subjectId: 'ord_000001',
  personId: 'per_000001',
  data,
})
const words = { es: 'Listo el martes', en: 'Ready on Tuesday' }

test('promises that are made and not settled are owed, the most urgent first', () => {
  const thread = [
    entry(4, 'promise.settled', { promiseId: 'p1', status: 'kept' }),
    entry(3, 'promise.made', { promiseId: 'p2', dueAt: '2026-11-25T10:00:00.000Z', text: words }),
    entry(2, 'promise.made', { promiseId: 'p3', dueAt: '2026-11-24T10:00:00.000Z', text: words }),
    entry(1, 'promise.made', { promiseId: 'p1', dueAt: '2026-11-21T10:00:00.000Z', text: words }),
  ]
  expect(openPromises(thread).map(({ id }) => id)).toEqual(['p3', 'p2'])
})

test('the last contacts say what happened, where and for how much; permissions stay out', () => {
  const thread = [
    entry(3, 'consent', { purpose: 'marketing' }),
    entry(2, 'visit', { locationId: 'loc_vlc', note: 'Buscaba mantel' }),
    entry(1, 'order.placed', { number: 'H-100001', totalMinor: 4990, currency: 'EUR' }, 'web'),
  ]
  const points = lastContacts(thread, {
    t: createTranslators(es, en).es,
    language: 'es',
    channelName: () => 'Web',
    placeName: () => 'València',
    formatDay: (at) => at.slice(0, 10),
    limit: 5,
  })
  expect(points.map(({ title, where, when }) => ({ title, where, when }))).toEqual([
    { title: 'Visita la tienda', where: 'València', when: '2026-11-22' },
    { title: 'Compra · 49,90\u00a0€', where: 'Web', when: '2026-11-21 · H-100001' },
  ])
})
