import type { AdminProductRow, Collection } from '@hilo/contract'
import {
  MultiSelect,
  Note,
  NumberInput,
  Section,
  SegmentedControl,
  Select,
  Switch,
  Textarea,
  TextInput,
  useDebouncedValue,
} from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { fromLocalInput, toLocalInput } from '../../lib/format.ts'
import { useChannels } from '../../lib/known.ts'
import { useRead } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'
import { VariantPicker } from '../../parts/variant-picker.tsx'
import type { PromotionDraft } from './draft.ts'
import { kinds } from './promotions.tsx'

type Props = { value: PromotionDraft; onChange(next: (value: PromotionDraft) => PromotionDraft): void }
type SetPart = (patch: Partial<PromotionDraft>) => void

/** What it is called and gives, when and for what it holds, and where. */
export function PromotionFields({ value, onChange }: Props): ReactNode {
  const t = useT()
  const set: SetPart = (patch) => onChange((before) => ({ ...before, ...patch }))
  return (
    <>
      <Section title={t('promo.what')}>
        <div className="c-form">
          <div className="c-two">
            <TextInput
              label={`${t('promo.name')} · ${t('app.spanish')}`}
              description={t('promo.nameHow')}
              value={value.name.es}
              onChange={(event) => set({ name: { ...value.name, es: event.currentTarget.value } })}
              required
            />
            <TextInput
              label={`${t('promo.name')} · ${t('app.english')}`}
              description={t('promo.nameHow')}
              value={value.name.en}
              onChange={(event) => set({ name: { ...value.name, en: event.currentTarget.value } })}
            />
          </div>
          <SegmentedControl
            aria-label={t('promo.kind')}
            value={value.kind}
            onChange={(kind) => set({ kind: kind as PromotionDraft['kind'] })}
            data={kinds.map((kind) => ({ value: kind, label: t(`promo.kind.${kind}`) }))}
          />
          <Gives value={value} set={set} />
        </div>
      </Section>
      <Section title={t('promo.when')}>
        <Conditions value={value} set={set} />
      </Section>
      <Section title={t('promo.where')}>
        <Where value={value} set={set} />
      </Section>
    </>
  )
}

function Gives({ value, set }: { value: PromotionDraft; set: SetPart }): ReactNode {
  const t = useT()
  switch (value.kind) {
    case 'percentage':
      return (
        <TextInput
          w={160}
          label={t('promo.percent')}
          value={value.percent}
          inputMode="decimal"
          rightSection="%"
          onChange={(event) => set({ percent: event.currentTarget.value })}
        />
      )
    case 'amount':
      return (
        <TextInput
          w={160}
          label={t('promo.amount')}
          value={value.amount}
          inputMode="decimal"
          rightSection="€"
          onChange={(event) => set({ amount: event.currentTarget.value })}
        />
      )
    case 'gift':
      return (
        <div className="c-two">
          <div>
            <VariantPicker
              label={t('promo.gift')}
              onPick={({ variantId, label }) => set({ giftVariantId: variantId, giftLabel: label })}
            />
            {value.giftVariantId && <p className="c-small">{value.giftLabel}</p>}
          </div>
          <NumberInput
            label={t('promo.giftUnits')}
            value={value.giftUnits ?? 1}
            min={1}
            max={100}
            allowDecimal={false}
            onChange={(units) => set({ giftUnits: Number(units) || 1 })}
          />
        </div>
      )
    case 'delivery_free':
      return null
    default: {
      const never: never = value.kind
      return never
    }
  }
}

