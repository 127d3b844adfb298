import type { Cart } from '@hilo/contract'
import { noteUnits } from './cart.ts'
import { refusalText } from './flash.ts'

/** What the shopper typed or scanned as it may stand in a code: "h7k2 9qxm" → "H7K29QXM". */
export function tidyCode(entered: string): string {
  return entered
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .slice(0, 20)
}

/**
 * Opens a basket begun on another device.
 * @returns undefined when it is open here now, else the sentence that says why not
 */
export async function openCart(
  locals: Pick<App.Locals, 'api' | 'setCookie'>,
  code: string,
): Promise<string | undefined> {
  try {
    noteUnits(locals, await locals.api.post<Cart>('/api/store/carts/open', { code }))
    return undefined
  } catch (error) {
    return refusalText(error)
  }
}
