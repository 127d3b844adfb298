import type { Cart, PlaceAnswer } from '@hilo/contract'
import type { ApiProblem } from '@hilo/contract/client'
import { mayBeSignedIn } from './account.ts'
import { noteUnits, readCart, text } from './cart.ts'
import {
  type CheckoutValues,
  changesOf,
  checkValues,
  errorsOfProblem,
  type FieldErrors,
  valuesOfForm,
} from './checkout.ts'
import { refusalText } from './flash.ts'
import { money } from './format.ts'
import { isRefusal } from './problem.ts'
import { texts } from './t.ts'

/** Where a checkout form leads: to another page, or back to itself with what was typed and what is wrong. */
export type CheckoutResult =
  | { go: string }
  | { leave: string }
  | { cart: Cart; values: CheckoutValues; errors: FieldErrors; notice: string | null; status: number }

const current = '/api/store/carts/current'
const yearSeconds = 365 * 86_400

/**
 * Carries out the checkout form. `update` keeps the choice and prices it; `place` also orders, once:
 *
 *   the form carries a key made when it was shown and the total that was shown. A repeat of the same form (double click, reload,
 *   lost answer) is the same request and gets the same order. When the total is another one by now, nothing is ordered: the
 *   shopper sees the new total and decides again.
 */
export async function runCheckout(locals: App.Locals, form: FormData): Promise<CheckoutResult> {
  const before = await readCart(locals)
  if (!before) return { go: '/cart' }
  if (before.order && before.order.status !== 'draft' && before.order.status !== 'lapsed')
    return { go: `/orders/${before.order.token}` }
  const values = valuesOfForm(form)
  const alternative = text(form, 'alternative')
  if (alternative !== '') Object.assign(values, { kind: 'pickup', place: alternative })
  if (text(form, 'action') !== 'place' || alternative !== '') return update(locals, before, values)
  const errors = checkValues(values, locals.lang)
  if (Object.keys(errors).length > 0) return { cart: before, values, errors, notice: null, status: 422 }
  return place(locals, before, values, form)
}

async function update(locals: App.Locals, before: Cart, values: CheckoutValues): Promise<CheckoutResult> {
  const { contact, ...changes } = changesOf(values, locals.lang)
  const usable = values.email === '' || /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(values.email)
  try {
    const cart = await locals.api.patch<Cart>(current, {
      delivery: changes.delivery,
      ...(usable ? { contact: { ...contact, phone: '' } } : {}),
    })
    return { cart, values, errors: {}, notice: null, status: 200 }
  } catch (error) {
    return refused(before, values, error, locals)
  }
}

async function place(
  locals: App.Locals,
  before: Cart,
  values: CheckoutValues,
  form: FormData,
): Promise<CheckoutResult> {
  const t = texts(locals.lang)
  let cart = before
  try {
    if (before.status === 'open') cart = await keepChanges(locals, values)
    const shown = Number(text(form, 'expected'))
    if (cart.totalMinor !== shown) {
      return {
        cart,
        values,
        errors: {},
        notice: t('checkout.newTotal', { total: money(cart.totalMinor, locals.lang, cart.currency) }),
        status: 200,
      }
    }
    await keepForNextTime(locals, cart)
    const cardToken = text(form, 'cardToken')
    const answer = await locals.api.post<PlaceAnswer>(
      `${current}/place`,
      {
        expectedTotalMinor: cart.totalMinor,
        payment: { method: 'card_online', ...(cardToken === '' ? {} : { cardToken }) },
      },
      { key: text(form, 'key') || undefined },
    )
    return next(locals, answer)
  } catch (error) {
    const after = await readCart(locals)
    if (after?.order?.status === 'placed') return { go: `/orders/${after.order.token}` }
    return refused(after ?? cart, values, error, locals)
  }
}

/**
 * Writes the form into the basket. The first press of a double click may be placing it by now; the second one then goes on with the
 * basket as it is and is given the same answer.
 */
async function keepChanges(locals: App.Locals, values: CheckoutValues): Promise<Cart> {
  try {
    return await locals.api.patch<Cart>(current, changesOf(values, locals.lang))
  } catch (error) {
    const now = isRefusal(error) && error.body.status === 409 ? await readCart(locals) : null
    if (!now || now.status === 'open') throw error
    return now
  }
}

/** A customer who is signed in finds the address again next time. That it could not be kept is no reason to keep them from buying. */
async function keepForNextTime(locals: App.Locals, { delivery }: Cart): Promise<void> {
  if (!mayBeSignedIn(locals.cookies) || delivery?.kind !== 'delivery') return
  try {
    await locals.api.post('/api/store/account/addresses', delivery.address)
  } catch (error) {
    if (!isRefusal(error)) throw error
    locals.log(error, 'address not kept')
  }
}

/** Where an answer of place or confirm leads. */
export function next(locals: Pick<App.Locals, 'setCookie' | 'lang'>, answer: PlaceAnswer): CheckoutResult {
  switch (answer.status) {
    case 'placed':
      noteUnits(locals, null)
      return { go: `/orders/${answer.order.token}` }
    case 'payment_needed':
      // The bank's page leads back to an address without a language.
      locals.setCookie('hilo_lang', locals.lang, yearSeconds)
      return { leave: answer.next.redirectUrl }
    case 'checking':
      return { go: `/checkout/return?payment=${encodeURIComponent(answer.paymentId)}` }
    default: {
      const never: never = answer
      return never
    }
  }
}

function refused(cart: Cart, values: CheckoutValues, error: unknown, locals: App.Locals): CheckoutResult {
  const sentence = refusalText(error)
  const problem = error as ApiProblem
  return {
    cart,
    values,
    errors: errorsOfProblem(problem, sentence, locals.lang),
    notice: null,
    status: problem.body.status >= 500 ? 503 : 422,
  }
}