function Conditions({ value, set }: { value: PromotionDraft; set: SetPart }): ReactNode {
  const t = useT()
  const say = useSay()
  const { data: collections } = useRead<{ items: Collection[] }>('/api/admin/collections')
  return (
    <div className="c-form">
      <div className="c-three">
        <TextInput
          type="datetime-local"
          label={t('promo.startsAt')}
          value={toLocalInput(value.startsAt)}
          onChange={(event) => set({ startsAt: fromLocalInput(event.currentTarget.value) })}
        />
        <TextInput
          type="datetime-local"
          label={t('promo.endsAt')}
          value={toLocalInput(value.endsAt)}
          onChange={(event) => set({ endsAt: fromLocalInput(event.currentTarget.value) })}
        />
        <TextInput
          label={t('promo.coupon')}
          description={t('promo.couponHow')}
          value={value.couponCode}
          onChange={(event) => set({ couponCode: event.currentTarget.value.toUpperCase() })}
        />
        <TextInput
          label={t('promo.minSubtotal')}
          value={value.minSubtotal}
          inputMode="decimal"
          rightSection="€"
          onChange={(event) => set({ minSubtotal: event.currentTarget.value })}
        />
        <NumberInput
          label={t('promo.minUnits')}
          value={value.minUnits ?? ''}
          min={1}
          allowDecimal={false}
          onChange={(units) => set({ minUnits: units === '' ? null : Number(units) })}
        />
        {value.couponCode && (
          <NumberInput
            label={t('promo.couponLimit')}
            value={value.couponLimit ?? ''}
            min={1}
            allowDecimal={false}
            onChange={(limit) => set({ couponLimit: limit === '' ? null : Number(limit) })}
          />
        )}
      </div>
      <MultiSelect
        label={t('promo.collections')}
        description={t('promo.scopeHow')}
        data={(collections?.items ?? []).map((item) => ({ value: item.id, label: say(item.title) }))}
        value={value.collectionIds ?? []}
        onChange={(ids) => set({ collectionIds: ids.length > 0 ? ids : null })}
        searchable
      />
      <ProductsChosen value={value} set={set} />
      <Switch
        label={t('promo.combinable')}
        checked={value.combinable}
        onChange={(event) => set({ combinable: event.currentTarget.checked })}
      />
    </div>
  )
}

function ProductsChosen({ value, set }: { value: PromotionDraft; set: SetPart }): ReactNode {
  const t = useT()
  const say = useSay()
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed.trim(), 200)
  const { data } = useRead<{ items: AdminProductRow[] }>(
    '/api/admin/products',
    { q, limit: 20 },
    { enabled: q.length >= 2, keep: true },
  )
  const chosen = value.productIds ?? []
  const found = (data?.items ?? []).map((row) => ({ value: row.id, label: say(row.title) }))
  const unseen = chosen
    .filter((id) => !found.some((option) => option.value === id))
    .map((id) => ({ value: id, label: id }))
  return (
    <MultiSelect
      label={t('promo.products')}
      data={[...found, ...unseen]}
      value={chosen}
      onChange={(ids) => set({ productIds: ids.length > 0 ? ids : null })}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      placeholder={chosen.length === 0 ? t('products.search') : undefined}
    />
  )
}

/** Everywhere, or on some channels only: then it is declared, with its owner, its dates and the reason that shoppers read. */
function Where({ value, set }: { value: PromotionDraft; set: SetPart }): ReactNode {
  const t = useT()
  const { channels, name } = useChannels()
  const isDeclared = value.channelIds !== null
  return (
    <div className="c-form">
      <Select
        label={t('app.channel')}
        data={[
          { value: 'all', label: t('promo.everywhere') },
          { value: 'some', label: t('promo.someChannels') },
        ]}
        value={isDeclared ? 'some' : 'all'}
        onChange={(choice) => set({ channelIds: choice === 'some' ? (channels[0] ? [channels[0].id] : null) : null })}
        allowDeselect={false}
        w={260}
      />
      {isDeclared && (
        <>
          <MultiSelect
            label={t('promo.channels')}
            data={channels.map(({ id }) => ({ value: id, label: name(id) }))}
            value={value.channelIds ?? []}
            onChange={(ids) => ids.length > 0 && set({ channelIds: ids })}
          />
          <Note tone="info" title={t('promo.declared')}>
            {t('promo.declaredHow')}
          </Note>
          <TextInput
            label={t('promo.owner')}
            value={value.owner}
            onChange={(event) => set({ owner: event.currentTarget.value })}
            required
          />
          <div className="c-two">
            <Textarea
              label={`${t('promo.explanation')} · ${t('app.spanish')}`}
              value={value.explanation.es}
              onChange={(event) => set({ explanation: { ...value.explanation, es: event.currentTarget.value } })}
              autosize
              minRows={2}
              required
            />
            <Textarea
              label={`${t('promo.explanation')} · ${t('app.english')}`}
              value={value.explanation.en}
              onChange={(event) => set({ explanation: { ...value.explanation, en: event.currentTarget.value } })}
              autosize
              minRows={2}
            />
          </div>
        </>
      )}
    </div>
  )
}
