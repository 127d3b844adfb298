import type { LocalizedText } from '@hilo/contract'
import { createTranslators } from '@hilo/i18n'
import { findVariants } from '#catalog'
import { dayWords, type Location } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { bookMail } from '#platform/mail'
import { shortageLink } from './links.ts'
import type { FulfillmentRow } from './rows.ts'
import { dayOf } from './words.ts'

const t = createTranslators(
  {
    hello: 'Hola, {name}:',
    helloNobody: 'Hola:',
    readySubject: 'Tu pedido {number} te espera en {shop}',
    ready: 'Lo hemos apartado para ti en {shop}, {street}, {city}.',
    code: 'Enseña este código al recogerlo: {code}',
    hold: 'Te lo guardamos hasta {day}.',
    shortSubject: 'Falta algo de tu pedido {number}: elige cómo seguimos',
    short:
      'Al preparar tu pedido en {shop} no hemos encontrado {units, plural, one {esta unidad} other {# unidades}}: {title}.',
    shortAgain: 'Te lo preguntamos ayer y aún no sabemos qué prefieres.',
    shortAsk: 'No hace falta que vengas todavía. Elige lo que prefieras:',
    choose: 'Elegir ahora',
    shippedSubject: 'Tu pedido {number} va de camino',
    shipped: 'Lo hemos entregado al transportista.',
    shippedTo: 'Va a {name}, {street}, {postal} {city}.',
    tracking: 'Seguimiento de {carrier}: {number}',
    track: 'Ver dónde está',
    rest: 'Lo demás de tu pedido sigue en marcha.',
  },
  {
    hello: 'Hello {name},',
    helloNobody: 'Hello,',
    readySubject: 'Your order {number} is waiting at {shop}',
    ready: 'We have set it aside for you at {shop}, {street}, {city}.',
    code: 'Show this code when you collect it: {code}',
    hold: 'We keep it for you until {day}.',
    shortSubject: 'Something is missing from your order {number}: choose how we go on',
    short:
      'While preparing your order at {shop} we could not find {units, plural, one {this unit} other {# units}}: {title}.',
    shortAgain: 'We asked you yesterday and do not know yet what you prefer.',
    shortAsk: 'No need to come yet. Choose what suits you:',
    choose: 'Choose now',
    shippedSubject: 'Your order {number} is on its way',
    shipped: 'We have handed it to the carrier.',
    shippedTo: 'It goes to {name}, {street}, {postal} {city}.',
    tracking: 'Tracking with {carrier}: {number}',
    track: 'See where it is',
    rest: 'The rest of your order goes on.',
  },
)

