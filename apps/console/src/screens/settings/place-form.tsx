import type { LocationBody } from '@hilo/contract'
import { Button, NumberInput, notify, ProblemNote, Switch, TextInput } from '@hilo/ui'
import type { FormEvent, ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { runsHouse, useMe } from '../../lib/known.ts'
import { useAct } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { CountryField } from './countries.tsx'
import { DayExceptions } from './day-exceptions.tsx'
import { days, hoursText, type PlaceDraft, placeBody, wrongFields } from './place-draft.ts'

const addressFields = ['line1', 'postalCode', 'city', 'province', 'phone'] as const

/** All of a place that can be changed: what it does, where it stands, when it is open, and days that are different. */
export function PlaceForm({ place, onDone }: { place: LocationBody; onDone(): void }): ReactNode {
  const t = useT()
  const me = useMe()
  const draft = useDraft<PlaceDraft>(`place:${place.id}`, draftOf(place))
  const { value } = draft
  const set = (patch: Partial<PlaceDraft>) => draft.set((before) => ({ ...before, ...patch }))
  const wrong = wrongFields(value)
  const act = useAct((_: null, call) => api.patch(`/api/admin/locations/${place.id}`, placeBody(value), call), {
    refresh: ['/api/admin/locations'],
    done: () => {
      draft.clear()
      notify(t('app.saved'), { tone: 'kept' })
      onDone()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    act.mutate(null)
  }
  return (
    <form className="c-form c-place" onSubmit={submit}>
      <fieldset className="c-bare c-form" disabled={!runsHouse(me)}>
        <Abilities value={value} set={set} />
        <Whereabouts value={value} set={set} wrong={wrong} />
        <h3>{t('place.week')}</h3>
        <div className="c-hours">
          {days.map((day) => (
            <TextInput
              key={day}
              size="xs"
              label={t(`day.${day}`)}
              placeholder={t('place.closedDay')}
              value={value.hours[day]}
              error={wrong.has(day) ? t('place.hoursWrong') : undefined}
              onChange={(event) => set({ hours: { ...value.hours, [day]: event.currentTarget.value } })}
            />
          ))}
        </div>
        <p className="c-muted c-small c-flat">{t('place.hoursHow')}</p>
        <DayExceptions value={value.exceptions} onChange={(exceptions) => set({ exceptions })} wrong={wrong} />
      </fieldset>
      {act.error !== null && <ProblemNote error={act.error} />}
      {runsHouse(me) && (
        <div className="c-buttons">
          {draft.dirty && (
            <Button kind="quiet" onClick={draft.clear}>
              {t('app.discard')}
            </Button>
          )}
          <Button kind="primary" type="submit" loading={act.isPending} disabled={!draft.dirty || wrong.size > 0}>
            {t('app.save')}
          </Button>
        </div>
      )}
    </form>
  )
}

type Part = { value: PlaceDraft; set(patch: Partial<PlaceDraft>): void }

function Abilities({ value, set }: Part): ReactNode {
  const t = useT()
  return (
    <>
      <div className="c-three">
        <TextInput
          label={t('team.name')}
          value={value.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          required
        />
        <NumberInput
          label={t('place.handling')}
          value={value.handlingMinutes}
          min={0}
          onChange={(minutes) => set({ handlingMinutes: Number(minutes) || 0 })}
        />
        <NumberInput
          label={t('place.capacity')}
          value={value.dailyCapacity ?? ''}
          min={1}
          placeholder={t('place.noLimit')}
          onChange={(orders) => set({ dailyCapacity: orders === '' ? null : Number(orders) })}
        />
      </div>
      <div className="c-row c-checks">
        {(['pickup', 'ships', 'active'] as const).map((ability) => (
          <Switch
            key={ability}
            label={t(`place.${ability}`)}
            checked={value[ability]}
            onChange={(event) => set({ [ability]: event.currentTarget.checked })}
          />
        ))}
      </div>
    </>
  )
}

function Whereabouts({ value, set, wrong }: Part & { wrong: ReadonlySet<string> }): ReactNode {
  const t = useT()
  return (
    <>
      <h3>{t('pick.address')}</h3>
      <div className="c-three">
        {addressFields.map((field) => (
          <TextInput
            key={field}
            label={t(`address.${field}`)}
            value={value.address[field]}
            onChange={(event) => set({ address: { ...value.address, [field]: event.currentTarget.value } })}
            required={field === 'line1' || field === 'postalCode' || field === 'city'}
          />
        ))}
        <CountryField
          value={value.address.country}
          onChange={(country) => set({ address: { ...value.address, country } })}
        />
        <TextInput
          label={t('place.coordinates')}
          value={value.coordinates}
          placeholder="39,46990, -0,37630"
          error={wrong.has('coordinates') ? t('place.coordinatesWrong') : undefined}
          onChange={(event) => set({ coordinates: event.currentTarget.value })}
        />
      </div>
      <p className="c-muted c-small c-flat">{t('place.coordinatesHow')}</p>
    </>
  )
}

function draftOf(place: LocationBody): PlaceDraft {
  const { name, pickup, ships, handlingMinutes, dailyCapacity, status, openingHours, address } = place
  return {
    name,
    pickup,
    ships,
    handlingMinutes,
    dailyCapacity,
    active: status === 'active',
    address,
    coordinates: `${place.latitude}, ${place.longitude}`,
    hours: Object.fromEntries(days.map((day) => [day, hoursText(openingHours.weekly[day])])) as PlaceDraft['hours'],
    exceptions: openingHours.exceptions.map(({ on, intervals, note }) => ({
      on,
      hours: hoursText(intervals),
      es: note?.es ?? '',
      en: note?.en ?? '',
    })),
  }
}
