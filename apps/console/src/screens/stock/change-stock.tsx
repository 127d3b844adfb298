import type { StockRow } from '@hilo/contract'
import { Button, NumberInput, notify, ProblemNote, SegmentedControl, Select, TextInput } from '@hilo/ui'
import type { ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { focusWhenShown } from '../../lib/focus.ts'
import { runsHouse, useMe, usePlaces } from '../../lib/known.ts'
import { refresh, useAct } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'

const kinds = ['adjust', 'receive', 'count', 'safety'] as const
type Kind = (typeof kinds)[number]
type Draft = { kind: Kind; locationId: string; units: number | null; reason: string }
const stale = ['/api/admin/stock']

/** Puts a figure right, with the reason that the ledger keeps. An adjustment can be taken back. */
export function ChangeStock({ row }: { row: StockRow }): ReactNode {
  const t = useT()
  const me = useMe()
  const { mine } = usePlaces()
  const allowed = kinds.filter(
    (kind) =>
      runsHouse(me) || (me.role === 'stock' && kind !== 'safety') || (me.role === 'counter' && kind === 'count'),
  )
  const first: Draft = { kind: allowed[0] ?? 'count', locationId: mine[0]?.id ?? '', units: null, reason: '' }
  const draft = useDraft<Draft>(`stock:${row.variantId}`, first)
  const { kind, units, reason } = draft.value
  const locationId = draft.value.locationId || first.locationId
  const level = row.places.find((place) => place.locationId === locationId)
  const now = kind === 'safety' ? (level?.safetyStock ?? 0) : (level?.onHand ?? 0)
  const after = units === null ? now : kind === 'adjust' || kind === 'receive' ? now + units : units
  const undo = async (quantity: number) => {
    const items = [{ variantId: row.variantId, quantity: -quantity }]
    await api.post('/api/admin/stock/adjust', { locationId, items, reason: t('stock.undone') })
    await refresh(...stale)
  }
  const act = useAct(
    (input: { units: number }, call) =>
      send({ ...draft.value, locationId, units: input.units, variantId: row.variantId }, call),
    {
      refresh: stale,
      done: (_, input) => {
        draft.clear()
        const back = kind === 'adjust' ? { label: t('app.undo'), run: () => void undo(input.units) } : undefined
        notify(t('stock.changed', { n: after }), { tone: 'kept', undo: back })
      },
    },
  )
  const set = (patch: Partial<Draft>) => draft.set((value) => ({ ...value, ...patch }))
  const isReady =
    units !== null &&
    (kind === 'count' || kind === 'safety' ? units >= 0 : units !== 0) &&
    (!needsReason(kind) || reason.trim() !== '')
  return (
    <form
      className="c-step c-change"
      aria-label={t('stock.change')}
      onSubmit={(event) => {
        event.preventDefault()
        if (units !== null && isReady) act.mutate({ units })
      }}
    >
      <SegmentedControl
        fullWidth
        value={kind}
        onChange={(value) => set({ kind: value as Kind, units: null })}
        data={allowed.map((value) => ({ value, label: t(`stock.kind.${value}`) }))}
      />
      <div className="c-row" data-end>
        <Select
          label={t('app.place')}
          data={mine.map((place) => ({ value: place.id, label: place.name }))}
          value={locationId}
          onChange={(value) => set({ locationId: value ?? '' })}
          allowDeselect={false}
          w={190}
        />
        <NumberInput
          label={t(`stock.units.${kind}`)}
          value={units ?? ''}
          onChange={(value) => set({ units: value === '' || !Number.isInteger(Number(value)) ? null : Number(value) })}
          allowDecimal={false}
          min={kind === 'adjust' ? undefined : 0}
          w={130}
          ref={focusWhenShown}
        />
        {kind !== 'safety' && (
          <TextInput
            className="c-grow"
            label={t(needsReason(kind) ? 'app.reason' : 'app.note')}
            value={reason}
            onChange={(event) => set({ reason: event.currentTarget.value })}
          />
        )}
        <Button kind="primary" type="submit" loading={act.isPending} disabled={!isReady}>
          {t('app.save')}
        </Button>
      </div>
      <p className="c-muted c-small" aria-live="polite">
        {t(kind === 'safety' ? 'stock.willSafety' : 'stock.will', { now, after })}
      </p>
      {act.error !== null && <ProblemNote error={act.error} />}
    </form>
  )
}

function needsReason(kind: Kind): boolean {
  return kind === 'adjust' || kind === 'receive'
}

type Sent = { kind: Kind; locationId: string; variantId: string; units: number; reason: string }
function send({ kind, locationId, variantId, units, reason }: Sent, call: { key: string }): Promise<unknown> {
  switch (kind) {
    case 'receive':
      return api.post('/api/admin/stock/receive', { locationId, items: [{ variantId, quantity: units }], reason }, call)
    case 'adjust':
      return api.post('/api/admin/stock/adjust', { locationId, items: [{ variantId, quantity: units }], reason }, call)
    case 'count':
      return api.post('/api/admin/stock/count', { locationId, items: [{ variantId, counted: units }], reason }, call)
    case 'safety':
      return api.put('/api/admin/stock/safety', { locationId, items: [{ variantId, safetyStock: units }] }, call)
    default: {
      const never: never = kind
      return never
    }
  }
}
