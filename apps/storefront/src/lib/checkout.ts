import type { Cart, ChangeCart, ConsentInput, DeliveryInput } from '@hilo/contract'
import type { ApiProblem } from '@hilo/contract/client'
import { text } from './cart.ts'
import type { Lang } from './links.ts'
import { type TextKey, texts } from './t.ts'

/** What stands in the checkout form, as typed. */
export type CheckoutValues = {
  name: string
  email: string
  phone: string
  kind: 'pickup' | 'delivery' | ''
  place: string
  line1: string
  line2: string
  postalCode: string
  city: string
  province: string
  option: string
  note: string
  news: boolean
}
export type FieldName = Exclude<keyof CheckoutValues, 'news'> | 'form'
export type FieldErrors = Partial<Record<FieldName, string>>

/** Version of the consent sentences; raise it when their words change (locales `checkout.newsWording`). */
export const wordingVersion = '2026-11'

/** Values for a form that is shown the first time: what the cart knows, then what the shopper told elsewhere. */
export function valuesOfCart(
  cart: Cart,
  known: { name?: string; email?: string; phone?: string; postal?: string; address?: Partial<CheckoutValues> },
): CheckoutValues {
  const delivery = cart.delivery
  const address = delivery?.kind === 'delivery' ? delivery.address : undefined
  return {
    name: cart.contact.name || known.name || '',
    email: cart.contact.email || known.email || '',
    phone: cart.contact.phone || known.phone || '',
    kind: delivery?.kind === 'pickup' || delivery?.kind === 'delivery' ? delivery.kind : '',
    place: delivery?.kind === 'pickup' ? delivery.locationId : '',
    line1: address?.line1 ?? known.address?.line1 ?? '',
    line2: address?.line2 ?? known.address?.line2 ?? '',
    postalCode: address?.postalCode ?? known.address?.postalCode ?? known.postal ?? '',
    city: address?.city ?? known.address?.city ?? '',
    province: address?.province ?? known.address?.province ?? '',
    option: (delivery?.kind === 'delivery' ? delivery.optionId : undefined) ?? '',
    note: cart.note,
    news: false,
  }
}

/** Reads the form as it was sent. */
export function valuesOfForm(form: FormData): CheckoutValues {
  const kind = text(form, 'kind')
  return {
    name: text(form, 'name').slice(0, 120),
    email: text(form, 'email').slice(0, 254),
    phone: text(form, 'phone').slice(0, 30),
    kind: kind === 'pickup' || kind === 'delivery' ? kind : '',
    place: text(form, 'place').slice(0, 40),
    line1: text(form, 'line1').slice(0, 200),
    line2: text(form, 'line2').slice(0, 200),
    postalCode: text(form, 'postalCode').replaceAll(' ', '').slice(0, 12),
    city: text(form, 'city').slice(0, 100),
    province: text(form, 'province').slice(0, 100),
    option: text(form, 'option').slice(0, 40),
    note: text(form, 'note').slice(0, 500),
    news: form.get('news') === 'yes',
  }
}

/** One sentence per field that keeps the order from being placed; empty when nothing does. */
export function checkValues(values: CheckoutValues, lang: Lang): FieldErrors {
  const t = texts(lang)
  const errors: FieldErrors = {}
  if (values.name === '') errors.name = t('checkout.error.name')
  if (!/^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(values.email))
    errors.email = t(values.email === '' ? 'checkout.error.emailMissing' : 'checkout.error.email')
  if (values.phone !== '' && values.phone.replace(/[^0-9]/g, '').length < 9) errors.phone = t('checkout.error.phone')
  if (values.kind === '') errors.kind = t('checkout.error.kind')
  if (values.kind === 'pickup' && values.place === '') errors.place = t('checkout.error.place')
  if (values.kind === 'delivery') {
    if (values.line1 === '') errors.line1 = t('checkout.error.line1')
    if (!/^\d{5}$/.test(values.postalCode)) errors.postalCode = t('checkout.error.postalCode')
    if (values.city === '') errors.city = t('checkout.error.city')
  }
  return errors
}

/** The delivery choice as the API takes it; undefined while it is not complete. */
export function deliveryOf(values: CheckoutValues): DeliveryInput | undefined {
  if (values.kind === 'pickup') return values.place === '' ? undefined : { kind: 'pickup', locationId: values.place }
  if (values.kind !== 'delivery') return undefined
  if (values.line1 === '' || values.city === '' || !/^\d{5}$/.test(values.postalCode)) return undefined
  const { name, line1, line2, postalCode, city, province, phone, option } = values
  const address = { name, line1, line2, postalCode, city, province, country: 'ES', phone }
  return { kind: 'delivery', address, ...(option === '' ? {} : { optionId: option }) }
}

/** Everything of the form that the cart can keep. A consent stands in it only when the box was ticked. */
export function changesOf(values: CheckoutValues, lang: Lang): ChangeCart {
  const { name, email, phone, note } = values
  const consent: ConsentInput = {
    purpose: 'marketing',
    channel: 'email',
    granted: true,
    wording: texts(lang)('checkout.newsWording'),
    wordingVersion,
  }
  return {
    contact: { name, email, phone },
    delivery: deliveryOf(values) ?? null,
    consents: values.news ? [consent] : [],
    note,
    language: lang,
  }
}

const fieldOfParameter: [RegExp, FieldName][] = [
  [/email/, 'email'],
  [/phone/, 'phone'],
  [/contact|name/, 'name'],
  [/postal/i, 'postalCode'],
  [/line1/, 'line1'],
  [/city/, 'city'],
  [/optionId/, 'option'],
  [/location/, 'place'],
]
const fieldOfCode: Record<string, FieldName> = {
  'orders.contact_missing': 'name',
  'orders.phone_invalid': 'phone',
  'orders.delivery_missing': 'kind',
  'orders.delivery_option_unknown': 'postalCode',
  'orders.place_unknown': 'place',
}
const ownWords: Partial<Record<FieldName, TextKey>> = {
  email: 'checkout.error.email',
  phone: 'checkout.error.phone',
  postalCode: 'checkout.error.postalCode',
}

/** Puts a refusal of the API beside the field it is about; without one it belongs to the whole form. */
export function errorsOfProblem(problem: ApiProblem, sentence: string, lang: Lang): FieldErrors {
  const { code, parameter = '' } = problem.body
  const field = fieldOfCode[code] ?? fieldOfParameter.find(([pattern]) => pattern.test(parameter))?.[1] ?? 'form'
  const own = code === 'platform.invalid' ? ownWords[field] : undefined
  return { [field]: own ? texts(lang)(own) : sentence }
}
