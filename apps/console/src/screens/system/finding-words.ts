import type { SystemFinding } from '@hilo/contract'
import { type T, type Words, wordFor } from '../../lib/words.ts'
import { agoText, bytesText } from './figures.ts'

type Language = 'es' | 'en'

/** Where to go to do something about it. */
export type Way = { to: string; word: Words }

const ways: Partial<Record<SystemFinding['code'], Way>> = {
  'payments.unclear': { to: '/settings/payments', word: 'system.goPayments' },
  'webhook.disabled': { to: '/settings/webhooks', word: 'system.goWebhooks' },
}
const waysOfQueues: Readonly<Record<string, Way>> = {
  payments: { to: '/settings/payments', word: 'system.goPayments' },
  refunds: { to: '/settings/payments', word: 'system.goPayments' },
  webhooks: { to: '/settings/webhooks', word: 'system.goWebhooks' },
  mails: { to: '/settings/mail', word: 'system.goMails' },
  imports: { to: '/imports', word: 'system.goImports' },
}

/** A finding in the reader's words: what is wrong, what it means and what to do, and where. */
export function findingWords(
  { code, data }: SystemFinding,
  t: T,
  { language, now }: { language: Language; now: Date },
): { what: string; remedy: string; next: string | null; way: Way | undefined } {
  const values = { ...data }
  const name = String(data['name'] ?? '')
  if (code.startsWith('queue.')) values['name'] = wordFor(t, 'queue', name)
  if (code.startsWith('subscriber.')) values['name'] = wordFor(t, 'follower', name)
  if (code.startsWith('answers.')) values['face'] = wordFor(t, 'face', String(data['face']))
  if (code === 'disk.low') values['bytes'] = bytesText(Number(data['bytes']), language)
  if (values['error'] === '') values['error'] = '–'
  const retryAt = data['retryAt']
  return {
    what: t(`finding.${code}`, values),
    remedy: t(`finding.${code}.do`, values),
    next: retryAt ? t('system.retry', { when: agoText(String(retryAt), language, now) }) : null,
    way: code.startsWith('queue.') ? waysOfQueues[name] : ways[code],
  }
}
