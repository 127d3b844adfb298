import type { LocationBody, NewLocationBody } from '@hilo/contract'
import { Button, ProblemNote, SegmentedControl, TextInput } from '@hilo/ui'
import type { FormEvent, ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { focusWhenShown } from '../../lib/focus.ts'
import { useAct } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { CountryField, ZoneField } from './countries.tsx'
import { readCoordinates } from './place-draft.ts'

const fields = ['line1', 'postalCode', 'city', 'province', 'phone'] as const
const asked: readonly string[] = ['line1', 'postalCode', 'city']
const blank = {
  kind: 'shop' as 'shop' | 'warehouse',
  code: '',
  name: '',
  line1: '',
  postalCode: '',
  city: '',
  province: '',
  phone: '',
  country: 'ES',
  timeZone: 'Europe/Madrid',
  coordinates: '',
}

/** A new shop or warehouse: what it is called and where it stands; its hours come next. */
export function NewPlace({ onDone }: { onDone(place: LocationBody): void }): ReactNode {
  const t = useT()
  const draft = useDraft('place:new', blank)
  const { kind, code, name, coordinates, timeZone, ...address } = draft.value
  const set = (patch: Partial<typeof blank>) => draft.set((value) => ({ ...value, ...patch }))
  const degrees = readCoordinates(coordinates)
  const act = useAct((body: NewLocationBody, call) => api.post<LocationBody>('/api/admin/locations', body, call), {
    refresh: ['/api/admin/locations'],
    done: (place) => {
      draft.clear()
      onDone(place)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (degrees) act.mutate({ kind, code, name, timeZone, ...degrees, address })
  }
  return (
    <form className="c-step c-form" onSubmit={submit} aria-label={t('place.new')}>
      <SegmentedControl
        aria-label={t('place.kind')}
        value={kind}
        onChange={(value) => set({ kind: value === 'warehouse' ? 'warehouse' : 'shop' })}
        data={[
          { value: 'shop', label: t('place.shop') },
          { value: 'warehouse', label: t('place.warehouse') },
        ]}
      />
      <div className="c-three">
        <TextInput
          label={t('team.name')}
          value={name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          placeholder="Valencia, La Paz"
          required
          ref={focusWhenShown}
        />
        <TextInput
          label={t('place.code')}
          value={code}
          onChange={(event) => set({ code: event.currentTarget.value.toUpperCase() })}
          placeholder="VLC"
          maxLength={6}
          required
        />
        <TextInput
          label={t('place.coordinates')}
          value={coordinates}
          placeholder="39.46990, -0.37630"
          error={coordinates !== '' && !degrees ? t('place.coordinatesWrong') : undefined}
          onChange={(event) => set({ coordinates: event.currentTarget.value })}
          required
        />
        {fields.map((field) => (
          <TextInput
            key={field}
            label={t(`address.${field}`)}
            value={address[field]}
            onChange={(event) => set({ [field]: event.currentTarget.value })}
            required={asked.includes(field)}
          />
        ))}
        <CountryField value={address.country} onChange={(country) => set({ country })} />
        <ZoneField value={timeZone} onChange={(zone) => set({ timeZone: zone })} />
      </div>
      <p className="c-muted c-small c-flat">{t('place.newHow')}</p>
      {act.error !== null && <ProblemNote error={act.error} />}
      <div className="c-buttons">
        <Button kind="primary" type="submit" loading={act.isPending} disabled={!degrees || code.length < 2}>
          {t('place.open')}
        </Button>
      </div>
    </form>
  )
}
