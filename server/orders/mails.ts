import { formatMoney } from '@hilo/calc'
import type { Contact, SourcingPlan } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { bookMailLater, type Mail } from '#platform/mail'
import { mailTexts } from './mail-text.ts'
import type { OrderRow } from './order-rows.ts'

type Part = string | { link: string }

const locales = { es: 'es-ES', en: 'en-GB' } as const

/** Amount in the reader's form. */
export function money(minor: number, currency: string, language: 'es' | 'en'): string {
  return formatMoney(minor, currency, locales[language])
}

function greeting({ name }: Contact): string {
  const first = name.trim().split(/\s+/)[0] ?? ''
  return first === '' ? '' : ` ${first}`
}

type Letter = Omit<Mail, 'text' | 'html'> & { parts: readonly Part[] }

/** A letter of these parts as text and HTML. */
function mailOf({ parts, ...head }: Letter): Mail {
  const text = parts.map((part) => (typeof part === 'string' ? part : part.link)).join('\n\n')
  const html = parts
    .map((part) =>
      typeof part === 'string'
        ? `<p>${escape(part)}</p>`
        : `<p><a href="${escape(part.link)}">${escape(part.link)}</a></p>`,
    )
    .join('\n')
  return { ...head, text, html: `<html lang="${head.language}"><body>${html}</body></html>` }
}

/** Books a letter; nothing when there is no address. */
async function book(tx: Tx, clock: Clock, letter: Letter): Promise<boolean> {
  if (letter.to === '') return false
  bookMailLater(tx, clock, mailOf(letter))
  return true
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

type Told = Pick<OrderRow, 'id' | 'token' | 'contact' | 'language' | 'currency' | 'totalMinor' | 'lines'> & {
  number: string
}

/** Address of an order's page; the token is all that is needed to open it. */
export function orderUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/orders/${token}`
}

/** "We have your order": what was bought, what happens now in the plan's own words, and the link to its page. Once per order. */
export function confirmationMail({
  order,
  plan,
  personId,
  publicUrl,
  dueMinor = 0,
  dedupeKey = `order_placed:${order.id}`,
}: {
  order: Told
  plan: Pick<SourcingPlan, 'reason'>
  personId: string | null
  publicUrl: string
  dueMinor?: number
  /** Another one sends it again. */
  dedupeKey?: string
}): Mail {
  const { language, currency, number } = order
  const t = mailTexts[language]
  const lines = order.lines.map(
    (line) =>
      `${line.units} × ${line.title[language] || line.title.es} (${line.sku}) · ${money(line.totalMinor, currency, language)}`,
  )
  return mailOf({
    to: order.contact.email,
    subject: t('placedSubject', { number }),
    parts: [
      t('placedHello', { name: greeting(order.contact), number }),
      ...lines,
      t('total', { amount: money(order.totalMinor, currency, language) }),
      t('plan', { text: plan.reason[language] }),
      ...(dueMinor > 0 ? [t('due', { amount: money(dueMinor, currency, language) })] : [t('follow')]),
      { link: orderUrl(publicUrl, order.token) },
      t('bye'),
    ],
    language,
    dedupeKey,
    personId,
  })
}

/** Sends the basket of a till to the customer's own device. @returns whether a mail was booked */
export async function mailBasket(
  tx: Tx,
  clock: Clock,
  basket: {
    cartId: string
    code: string
    to: string
    contact: Contact
    language: 'es' | 'en'
    url: string
    until: string
    personId: string | null
  },
): Promise<boolean> {
  const t = mailTexts[basket.language]
  return book(tx, clock, {
    to: basket.to,
    subject: t('basketSubject'),
    parts: [
      t('basketHello', { name: greeting(basket.contact) }),
      t('basketLink', { until: basket.until }),
      { link: basket.url },
    ],
    language: basket.language,
    dedupeKey: `basket:${basket.cartId}:${basket.code}`,
    personId: basket.personId,
  })
}

/** The same as text for a short message. */
export function basketSms(language: 'es' | 'en', { url, until }: { url: string; until: string }): string {
  return mailTexts[language]('basketSms', { url, until })
}

/** "We have canceled …", with the money that goes back. */
export async function mailCanceled(
  tx: Tx,
  clock: Clock,
  {
    order,
    whole,
    refundMinor,
    dedupeKey,
    publicUrl,
  }: { order: OrderRow; whole: boolean; refundMinor: number; dedupeKey: string; publicUrl: string },
): Promise<void> {
  const { language, currency } = order
  const t = mailTexts[language]
  const number = order.number ?? ''
  await book(tx, clock, {
    to: order.contact.email,
    subject: t('canceledSubject', { number }),
    parts: [
      t('canceledHello', {
        name: greeting(order.contact),
        what: t(whole ? 'canceledAll' : 'canceledPart', { number }),
      }),
      ...(refundMinor > 0 ? [t('canceledMoney', { amount: money(refundMinor, currency, language) })] : []),
      { link: orderUrl(publicUrl, order.token) },
    ],
    language,
    dedupeKey,
    personId: order.personId,
  })
}

/** "We have your return", with the money that goes back. */
export async function mailReturned(
  tx: Tx,
  clock: Clock,
  {
    order,
    returnNumber,
    refundMinor,
    publicUrl,
  }: { order: OrderRow; returnNumber: string; refundMinor: number; publicUrl: string },
): Promise<void> {
  const { language, currency } = order
  const t = mailTexts[language]
  await book(tx, clock, {
    to: order.contact.email,
    subject: t('returnedSubject', { number: returnNumber }),
    parts: [
      t('returnedHello', { name: greeting(order.contact), number: returnNumber }),
      t('returnedMoney', { amount: money(refundMinor, currency, language) }),
      { link: orderUrl(publicUrl, order.token) },
    ],
    language,
    dedupeKey: `returned:${returnNumber}`,
    personId: order.personId,
  })
}

/** "Something is still to be paid", with the link to pay it. @returns whether there was an address to tell */
export async function mailDue(
  tx: Tx,
  clock: Clock,
  { order, dueMinor, publicUrl }: { order: OrderRow; dueMinor: number; publicUrl: string },
): Promise<boolean> {
  const { language, currency } = order
  const t = mailTexts[language]
  const number = order.number ?? ''
  return book(tx, clock, {
    to: order.contact.email,
    subject: t('dueSubject', { number }),
    parts: [
      t('dueHello', { name: greeting(order.contact), number, amount: money(dueMinor, currency, language) }),
      t('dueHow'),
      { link: orderUrl(publicUrl, order.token) },
    ],
    language,
    dedupeKey: `order_due:${order.id}`,
    personId: order.personId,
  })
}
