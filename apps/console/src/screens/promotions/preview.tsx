import type { PreviewPromotion, PromotionBody } from '@hilo/contract'
import { IconButton, Money, NumberInput, ProblemNote, Select } from '@hilo/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { useChannels } from '../../lib/known.ts'
import { useSay, useT } from '../../lib/words.ts'
import { VariantPicker } from '../../parts/variant-picker.tsx'

type Line = { variantId: string; label: string; units: number }

/** Prices a basket with and without the promotion, with the same arithmetic as shop and till. */
export function PromotionPreview({
  body,
  promotionId,
}: {
  body: PromotionBody | null
  promotionId: string | undefined
}): ReactNode {
  const t = useT()
  const { channels, name } = useChannels()
  const [lines, setLines] = useState<Line[]>([])
  const [channelId, setChannelId] = useState('web')
  const couponCodes = body?.couponCode ? [body.couponCode] : []
  const request = {
    promotion: body === null ? null : { ...body, status: 'active', startsAt: body.channelIds ? body.startsAt : null },
    promotionId,
    channelId,
    couponCodes,
    lines: lines.map(({ variantId, units }) => ({ variantId, units })),
  }
  const { data, error } = useQuery({
    queryKey: ['preview', request],
    queryFn: () => api.post<PreviewPromotion>('/api/admin/promotions/preview', request),
    enabled: body !== null && lines.length > 0,
    placeholderData: keepPreviousData,
  })
  return (
    <div className="c-form">
      <div className="c-two">
        <VariantPicker
          label={t('promo.basket')}
          onPick={({ variantId, label }) => {
            if (!lines.some((line) => line.variantId === variantId))
              setLines([...lines, { variantId, label, units: 1 }])
          }}
        />
        <Select
          label={t('app.channel')}
          data={channels.map(({ id }) => ({ value: id, label: name(id) }))}
          value={channelId}
          onChange={(id) => id && setChannelId(id)}
          allowDeselect={false}
        />
      </div>
      <ul className="c-items">
        {lines.map((line) => (
          <li key={line.variantId}>
            <span className="c-grow">{line.label}</span>
            <NumberInput
              aria-label={`${t('orders.units')}: ${line.label}`}
              w={84}
              min={1}
              value={line.units}
              onChange={(units) =>
                setLines(lines.map((other) => (other === line ? { ...line, units: Number(units) || 1 } : other)))
              }
            />
            <IconButton
              icon="close"
              size="sm"
              label={t('app.remove')}
              onClick={() => setLines(lines.filter((other) => other !== line))}
            />
          </li>
        ))}
      </ul>
      {error !== null && <ProblemNote error={error} />}
      {lines.length === 0 ? <p className="c-muted">{t('promo.basketHow')}</p> : data && <Compared data={data} />}
    </div>
  )
}

function Compared({ data }: { data: PreviewPromotion }): ReactNode {
  const t = useT()
  const say = useSay()
  const gained = data.without.totalMinor - data.with.totalMinor
  const reasons = [
    ...new Set(data.with.lines.flatMap((line) => line.discounts.map((discount) => say(discount.reason)))),
  ]
  return (
    <table className="c-plain">
      <thead>
        <tr>
          <td>{t('promo.sums')}</td>
          <th className="h-num">{t('promo.without')}</th>
          <th className="h-num">{t('promo.with')}</th>
        </tr>
      </thead>
      <tbody>
        {(['subtotalMinor', 'discountMinor', 'taxMinor', 'totalMinor'] as const).map((field) => (
          <tr key={field}>
            <td>{t(`promo.sum.${field}`)}</td>
            <td className="h-num">
              <Money minor={data.without[field]} currency={data.without.currency} />
            </td>
            <td className="h-num">
              <b>
                <Money minor={data.with[field]} currency={data.with.currency} />
              </b>
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td colSpan={2}>
            {[...reasons, ...data.with.gifts.map((gift) => say(gift.reason))].join(' · ') || t('promo.nothing')}
          </td>
          <td className="h-num">
            <Money minor={-gained} currency={data.with.currency} />
          </td>
        </tr>
      </tfoot>
    </table>
  )
}
