import { formatMoney } from '@hilo/calc'
import type { LocalizedText, Receipt, ReturnReceipt } from '@hilo/contract'
import { type MailKey, mailTexts } from './mail-text.ts'

/** A mail that holds a receipt: the same rows as text and as a table. */
export type ReceiptMail = { subject: string; text: string; html: string }
type Row = { what: string; amountMinor: number; note?: string; code?: string; strong?: boolean }
type Paper = {
  language: 'es' | 'en'
  currency: string
  subject: string
  hello: string
  /** Who gave it, where, when, under which number. */
  head: readonly string[]
  rows: readonly Row[]
  foot: readonly string[]
  link: string
}
export type ReceiptReader = { language: 'es' | 'en'; timeZone: string; url: string }

const locales = { es: 'es-ES', en: 'en-GB' } as const
const tenderKeys: Readonly<Record<string, MailKey>> = {
  cash: 'receiptCash',
  card_present: 'receiptCard',
  card_online: 'receiptOnline',
}

/** What the printed receipt says, as a mail in the reader's language; times in the shop's zone. Amounts to the last cent. */
export function receiptMail(receipt: Receipt, { language, timeZone, url }: ReceiptReader): ReceiptMail {
  const t = mailTexts[language]
  const { currency, locationName: place } = receipt
  const changeMinor = receipt.tenders.reduce((sum, tender) => sum + tender.changeMinor, 0)
  return paper({
    language,
    currency,
    subject: t('receiptSubject', { number: receipt.number, place }),
    hello: t('receiptHello', { place }),
    head: headOf(receipt, t('receiptNumber', { number: receipt.number }), { language, timeZone }),
    rows: [
      ...receipt.lines.map((line) => ({
        what: `${line.units} × ${said(line.title, language)}`,
        amountMinor: line.totalMinor,
        note: [...line.optionLabels, ...line.reasons].map((text) => said(text, language)).join(' · '),
        code: line.sku,
      })),
      ...(receipt.deliveryMinor > 0 ? [{ what: t('receiptDelivery'), amountMinor: receipt.deliveryMinor }] : []),
      { what: t('receiptTotal'), amountMinor: receipt.totalMinor, strong: true },
      ...taxRows(receipt, language),
      ...receipt.tenders.map(({ method, amountMinor, tenderedMinor, reference }) => ({
        what: [t(tenderKeys[method] ?? 'receiptOther'), method === 'card_present' ? reference : '']
          .filter(Boolean)
          .join(' '),
        amountMinor: tenderedMinor ?? amountMinor,
      })),
      ...(changeMinor > 0 ? [{ what: t('receiptChange'), amountMinor: changeMinor }] : []),
    ],
    foot: [t('receiptThanks')],
    link: url,
  })
}

/** What came back and what went back for it, as a mail. */
export function returnReceiptMail(receipt: ReturnReceipt, { language, timeZone, url }: ReceiptReader): ReceiptMail {
  const t = mailTexts[language]
  const { currency, number, locationName: place } = receipt
  return paper({
    language,
    currency,
    subject: t('returnReceiptSubject', { number, place }),
    hello: t('returnReceiptHello', { place, order: receipt.orderNumber ?? '' }),
    head: headOf(receipt, t('returnReceiptNumber', { number }), { language, timeZone }),
    rows: [
      ...receipt.lines.map((line) => ({
        what: `${line.units} × ${said(line.title, language)}`,
        amountMinor: line.refundMinor,
        note: line.optionLabels.map((text) => said(text, language)).join(' · '),
        code: line.sku,
      })),
      {
        what: t(receipt.refundMethod === 'cash' ? 'returnReceiptCash' : 'returnReceiptOriginal'),
        amountMinor: receipt.refundMinor,
        strong: true,
      },
      ...taxRows(receipt, language),
    ],
    foot: [],
    link: url,
  })
}

function headOf(
  {
    issuer,
    locationName,
    address,
    at,
    staffName,
  }: Pick<Receipt, 'issuer' | 'locationName' | 'address' | 'at' | 'staffName'>,
  number: string,
  { language, timeZone }: Pick<ReceiptReader, 'language' | 'timeZone'>,
): string[] {
  const when = new Intl.DateTimeFormat(locales[language], { dateStyle: 'long', timeStyle: 'short', timeZone })
  const served = staffName === '' ? [] : [mailTexts[language]('receiptServed', { name: staffName })]
  const place = [locationName, address].filter((part) => part !== '').join(' · ')
  const seller = issuer.taxId === '' ? [] : [`${issuer.name} · NIF ${issuer.taxId}`]
  return [...seller, place, `${number} · ${when.format(new Date(at))}`, ...served]
}

function taxRows({ taxes, currency }: Pick<Receipt, 'taxes' | 'currency'>, language: 'es' | 'en'): Row[] {
  return taxes.map(({ rateBp, netMinor, taxMinor }) => ({
    what: mailTexts[language]('receiptTax', {
      rate: rateBp / 100,
      net: formatMoney(netMinor, currency, locales[language]),
    }),
    amountMinor: taxMinor,
  }))
}

function said(text: LocalizedText, language: 'es' | 'en'): string {
  return text[language] || text.es
}

const body = 'margin:0;padding:32px 16px;background:#FAF8F4;color:#1C1B1A;font:16px/1.5 Georgia,serif'
const sheet = 'max-width:520px;margin:0 auto;background:#fff;padding:28px;border:1px solid #ddd6c8'
const cell = 'padding:6px 0;border-top:1px solid #e8e2d6;vertical-align:top'

function paper({ language, currency, subject, hello, head, rows, foot, link }: Paper): ReceiptMail {
  const amount = (minor: number) => formatMoney(minor, currency, locales[language])
  const text = [
    hello,
    ...head,
    '',
    ...rows.map(({ what, amountMinor, note, code }) =>
      [`${what}: ${amount(amountMinor)}`, ...[note, code].filter(Boolean).map((line) => `  ${line}`)].join('\n'),
    ),
    '',
    ...foot,
    link,
  ].join('\n')
  const table = rows.map(({ what, amountMinor, note, code, strong }) => {
    const weight = strong ? ';font-weight:700' : ''
    const under = note ? `<br>${escape(note)}` : ''
    const small = code ? `<br><small style="color:#6b6558">${escape(code)}</small>` : ''
    return `<tr><td style="${cell}${weight}">${escape(what)}${under}${small}</td><td style="${cell}${weight};text-align:right;white-space:nowrap">${escape(amount(amountMinor))}</td></tr>`
  })
  const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escape(subject)}</title></head><body style="${body}">
<div style="${sheet}"><p>${escape(hello)}</p>${head.map((line) => `<p style="margin:0;color:#5b564b">${escape(line)}</p>`).join('')}
<table style="width:100%;border-collapse:collapse;margin:20px 0" role="presentation"><tbody>${table.join('')}</tbody></table>
${foot.map((line) => `<p>${escape(line)}</p>`).join('')}<p><a href="${escape(link)}">${escape(link)}</a></p></div></body></html>`
  return { subject, text, html }
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
