/** Every sentence that pricing says, in Spanish and English. */
import { unitPrice } from './bundles.ts'
import { formatMoney } from './money.ts'
import { instantMs, type Shortfall } from './promotions.ts'
import type { CartLineInput, LocalizedText, Promotion } from './types.ts'

/** Where amounts and dates in a sentence get their form. */
export type Wording = { currency: string; timeZone: string | null }

/** What shoppers read about a promotion: its text, or its name where it has none. */
export function promotionText({ text, name }: Promotion): LocalizedText {
  return text ?? name
}

/**
 * Why a line costs less than its list price; null when it does not. Names the lowest price of the 30 days before where it is known,
 * as Directive 98/6/EC, article 6a, asks of every announced reduction.
 */
export function markdownReason(line: CartLineInput, { currency }: Wording): LocalizedText | null {
  const unitMinor = unitPrice(line)
  if (unitMinor >= line.listUnitMinor) return null
  const say = (minor: number) => ({ es: formatMoney(minor, currency, 'es-ES'), en: formatMoney(minor, currency, 'en') })
  const from = say(line.listUnitMinor)
  const to = say(unitMinor)
  const reason = { es: `Rebajado de ${from.es} a ${to.es}.`, en: `Reduced from ${from.en} to ${to.en}.` }
  if (line.priorUnitMinor === undefined) return reason
  const prior = say(line.priorUnitMinor)
  return {
    es: `${reason.es} Precio más bajo en los 30 días anteriores: ${prior.es}.`,
    en: `${reason.en} Lowest price in the 30 days before: ${prior.en}.`,
  }
}

function dayText(atMs: number, timeZone: string): LocalizedText {
  const form = { day: 'numeric', month: 'long', year: 'numeric', timeZone } as const
  return {
    es: new Intl.DateTimeFormat('es-ES', form).format(atMs),
    en: new Intl.DateTimeFormat('en-GB', form).format(atMs),
  }
}

function shortfallReason(shortfall: Shortfall, { currency }: Wording): LocalizedText {
  switch (shortfall.kind) {
    case 'items':
      return {
        es: 'En tu cesta no hay artículos de esta promoción.',
        en: 'Nothing in your basket belongs to this promotion.',
      }
    case 'customer':
      return {
        es: 'Es para clientes invitados. Entra en tu cuenta para comprobar si es tuya.',
        en: 'It is for invited customers. Sign in to see whether it is yours.',
      }
    case 'delivery':
      return { es: 'Es para envíos y esta compra no lleva envío.', en: 'It is for delivery and this order has none.' }
    case 'nothing_left':
      return { es: 'No queda nada que descontar.', en: 'There is nothing left to discount.' }
    case 'units':
      return shortfall.missing === 1
        ? { es: 'Te falta 1 unidad de esta promoción.', en: 'You are 1 unit short of this promotion.' }
        : {
            es: `Te faltan ${shortfall.missing} unidades de esta promoción.`,
            en: `You are ${shortfall.missing} units short of this promotion.`,
          }
    case 'subtotal':
      return {
        es: `Te faltan ${formatMoney(shortfall.missingMinor, currency, 'es-ES')} en artículos de esta promoción.`,
        en: `You are ${formatMoney(shortfall.missingMinor, currency, 'en')} short in items of this promotion.`,
      }
    default: {
      const never: never = shortfall
      throw new RangeError(`unknown shortfall ${String(never)}`)
    }
  }
}

/** What became of a coupon, with what is needed to say why. */
export type CouponVerdict =
  | { state: 'unknown' }
  | { state: 'applied' | 'used_up' | 'other_channel' | 'not_started' | 'expired'; promotion: Promotion }
  | { state: 'not_combinable'; promotion: Promotion; winner: Promotion }
  | { state: 'condition_not_met'; promotion: Promotion; shortfall: Shortfall }

/** Why a coupon counts or does not, and what would help. Dates are named only where the zone of the shop is known. */
export function couponReason(verdict: CouponVerdict, wording: Wording): LocalizedText {
  switch (verdict.state) {
    case 'unknown':
      return {
        es: 'No conocemos este código. Comprueba cómo está escrito.',
        en: 'We do not know this code. Check how it is written.',
      }
    case 'applied':
      return promotionText(verdict.promotion)
    case 'used_up':
      return {
        es: 'Ya se ha usado todas las veces posibles.',
        en: 'It has already been used as often as it can be.',
      }
    case 'other_channel': {
      const { es, en } = promotionText(verdict.promotion)
      return { es: `No vale en este canal: ${es}`, en: `Not valid on this channel: ${en}` }
    }
    case 'not_combinable': {
      const { es, en } = promotionText(verdict.winner)
      return {
        es: `No se suma a «${es}», que te conviene más.`,
        en: `It does not add to “${en}”, which is better for you.`,
      }
    }
    case 'not_started': {
      const day = dayOf(verdict.promotion.startsAt, 0, wording)
      return day
        ? { es: `Vale desde el ${day.es}.`, en: `Valid from ${day.en}.` }
        : { es: 'Todavía no vale.', en: 'It is not valid yet.' }
    }
    case 'expired': {
      // endsAt is the first instant without the promotion, so the last day is the one just before it.
      const day = dayOf(verdict.promotion.endsAt, -1, wording)
      return day
        ? { es: `Valía hasta el ${day.es}.`, en: `It was valid until ${day.en}.` }
        : { es: 'Ya no vale.', en: 'It is no longer valid.' }
    }
    case 'condition_not_met':
      return shortfallReason(verdict.shortfall, wording)
    default: {
      const never: never = verdict
      throw new RangeError(`unknown coupon state ${String(never)}`)
    }
  }
}

function dayOf(at: string | null, offsetMs: number, { timeZone }: Wording): LocalizedText | null {
  return at === null || timeZone === null ? null : dayText(instantMs(at, 'date of the promotion') + offsetMs, timeZone)
}
