import { type SystemFinding, systemFindings } from '@hilo/contract'
import { createTranslators } from '@hilo/i18n'
import { expect, test } from 'vitest'
import { en } from '../../locales/en/index.ts'
import { es } from '../../locales/es/index.ts'
import { findingWords } from './finding-words.ts'

const translators = createTranslators(es, en)
const now = new Date('2026-11-22T12:00:00Z')
/** What each finding may bring. */
const data = {
  n: 3,
  of: 60,
  checks: 1,
  first: 'stock.on_hand',
  name: 'mails',
  failures: 4,
  error: 'connection refused',
  retryAt: '2026-11-22T12:00:08Z',
  id: 'caja:3000',
  versions: '0.1.0, 0.1.1',
  face: 'till',
  ms: 812,
  most: 500,
  bytes: 1_200_000_000,
}

test.for(systemFindings)('%s is said in both languages, with what to do, and no number is left out', (code) => {
  for (const language of ['es', 'en'] as const) {
    const finding = { code, tone: 'owed', since: null, data } as SystemFinding
    const { what, remedy } = findingWords(finding, translators[language], { language, now })
    expect(what.length).toBeGreaterThan(10)
    expect(remedy.length).toBeGreaterThan(20)
    expect(what + remedy).not.toMatch(/[{}]|undefined|finding\./)
  }
  expect(es[`finding.${code}`]).not.toBe(en[`finding.${code}`])
})

test('names of queues, followers and faces are said as people call them', () => {
  const say = (code: SystemFinding['code'], more: SystemFinding['data']) =>
    findingWords({ code, tone: 'owed', since: null, data: { ...data, ...more } }, translators.es, {
      language: 'es',
      now,
    })
  expect(say('queue.late', {}).what).toBe('Correos: 3 con retraso')
  expect(say('queue.late', {}).way).toEqual({ to: '/settings/mail', word: 'system.goMails' })
  expect(say('subscriber.failing', { name: 'customers.thread' }).what).toBe('«El hilo de cada cliente» falla')
  expect(say('subscriber.failing', { name: 'x.y' }).next).toBe('lo intenta otra vez dentro de 8 s')
  expect(say('answers.slow', {}).what).toBe('Caja va lenta: el 95 % tarda hasta 812 ms')
  expect(say('disk.low', {}).what).toBe('Queda poco disco: 1,2 GB')
})
