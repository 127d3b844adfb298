import type { StockRow } from '@hilo/contract'
import { Select, useDebouncedValue } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { useRead } from '../lib/query.ts'
import { useSay, useT } from '../lib/words.ts'

export type ChosenVariant = { variantId: string; label: string }

/** Finds a variant by name, SKU or barcode. */
export function VariantPicker({ label, onPick }: { label: string; onPick(variant: ChosenVariant): void }): ReactNode {
  const t = useT()
  const say = useSay()
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed.trim(), 200)
  const { data } = useRead<{ items: StockRow[] }>(
    '/api/admin/stock',
    { q, limit: 20 },
    { enabled: q.length >= 2, keep: true },
  )
  const rows = q.length >= 2 ? (data?.items ?? []) : []
  const options = rows.map((row) => ({
    value: row.variantId,
    label: `${say(row.title)} ${row.optionLabels.map(say).join(' · ')} (${row.sku})`,
  }))
  return (
    <Select
      label={label}
      placeholder={t('stock.search')}
      data={options}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options: all }) => all}
      value={null}
      onChange={(value) => {
        const found = options.find((option) => option.value === value)
        if (found) onPick({ variantId: found.value, label: found.label })
        setTyped('')
      }}
      nothingFoundMessage={q.length >= 2 ? t('app.nothing') : undefined}
      comboboxProps={{ position: 'bottom-start' }}
    />
  )
}
