import type { transferLane } from '@hilo/contract'
import { Button, Checkbox, Empty, Icon, IconButton, NumberInput, notify, ProblemNote, Select } from '@hilo/ui'
import type { ReactNode } from 'react'
import type { z } from 'zod'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { runsHouse, useMe, usePlaces } from '../../lib/known.ts'
import { useAct, useRead } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { Pane } from '../../parts/workspace.tsx'

const path = '/api/admin/transfer-lanes'
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
type Lane = z.output<typeof transferLane>

/** How long the vans take between places, where that differs from the rule. Promises to customers are counted with it. */
export function Lanes(): ReactNode {
  const t = useT()
  const { data, error } = useRead<{ items: Lane[] }>(path)
  if (error || !data)
    return (
      <Pane closeTo="/settings" title={t('settings.lanes')}>
        {error ? <ProblemNote error={error} /> : <Placeholder label={t('app.loading')} rows={4} />}
      </Pane>
    )
  return <Edit read={data.items} />
}

function Edit({ read }: { read: Lane[] }): ReactNode {
  const t = useT()
  const me = useMe()
  const { places } = usePlaces()
  const draft = useDraft<Lane[]>('lanes', read)
  const lanes = draft.value
  const act = useAct((items: Lane[], call) => api.put(path, { items }, call), {
    refresh: [path],
    done: () => {
      draft.clear()
      notify(t('app.saved'), { tone: 'kept' })
    },
  })
  const set = (at: number, patch: Partial<Lane>) =>
    draft.set(lanes.map((lane, i) => (i === at ? { ...lane, ...patch } : lane)))
  const free = freeWay(
    places.filter(({ status }) => status === 'active').map(({ id }) => id),
    lanes,
  )
  const add = () =>
    free && draft.set([...lanes, { fromLocationId: free[0], toLocationId: free[1], workingDays: 1, departsOn: null }])
  const wrong = lanes.some(
    (lane, i) =>
      lane.fromLocationId === lane.toLocationId ||
      lanes.some((other, j) => j < i && wayOf(other) === wayOf(lane)) ||
      lane.departsOn?.length === 0,
  )
  const writes = runsHouse(me)
  return (
    <Pane
      closeTo="/settings"
      title={t('settings.lanes')}
      more={
        draft.dirty && (
          <Button kind="quiet" onClick={draft.clear}>
            {t('app.discard')}
          </Button>
        )
      }
      primary={
        writes && (
          <Button
            kind="primary"
            onClick={() => act.mutate(lanes)}
            loading={act.isPending}
            disabled={!draft.dirty || wrong}
          >
            {t('app.save')}
          </Button>
        )
      }
    >
      {act.error !== null && <ProblemNote error={act.error} />}
      <p className="c-lead">{t('lanes.how')}</p>
      {lanes.length === 0 && <Empty title={t('lanes.none')}>{t('lanes.noneHow')}</Empty>}
      <fieldset className="c-bare" disabled={!writes}>
        <ul className="c-items c-lanes">
          {lanes.map((lane, i) => (
            // oxlint-disable-next-line react/no-array-index-key -- a way is edited in its place; two may be the same meanwhile
            <li key={i}>
              <LaneFields lane={lane} set={(patch) => set(i, patch)} />
              <IconButton
                icon="trash"
                label={t('lanes.remove')}
                onClick={() => draft.set(lanes.filter((_, j) => j !== i))}
              />
            </li>
          ))}
        </ul>
        {writes && (
          <Button icon="plus" onClick={add} disabled={!free}>
            {t('lanes.add')}
          </Button>
        )}
      </fieldset>
    </Pane>
  )
}

function LaneFields({ lane, set }: { lane: Lane; set(patch: Partial<Lane>): void }): ReactNode {
  const t = useT()
  const { places } = usePlaces()
  const options = places.map((place) => ({ value: place.id, label: place.name }))
  const { fromLocationId, toLocationId, workingDays, departsOn } = lane
  return (
    <div className="c-lane">
      <div className="c-lane-way">
        <Select
          aria-label={t('transfer.from')}
          data={options}
          value={fromLocationId}
          onChange={(id) => id && set({ fromLocationId: id })}
          allowDeselect={false}
        />
        <Icon name="right" size={14} />
        <Select
          aria-label={t('transfer.to')}
          data={options}
          value={toLocationId}
          onChange={(id) => id && set({ toLocationId: id })}
          error={fromLocationId === toLocationId}
          allowDeselect={false}
        />
        <NumberInput
          aria-label={t('lanes.days')}
          w={150}
          min={0}
          max={30}
          suffix={` ${t('lanes.daysUnit', { n: workingDays })}`}
          value={workingDays}
          onChange={(days) => set({ workingDays: Number(days) || 0 })}
        />
      </div>
      <Checkbox.Group
        value={(departsOn ?? []).map(String)}
        onChange={(chosen) => set({ departsOn: chosen.length === 0 ? null : chosen.map(Number).sort((a, b) => a - b) })}
        aria-label={t('lanes.departs')}
      >
        <div className="c-row c-weekdays">
          <span className="c-small c-muted">{t(departsOn ? 'lanes.departs' : 'lanes.daily')}</span>
          {weekdays.map((day, i) => (
            <Checkbox key={day} size="xs" value={String(i + 1)} label={t(`dayShort.${day}`)} />
          ))}
        </div>
      </Checkbox.Group>
    </div>
  )
}

function wayOf({ fromLocationId, toLocationId }: Lane): string {
  return `${fromLocationId} ${toLocationId}`
}

/** The first way between two places that no lane says anything about. */
function freeWay(ids: readonly string[], lanes: readonly Lane[]): [string, string] | undefined {
  const taken = new Set(lanes.map(wayOf))
  for (const from of ids) for (const to of ids) if (from !== to && !taken.has(`${from} ${to}`)) return [from, to]
  return undefined
}
