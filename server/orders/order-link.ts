import { type Signer, signer } from '#platform/secrets'

const signatureLength = 32
let pages: Signer | undefined

/** Gives the links to order pages their key; once, when routes or jobs are set up. The same secret gives the same links. */
export function useOrderLinks(secret: string): void {
  pages = signer(secret, 'orders.page')
}

/**
 * The token that opens an order's page without an account: 192 bits that only `HILO_SECRET` can make, then the rest of the order's id.
 * Nothing of it is stored, so a copy of the database opens no page, and every later mail can carry the link again.
 */
export function orderToken(orderId: string): string {
  return key().sign(orderId) + orderId.replace('ord_', '')
}

/** The order that a token of ours opens; undefined when it was not made with our key. */
export function orderIdOfToken(token: string): string | undefined {
  const orderId = `ord_${token.slice(signatureLength)}`
  return key().isOf(orderId, token.slice(0, signatureLength)) ? orderId : undefined
}

function key(): Signer {
  if (!pages) throw new Error('links to orders have no key yet: call useOrderLinks first')
  return pages
}
