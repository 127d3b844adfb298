import type { TransferBody } from '@hilo/contract'
import { Button, IconButton, NumberInput, ProblemNote, Select, TextInput } from '@hilo/ui'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { usePlaces } from '../../lib/known.ts'
import { useAct } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { VariantPicker } from '../../parts/variant-picker.tsx'
import { Pane } from '../../parts/workspace.tsx'

type Draft = {
  from: string | null
  to: string | null
  reason: string
  lines: { variantId: string; label: string; units: number }[]
}
const blank: Draft = { from: null, to: null, reason: '', lines: [] }

/** Asks one place to send goods to another. */
export function NewTransfer(): ReactNode {
  const t = useT()
  const navigate = useNavigate()
  const { places } = usePlaces()
  const draft = useDraft<Draft>('transfer', blank)
  const { from, to, reason, lines } = draft.value
  const set = (patch: Partial<Draft>) => draft.set((value) => ({ ...value, ...patch }))
  const act = useAct(
    (_: null, call) => {
      const body = {
        fromLocationId: from,
        toLocationId: to,
        reason,
        lines: lines.map(({ variantId, units }) => ({ variantId, units })),
      }
      return api.post<TransferBody>('/api/admin/transfers', body, call)
    },
    {
      refresh: ['/api/admin/transfers', '/api/admin/stock'],
      done: (transfer) => {
        draft.clear()
        void navigate({ to: '/stock/transfers/$id', params: { id: transfer.id } })
      },
    },
  )
  const options = places.map((place) => ({ value: place.id, label: place.name }))
  const isReady = from !== null && to !== null && from !== to && lines.length > 0
  return (
    <Pane
      closeTo="/stock/transfers"
      title={t('transfer.new')}
      primary={
        <Button kind="primary" onClick={() => act.mutate(null)} loading={act.isPending} disabled={!isReady}>
          {t('transfer.request')}
        </Button>
      }
    >
      <div className="c-form">
        <div className="c-two">
          <Select label={t('transfer.from')} data={options} value={from} onChange={(value) => set({ from: value })} />
          <Select
            label={t('transfer.to')}
            data={options.filter((option) => option.value !== from)}
            value={to}
            onChange={(value) => set({ to: value })}
          />
        </div>
        <VariantPicker
          label={t('transfer.add')}
          onPick={({ variantId, label }) => {
            if (!lines.some((line) => line.variantId === variantId))
              set({ lines: [...lines, { variantId, label, units: 1 }] })
          }}
        />
        <ul className="c-items">
          {lines.map((line) => (
            <li key={line.variantId}>
              <span className="c-grow">{line.label}</span>
              <NumberInput
                aria-label={`${t('orders.units')}: ${line.label}`}
                w={90}
                min={1}
                value={line.units}
                onChange={(units) =>
                  set({
                    lines: lines.map((other) => (other === line ? { ...line, units: Number(units) || 1 } : other)),
                  })
                }
              />
              <IconButton
                icon="trash"
                label={t('app.remove')}
                onClick={() => set({ lines: lines.filter((other) => other !== line) })}
              />
            </li>
          ))}
        </ul>
        <TextInput
          label={t('app.reason')}
          value={reason}
          onChange={(event) => set({ reason: event.currentTarget.value })}
        />
        {act.error !== null && <ProblemNote error={act.error} />}
      </div>
    </Pane>
  )
}
