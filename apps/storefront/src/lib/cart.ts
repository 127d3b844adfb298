import type { Cart } from '@hilo/contract'
import type { Client } from '@hilo/contract/client'
import { leaveFlash, refusalText } from './flash.ts'
import { isRefusal } from './problem.ts'
import { texts } from './t.ts'

type CartLocals = Pick<App.Locals, 'api' | 'cookies' | 'lang' | 'setCookie'>
const monthSeconds = 30 * 86_400
const current = '/api/store/carts/current'
const hopeless: ReadonlySet<string> = new Set(['unknown', 'expired', 'used_up', 'other_channel'])

/** The cart of this device, or null when there is none (any more). */
export async function readCart({ api, cookies }: Pick<CartLocals, 'api' | 'cookies'>): Promise<Cart | null> {
  if (!holdsCart(cookies)) return null
  try {
    return await api.get<Cart>(current)
  } catch (error) {
    if (isRefusal(error) && [401, 404, 409].includes(error.body.status)) return null
    throw error
  }
}

/** Whether this device was ever given a basket; over https the cookie's name carries `__Host-`. */
function holdsCart(cookies: App.Locals['cookies']): boolean {
  return Boolean(cookies['__Host-hilo_cart'] ?? cookies['hilo_cart'])
}

/** Keeps the count beside the bag in step with the cart. */
export function noteUnits(locals: Pick<CartLocals, 'setCookie'>, cart: Cart | null): void {
  const units = cart && (cart.status === 'open' || cart.status === 'placing') ? cart.units : 0
  locals.setCookie('hilo_units', String(units), units > 0 ? monthSeconds : 0)
}

/**
 * Does what one form of the shop asks of the cart and leaves a notice where something is to be said.
 * @returns path to go to next; only paths of the shop itself
 */
export async function changeCart(locals: CartLocals, form: FormData): Promise<string> {
  const t = texts(locals.lang)
  const action = text(form, 'action')
  const back = ownPath(text(form, 'back')) ?? '/cart'
  try {
    const cart = await perform(locals, action, form)
    noteUnits(locals, cart)
    if (action === 'add') leaveFlash(locals, { kind: 'good', text: t('product.added'), about: 'added' })
    const coupon =
      action === 'coupon'
        ? cart?.coupons.find((each) => each.code.toUpperCase() === text(form, 'code').toUpperCase())
        : undefined
    // A code that can never count is not carried on; one that lacks something stays in the basket and says what.
    if (coupon && hopeless.has(coupon.state)) {
      leaveFlash(locals, {
        kind: 'bad',
        text: coupon.reason[locals.lang] || coupon.reason.es,
        about: 'coupon',
        entered: text(form, 'code'),
      })
      await perform(locals, 'uncoupon', form)
    }
  } catch (error) {
    leaveFlash(locals, {
      kind: 'bad',
      text: refusalText(error),
      about: action === 'coupon' ? 'coupon' : action === 'add' ? 'add' : text(form, 'lineId') || 'cart',
      entered: action === 'coupon' ? text(form, 'code') : undefined,
    })
  }
  return back
}

async function perform({ api, cookies, lang }: CartLocals, action: string, form: FormData): Promise<Cart | null> {
  const line = encodeURIComponent(text(form, 'lineId'))
  switch (action) {
    case 'add': {
      const wanted = { variantId: text(form, 'variantId'), units: wholeNumber(text(form, 'units'), 1) }
      return addLine(api, holdsCart(cookies), wanted, lang)
    }
    case 'units':
      return api.put<Cart>(`${current}/lines/${line}`, { units: wholeNumber(text(form, 'units'), 0) })
    case 'remove':
      return api.put<Cart>(`${current}/lines/${line}`, { units: 0 })
    case 'coupon':
      return api.post<Cart>(`${current}/coupons`, { code: text(form, 'code') })
    case 'uncoupon':
      return api.delete<Cart>(`${current}/coupons/${encodeURIComponent(text(form, 'code'))}`)
    default:
      return null
  }
}

/** Puts a line into the cart; opens one first where there is none, or where the old one has become an order. */
async function addLine(
  api: Client,
  hasCart: boolean,
  line: { variantId: string; units: number },
  language: 'es' | 'en',
): Promise<Cart> {
  if (hasCart) {
    try {
      return await api.post<Cart>(`${current}/lines`, line)
    } catch (error) {
      const gone =
        isRefusal(error) &&
        ['orders.cart_not_found', 'orders.cart_placed', 'orders.cart_merged', 'platform.unauthenticated'].includes(
          error.body.code,
        )
      if (!gone) throw error
    }
  }
  return api.post<Cart>('/api/store/carts', { lines: [line], language })
}

/** One text field of a form, trimmed; empty when it is missing or a file. */
export function text(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim() : ''
}

function wholeNumber(value: string, otherwise: number): number {
  return /^\d{1,3}$/.test(value) ? Number(value) : otherwise
}

/** A path inside the shop that a form may lead back to; undefined for anything that could leave it. */
export function ownPath(value: string): string | undefined {
  return /^\/(?![/\\])[^\s\\]{0,500}$/.test(value) && !value.startsWith('/api/') ? value : undefined
}
