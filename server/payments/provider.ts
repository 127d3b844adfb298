import { paymentProblems } from './problems.ts'

/**
 * What a provider says about one payment. `pending` waits for the buyer (or for the provider); `unknown_there` means it never heard
 * of it, so nothing was charged.
 */
export type ProviderState =
  | { status: 'pending'; ref: string; redirectUrl: string | null }
  | { status: 'authorized'; ref: string }
  | { status: 'captured'; ref: string; amountMinor: number }
  | { status: 'declined'; ref: string; code: string }
  | { status: 'voided'; ref: string }
  | { status: 'unknown_there' }

export type CreateRequest = {
  /** Our payment id. The provider makes one payment per key, however often it is asked. */
  key: string
  amountMinor: number
  currency: string
  description: string
  language: 'es' | 'en'
  /** Token of the card field; without one the buyer goes to the provider's page. */
  cardToken?: string | undefined
  returnUrl: string
}
export type RefundState = { status: 'done' | 'pending' | 'failed'; ref: string | null }

/** A notice of the provider, signature already checked. */
export type ProviderNotice = { eventId: string; type: string; key: string; payload: unknown }

/**
 * What every payment provider can do. Each call may throw: the outcome is then unknown and is asked for again. Repeating a call
 * with the same key never charges or refunds twice; that is the provider's part of the contract.
 */
export type PaymentProvider = {
  readonly name: string
  create(request: CreateRequest): Promise<ProviderState>
  status(payment: { key: string; ref: string | null }): Promise<ProviderState>
  capture(payment: { key: string; ref: string }): Promise<ProviderState>
  void(payment: { key: string; ref: string }): Promise<ProviderState>
  refund(refund: { key: string; paymentKey: string; paymentRef: string; amountMinor: number }): Promise<RefundState>
  /** @throws Problem payments.signature_wrong */
  parseWebhook(headers: Record<string, string | undefined>, body: Buffer): ProviderNotice
}

const providers = new Map<string, PaymentProvider>()

/** Makes a provider known under its name; the last one registered takes new payments. Connectors call this when they are mounted. */
export function usePaymentProvider(provider: PaymentProvider): void {
  providers.delete(provider.name)
  providers.set(provider.name, provider)
}

/** @throws Problem payments.provider_unknown */
export function providerNamed(name: string): PaymentProvider {
  const provider = providers.get(name)
  if (!provider) throw paymentProblems.provider_unknown({ provider: name })
  return provider
}

/** The provider that takes new online payments. @throws Problem payments.provider_unknown when none is connected */
export function onlineProvider(): PaymentProvider {
  const provider = [...providers.values()].at(-1)
  if (!provider) throw paymentProblems.provider_unknown({ provider: 'online' })
  return provider
}