/** "ABCD-2345": eight characters are read aloud in two halves. */
function spoken(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`
}

/**
 * Books the notice that a pickup is ready; without an address there is none to send and the counter calls.
 * The notice names the place of the fulfillment order, where a person has just set the goods aside.
 */
export async function bookReadyMail(
  tx: Tx,
  clock: Clock,
  { row, place, holdUntil }: { row: FulfillmentRow; place: Location; holdUntil: Date },
): Promise<void> {
  const to = row.contact.email
  if (!to) return
  const say = t[row.language]
  const day = dayWords(dayOf(holdUntil.toISOString(), place.timeZone), clock.now().toISOString(), place.timeZone)[
    row.language
  ]
  const values = { number: row.orderNumber, shop: place.name, street: place.address.line1, city: place.address.city }
  const paragraphs = [
    greeting(row),
    say('ready', values),
    ...(row.pickupCode ? [say('code', { code: spoken(row.pickupCode) })] : []),
    say('hold', { day }),
  ]
  await bookMail(tx, clock, {
    // A second time only when the goods were put aside anew after a shortage.
    dedupeKey: `pickup_ready:${row.id}:${row.version}`,
    personId: row.personId,
    to,
    subject: say('readySubject', values),
    ...bodies(paragraphs),
    language: row.language,
  })
}

/** Books the notice that the carrier has the parcel: what is in it, where it goes, and how to follow it. Once per parcel. */
export async function bookShippedMail(
  tx: Tx,
  clock: Clock,
  { row, tracking }: { row: FulfillmentRow; tracking: FulfillmentRow['tracking'] },
): Promise<void> {
  const to = row.contact.email
  if (!to) return
  const say = t[row.language]
  const { address } = row
  const titles = await findVariants(
    tx,
    row.lines.map(({ variantId }) => variantId),
  )
  const contents = row.lines
    .filter(({ units }) => units > 0)
    .map(({ variantId, units }) => {
      const variant = titles.get(variantId)
      const words = [variant?.title, ...(variant?.optionLabels ?? [])].map(
        (text) => text?.[row.language] || text?.es || '',
      )
      return `– ${units} × ${words.filter((word) => word !== '').join(', ')}`
    })
  const paragraphs = [
    greeting(row),
    say('shipped'),
    ...contents,
    ...(address
      ? [
          say('shippedTo', {
            name: address.name,
            street: address.line1,
            postal: address.postalCode,
            city: address.city,
          }),
        ]
      : []),
    ...(tracking ? [say('tracking', { carrier: tracking.carrier, number: tracking.number })] : []),
  ]
  const link = tracking?.url === undefined ? undefined : { label: say('track'), url: tracking.url }
  await bookMail(tx, clock, {
    dedupeKey: `shipped:${row.id}`,
    personId: row.personId,
    to,
    subject: say('shippedSubject', { number: row.orderNumber }),
    ...bodies(paragraphs, link),
    language: row.language,
  })
}

/** Books the question about missing units, with the choices and the link to choose. */
export async function bookShortageMail(
  tx: Tx,
  clock: Clock,
  {
    row,
    shop,
    shortageId,
    token,
    units,
    title,
    options,
    again = false,
  }: {
    row: FulfillmentRow
    /** Asked before and not answered. */
    again?: boolean
    shop: string
    shortageId: string
    token: string
    units: number
    title: LocalizedText
    options: readonly { text: LocalizedText }[]
  },
): Promise<void> {
  const to = row.contact.email
  if (!to) return
  const say = t[row.language]
  const others = row.lines.reduce((sum, line) => sum + line.units - line.shortUnits, 0)
  const paragraphs = [
    greeting(row),
    ...(again ? [say('shortAgain')] : []),
    say('short', { shop, units, title: title[row.language] || title.es }),
    say('shortAsk'),
    ...options.map(({ text }) => `– ${text[row.language] || text.es}`),
    ...(others > 0 ? [say('rest')] : []),
  ]
  await bookMail(tx, clock, {
    dedupeKey: again ? `shortage_again:${shortageId}` : `shortage:${shortageId}`,
    personId: row.personId,
    to,
    subject: say('shortSubject', { number: row.orderNumber }),
    ...bodies(paragraphs, { label: say('choose'), url: shortageLink(token) }),
    language: row.language,
  })
}

function greeting(row: FulfillmentRow): string {
  const name = row.contact.name?.trim().split(/\s+/)[0]
  return name ? t[row.language]('hello', { name }) : t[row.language]('helloNobody')
}

function bodies(paragraphs: readonly string[], link?: { label: string; url: string }): { text: string; html: string } {
  const text = [...paragraphs, ...(link ? [`${link.label}: ${link.url}`] : [])].join('\n\n')
  const style =
    'font:16px/1.5 system-ui,sans-serif;color:#1C1B1A;background:#FAF8F4;max-width:34rem;margin:0 auto;padding:24px'
  const button = link
    ? `<p><a href="${escapeHtml(link.url)}" style="display:inline-block;padding:12px 20px;background:#3A3FB5;color:#FAF8F4;text-decoration:none">${escapeHtml(link.label)}</a></p>`
    : ''
  const html = `<!doctype html><html><body style="margin:0;background:#FAF8F4"><div style="${style}">${paragraphs.map((p) => `<p>${escapeHtml(p)}</p>`).join('')}${button}</div></body></html>`
  return { text: `${text}\n`, html }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
