import type { LocationBody } from '@hilo/contract'
import { Button, Icon, NumberInput, notify, ProblemNote, Section, Status, Switch, TextInput } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { runsHouse, useMe, usePlaces } from '../../lib/known.ts'
import { useAct } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Pane } from '../../parts/workspace.tsx'
import { hoursText, readHours } from './hours.ts'

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** Shops and warehouses: opening hours and what each of them does. */
export function Places(): ReactNode {
  const t = useT()
  const { places } = usePlaces()
  const [openId, setOpenId] = useState<string | null>(null)
  return (
    <Pane closeTo="/settings" title={t('settings.places')}>
      {places.map((place) => (
        <Section
          key={place.id}
          title={
            <span className="c-row">
              <Icon name={place.kind === 'shop' ? 'shop' : 'warehouse'} /> {place.name}
              <Status tone={place.status === 'active' ? 'kept' : 'quiet'}>{t(`place.${place.status}`)}</Status>
            </span>
          }
          aside={
            <Button
              kind="quiet"
              size="compact-sm"
              aria-expanded={openId === place.id}
              onClick={() => setOpenId(openId === place.id ? null : place.id)}
            >
              {t(openId === place.id ? 'app.close' : 'app.edit')}
            </Button>
          }
        >
          <p className="c-muted c-small c-flat">
            {place.address.line1}, {place.address.postalCode} {place.address.city} · {place.code} · {place.timeZone}
          </p>
          {openId === place.id && <PlaceForm place={place} onDone={() => setOpenId(null)} />}
        </Section>
      ))}
    </Pane>
  )
}

function PlaceForm({ place, onDone }: { place: LocationBody; onDone(): void }): ReactNode {
  const t = useT()
  const me = useMe()
  const read = {
    name: place.name,
    pickup: place.pickup,
    ships: place.ships,
    handlingMinutes: place.handlingMinutes,
    dailyCapacity: place.dailyCapacity,
    active: place.status === 'active',
    hours: Object.fromEntries(days.map((day) => [day, hoursText(place.openingHours.weekly[day])])) as Record<
      (typeof days)[number],
      string
    >,
  }
  const draft = useDraft(`place:${place.id}`, read)
  const { name, pickup, ships, handlingMinutes, dailyCapacity, active, hours } = draft.value
  const set = (patch: Partial<typeof read>) => draft.set((value) => ({ ...value, ...patch }))
  const wrong = days.filter((day) => readHours(hours[day]) === null)
  const act = useAct(
    (_: null, call) => {
      const weekly = Object.fromEntries(days.map((day) => [day, readHours(hours[day]) ?? []]))
      const body = {
        name,
        pickup,
        ships,
        handlingMinutes,
        dailyCapacity,
        status: active ? 'active' : 'closed',
        openingHours: { weekly, exceptions: place.openingHours.exceptions },
      }
      return api.patch(`/api/admin/locations/${place.id}`, body, call)
    },
    {
      refresh: ['/api/admin/locations'],
      done: () => {
        draft.clear()
        notify(t('app.saved'), { tone: 'kept' })
        onDone()
      },
    },
  )
  return (
    <form
      className="c-form"
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate(null)
      }}
    >
      <fieldset className="c-bare c-form" disabled={!runsHouse(me)}>
        <div className="c-three">
          <TextInput
            label={t('team.name')}
            value={name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <NumberInput
            label={t('place.handling')}
            value={handlingMinutes}
            min={0}
            onChange={(value) => set({ handlingMinutes: Number(value) || 0 })}
          />
          <NumberInput
            label={t('place.capacity')}
            value={dailyCapacity ?? ''}
            min={1}
            placeholder={t('place.noLimit')}
            onChange={(value) => set({ dailyCapacity: value === '' ? null : Number(value) })}
          />
        </div>
        <div className="c-row c-checks">
          <Switch
            label={t('place.pickup')}
            checked={pickup}
            onChange={(event) => set({ pickup: event.currentTarget.checked })}
          />
          <Switch
            label={t('place.ships')}
            checked={ships}
            onChange={(event) => set({ ships: event.currentTarget.checked })}
          />
          <Switch
            label={t('place.active')}
            checked={active}
            onChange={(event) => set({ active: event.currentTarget.checked })}
          />
        </div>
        <div className="c-hours">
          {days.map((day) => (
            <TextInput
              key={day}
              size="xs"
              label={t(`day.${day}`)}
              placeholder={t('place.closedDay')}
              value={hours[day]}
              error={wrong.includes(day) ? t('place.hoursWrong') : undefined}
              onChange={(event) => set({ hours: { ...hours, [day]: event.currentTarget.value } })}
            />
          ))}
        </div>
        <p className="c-muted c-small c-flat">{t('place.hoursHow')}</p>
      </fieldset>
      {act.error !== null && <ProblemNote error={act.error} />}
      {runsHouse(me) && (
        <div className="c-buttons">
          <Button kind="primary" type="submit" loading={act.isPending} disabled={!draft.dirty || wrong.length > 0}>
            {t('app.save')}
          </Button>
        </div>
      )}
    </form>
  )
}
