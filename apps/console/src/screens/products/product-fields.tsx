import type { Collection } from '@hilo/contract'
import { Checkbox, MultiSelect, Select, Textarea, TextInput } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useChannels } from '../../lib/known.ts'
import { useRead } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'
import type { ProductDraft } from './draft.ts'

const taxClasses = ['standard', 'reduced', 'super_reduced', 'zero'] as const
const statuses = ['draft', 'active'] as const
type Props = { value: ProductDraft; onChange(next: (value: ProductDraft) => ProductDraft): void }

/** Texts in both languages beside each other, and where the product is sold. */
export function ProductFields({ value, onChange }: Props): ReactNode {
  const t = useT()
  const say = useSay()
  const { channels, name } = useChannels()
  const { data: collections } = useRead<{ items: Collection[] }>('/api/admin/collections')
  const set = (patch: Partial<ProductDraft>) => onChange((before) => ({ ...before, ...patch }))
  const say2 = (field: 'title' | 'description', language: 'es' | 'en', text: string) =>
    onChange((before) => ({ ...before, [field]: { ...before[field], [language]: text } }))
  return (
    <div className="c-form">
      <div className="c-two">
        <TextInput
          label={`${t('products.title')} · ${t('app.spanish')}`}
          value={value.title.es}
          onChange={(event) => say2('title', 'es', event.currentTarget.value)}
          required
        />
        <TextInput
          label={`${t('products.title')} · ${t('app.english')}`}
          value={value.title.en}
          onChange={(event) => say2('title', 'en', event.currentTarget.value)}
          lang="en"
        />
        <Textarea
          label={`${t('products.description')} · ${t('app.spanish')}`}
          value={value.description.es}
          onChange={(event) => say2('description', 'es', event.currentTarget.value)}
          autosize
          minRows={3}
          maxRows={10}
        />
        <Textarea
          label={`${t('products.description')} · ${t('app.english')}`}
          value={value.description.en}
          onChange={(event) => say2('description', 'en', event.currentTarget.value)}
          autosize
          minRows={3}
          maxRows={10}
          lang="en"
        />
      </div>
      <div className="c-three">
        <TextInput
          label={t('products.type')}
          value={value.productType}
          onChange={(event) => set({ productType: event.currentTarget.value })}
        />
        <TextInput
          label={t('products.vendor')}
          value={value.vendor}
          onChange={(event) => set({ vendor: event.currentTarget.value })}
        />
        <Select
          label={t('products.tax')}
          data={taxClasses.map((entry) => ({ value: entry, label: t(`tax.${entry}`) }))}
          value={value.taxClass}
          onChange={(entry) => entry && set({ taxClass: entry as ProductDraft['taxClass'] })}
          allowDeselect={false}
        />
        <TextInput
          label={t('products.handle')}
          value={value.handle}
          onChange={(event) => set({ handle: event.currentTarget.value })}
        />
        <TextInput
          label={t('products.tags')}
          value={value.tags}
          onChange={(event) => set({ tags: event.currentTarget.value })}
        />
        {value.status !== 'archived' && (
          <Select
            label={t('app.status')}
            data={statuses.map((entry) => ({ value: entry, label: t(`product.${entry}`) }))}
            value={value.status}
            onChange={(entry) => entry && set({ status: entry as ProductDraft['status'] })}
            allowDeselect={false}
          />
        )}
      </div>
      <MultiSelect
        label={t('products.collections')}
        data={(collections?.items ?? []).map((item) => ({ value: item.id, label: say(item.title) }))}
        value={value.collectionIds}
        onChange={(collectionIds) => set({ collectionIds })}
        searchable
        clearable
      />
      <Checkbox.Group
        label={t('products.soldOn')}
        value={value.channelIds}
        onChange={(channelIds) => set({ channelIds })}
      >
        <div className="c-row c-checks">
          {channels.map((channel) => (
            <Checkbox key={channel.id} value={channel.id} label={name(channel.id)} />
          ))}
        </div>
      </Checkbox.Group>
    </div>
  )
}
