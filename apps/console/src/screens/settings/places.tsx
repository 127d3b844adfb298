import { Button, Icon, Section, Status } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { useMe, usePlaces } from '../../lib/known.ts'
import { useT } from '../../lib/words.ts'
import { Pane } from '../../parts/workspace.tsx'
import { NewPlace } from './new-place.tsx'
import { PlaceForm } from './place-form.tsx'

/** Shops and warehouses: opening hours and what each of them does. */
export function Places(): ReactNode {
  const t = useT()
  const { places } = usePlaces()
  const me = useMe()
  const [openId, setOpenId] = useState<string | null>(null)
  const [adding, setAdding] = useState(false)
  return (
    <Pane
      closeTo="/settings"
      title={t('settings.places')}
      primary={
        me.role === 'owner' && (
          <Button kind="primary" icon="plus" aria-expanded={adding} onClick={() => setAdding(!adding)}>
            {t('place.new')}
          </Button>
        )
      }
    >
      {adding && (
        <NewPlace
          onDone={({ id }) => {
            setAdding(false)
            setOpenId(id)
          }}
        />
      )}
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
