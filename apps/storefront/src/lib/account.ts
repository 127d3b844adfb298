import type { Address } from '@hilo/contract'
import { text } from './cart.ts'
import { wordingVersion } from './checkout.ts'
import { leaveFlash, refusalText } from './flash.ts'
import { isRefusal } from './problem.ts'
import { texts } from './t.ts'

/** The address form of the account: which address (empty: a new one), what was typed, what is wrong. */
export type AddressState = { id: string; values: AddressValues; errors: Partial<Record<keyof AddressValues, string>> }
export type AddressValues = Pick<Address, 'name' | 'line1' | 'line2' | 'postalCode' | 'city' | 'phone'>
export type SignInState = { step: 'email' | 'code'; email: string; requestId: string; error: string }

/** Whether the browser brings a customer session; the API decides whether it still holds. */
export function mayBeSignedIn(cookies: App.Locals['cookies']): boolean {
  return cookies['hilo_customer'] !== undefined || cookies['__Host-hilo_customer'] !== undefined
}

/** Carries out a form of the account page: sign in by mail code, sign out, own data, consents. */
export async function runAccount(
  locals: App.Locals,
  form: FormData,
): Promise<{ go: string } | SignInState | AddressState> {
  const action = text(form, 'action')
  if (action === 'start') return start(locals, text(form, 'email'))
  if (action === 'confirm') return confirm(locals, form)
  if (action === 'address') return keepAddress(locals, form)
  const t = texts(locals.lang)
  try {
    if (action === 'signOut') {
      await locals.api.post('/api/store/sign-out')
    } else if (action === 'profile') {
      await locals.api.patch('/api/store/account', { name: text(form, 'name').slice(0, 120) })
      leaveFlash(locals, { kind: 'good', text: t('account.saved') })
    } else if (action === 'removeAddress') {
      await locals.api.delete(`/api/store/account/addresses/${encodeURIComponent(text(form, 'id'))}`)
      leaveFlash(locals, { kind: 'good', text: t('account.addressRemoved') })
    } else if (action === 'consent') {
      const granted = text(form, 'granted') === 'yes'
      await locals.api.post('/api/store/account/consents', {
        purpose: 'marketing',
        channel: 'email',
        granted,
        wording: granted ? t('checkout.newsWording') : t('account.newsStopWording'),
        wordingVersion,
      })
      leaveFlash(locals, { kind: 'good', text: t(granted ? 'account.newsOn' : 'account.newsOff') })
    }
  } catch (error) {
    leaveFlash(locals, { kind: 'bad', text: refusalText(error) })
  }
  return { go: '/account' }
}

/** Keeps a new address, or writes a known one anew; what is missing is said beside its field. */
async function keepAddress(locals: App.Locals, form: FormData): Promise<{ go: string } | AddressState> {
  const t = texts(locals.lang)
  const id = text(form, 'id')
  const values: AddressValues = {
    name: text(form, 'name').slice(0, 120),
    line1: text(form, 'line1').slice(0, 200),
    line2: text(form, 'line2').slice(0, 200),
    postalCode: text(form, 'postalCode').replaceAll(' ', '').slice(0, 12),
    city: text(form, 'city').slice(0, 100),
    phone: text(form, 'phone').slice(0, 30),
  }
  const errors: AddressState['errors'] = {}
  if (values.line1 === '') errors.line1 = t('checkout.error.line1')
  if (!/^\d{5}$/.test(values.postalCode)) errors.postalCode = t('checkout.error.postalCode')
  if (values.city === '') errors.city = t('checkout.error.city')
  if (values.phone !== '' && values.phone.replace(/\D/g, '').length < 9) errors.phone = t('checkout.error.phone')
  if (Object.keys(errors).length > 0) return { id, values, errors }
  const url = '/api/store/account/addresses'
  const address = { ...values, country: 'ES' }
  try {
    if (id === '') await locals.api.post(url, address)
    else await locals.api.put(`${url}/${encodeURIComponent(id)}`, address)
    leaveFlash(locals, { kind: 'good', text: t('account.addressSaved') })
  } catch (error) {
    leaveFlash(locals, { kind: 'bad', text: refusalText(error) })
  }
  return { go: '/account#addresses' }
}

async function start(locals: App.Locals, email: string): Promise<SignInState> {
  const t = texts(locals.lang)
  if (!/^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(email))
    return {
      step: 'email',
      email,
      requestId: '',
      error: t(email === '' ? 'checkout.error.emailMissing' : 'checkout.error.email'),
    }
  try {
    const { requestId } = await locals.api.post<{ requestId: string }>('/api/store/sign-in', { email })
    return { step: 'code', email, requestId, error: '' }
  } catch (error) {
    return { step: 'email', email, requestId: '', error: refusalText(error) }
  }
}

async function confirm(locals: App.Locals, form: FormData): Promise<{ go: string } | SignInState> {
  const t = texts(locals.lang)
  const state: SignInState = { step: 'code', email: text(form, 'email'), requestId: text(form, 'requestId'), error: '' }
  const code = text(form, 'code').replaceAll(/\D/g, '')
  if (code.length !== 6) return { ...state, error: t('signIn.sixDigits') }
  try {
    await locals.api.post('/api/store/sign-in/confirm', { requestId: state.requestId, code })
    return { go: '/account' }
  } catch (error) {
    const wrong = isRefusal(error) && error.body.status < 500 && error.body.status !== 429
    return {
      ...state,
      error: wrong && !error.body.detail && !error.body.remedy ? t('signIn.wrong') : refusalText(error),
    }
  }
}
