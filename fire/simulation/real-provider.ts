import type { PaymentProvider, ProviderState } from '../../server/payments/provider.ts'
import type { Provider, Said } from './provider.ts'

/** The name that payments of a run carry. */
export const providerName = 'simulation'

/** The provider of the simulation (provider.ts) as the product's interface asks for it. */
export function asPaymentProvider(provider: Provider): PaymentProvider {
  const amounts = new Map<string, number>()
  const state = (key: string, { status }: Said): ProviderState => {
    switch (status) {
      case 'unknown_there':
        return { status }
      case 'captured':
        return { status, ref: key, amountMinor: amounts.get(key) ?? 0 }
      case 'declined':
        return { status, ref: key, code: 'insufficient_funds' }
      case 'pending':
        return { status, ref: key, redirectUrl: null }
      default:
        return { status, ref: key }
    }
  }
  return {
    name: providerName,
    create: async ({ key, amountMinor }) => {
      amounts.set(key, amountMinor)
      return state(key, provider.create(key, amountMinor))
    },
    status: async ({ key }) => state(key, provider.status(key)),
    capture: async ({ key }) => state(key, provider.status(key)),
    void: async ({ key }) => state(key, provider.void(key)),
    refund: async ({ key, paymentKey, amountMinor }) => ({
      status: provider.refund(key, paymentKey, amountMinor),
      ref: key,
    }),
    parseWebhook: (_headers, body) => {
      const { id, key } = JSON.parse(body.toString()) as { id: string; key: string }
      return { eventId: id, type: 'changed', key, payload: { key } }
    },
  }
}
