import type { PromotionBody, PromotionView } from '@hilo/contract'
import { rateText, readMoney, typedMoney } from '../../lib/format.ts'

/** A promotion as one types it: amounts and percentages are text until they are saved. */
export type PromotionDraft = Omit<
  PromotionBody,
  'valueBp' | 'valueMinor' | 'minSubtotalMinor' | 'explanation' | 'owner' | 'couponCode'
> & {
  percent: string
  amount: string
  minSubtotal: string
  explanation: { es: string; en: string }
  owner: string
  couponCode: string
  giftLabel: string
}

export const blankPromotion: PromotionDraft = {
  name: { es: '', en: '' },
  kind: 'percentage',
  percent: '10',
  amount: '',
  giftVariantId: null,
  giftLabel: '',
  giftUnits: 1,
  channelIds: null,
  owner: '',
  explanation: { es: '', en: '' },
  couponCode: '',
  couponLimit: null,
  startsAt: null,
  endsAt: null,
  minSubtotal: '',
  minUnits: null,
  variantIds: null,
  productIds: null,
  collectionIds: null,
  combinable: false,
  priority: 0,
  status: 'draft',
}

export function draftOfPromotion(promotion: PromotionView, language: 'es' | 'en'): PromotionDraft {
  const {
    valueBp,
    valueMinor,
    minSubtotalMinor,
    explanation,
    owner,
    couponCode,
    id: _id,
    couponUses: _uses,
    version: _version,
    state: _state,
    ...rest
  } = promotion
  return {
    ...rest,
    percent: valueBp === null ? '' : rateText(valueBp, language),
    amount: typedMoney(valueMinor, language),
    minSubtotal: typedMoney(minSubtotalMinor, language),
    explanation: explanation ?? { es: '', en: '' },
    owner: owner ?? '',
    couponCode: couponCode ?? '',
    giftLabel: promotion.giftVariantId ?? '',
  }
}

/** The promotion as the API takes it, or what is still missing. */
export function bodyOf(
  draft: PromotionDraft,
): { body: PromotionBody; missing: null } | { body: null; missing: Missing } {
  const { percent, amount, minSubtotal, explanation, owner, couponCode, giftLabel: _label, ...rest } = draft
  const valueBp = Math.round(Number(percent.replace(',', '.')) * 100)
  const valueMinor = readMoney(amount)
  const minSubtotalMinor = minSubtotal.trim() === '' ? null : readMoney(minSubtotal)
  if (draft.name.es.trim() === '') return { body: null, missing: 'name' }
  if (draft.kind === 'percentage' && !(valueBp >= 1 && valueBp <= 10_000)) return { body: null, missing: 'percent' }
  if (draft.kind === 'amount' && !valueMinor) return { body: null, missing: 'amount' }
  if (draft.kind === 'gift' && draft.giftVariantId === null) return { body: null, missing: 'gift' }
  if (minSubtotal.trim() !== '' && !minSubtotalMinor) return { body: null, missing: 'minSubtotal' }
  const isDeclared = draft.channelIds !== null
  if (isDeclared && (owner.trim() === '' || explanation.es.trim() === '' || !draft.startsAt || !draft.endsAt))
    return { body: null, missing: 'declaration' }
  return {
    missing: null,
    body: {
      ...rest,
      valueBp: draft.kind === 'percentage' ? valueBp : null,
      valueMinor: draft.kind === 'amount' ? valueMinor : null,
      giftVariantId: draft.kind === 'gift' ? draft.giftVariantId : null,
      giftUnits: draft.kind === 'gift' ? (draft.giftUnits ?? 1) : null,
      minSubtotalMinor,
      explanation: explanation.es.trim() === '' ? null : explanation,
      owner: owner.trim() || null,
      couponCode: couponCode.trim() || null,
      couponLimit: couponCode.trim() ? draft.couponLimit : null,
    },
  }
}
export type Missing = 'name' | 'percent' | 'amount' | 'gift' | 'minSubtotal' | 'declaration'
