import type { LocationBody, StaffMe } from '@hilo/contract'
import { Button, Icon, Loading, Mark, ProblemNote } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useWords } from '../words.ts'
import { useChosenPlace, usePlaces, useSession } from './session.ts'

/** Lets nobody past without a person and a shop. Signing in is the console's page; it leads back here. */
export function Gate({
  children,
}: {
  children(me: StaffMe, place: LocationBody, leave: () => void): ReactNode
}): ReactNode {
  const t = useWords()
  const session = useSession()
  const [chosen, choose] = useChosenPlace()
  const { places, isLoading, error } = usePlaces(session.me)
  if (session.isLoading || (session.me && isLoading)) return <Loading label={t('loading')} />
  if (session.error || error)
    return (
      <div className="t-gate">
        <ProblemNote error={session.error ?? error} />
      </div>
    )
  if (!session.me) {
    return (
      <div className="t-gate">
        <Mark name={t('app.name')} />
        <h1>{t('gate.signIn.title')}</h1>
        <a className="t-big" href="/console/login?next=/pos">
          {t('gate.signIn.action')}
        </a>
      </div>
    )
  }
  const place = places.find(({ id }) => id === chosen) ?? (places.length === 1 ? places[0] : undefined)
  if (place) return children(session.me, place, () => choose(''))
  return (
    <div className="t-gate">
      <Mark name={t('app.name')} />
      <h1>{t('gate.place.title', { name: session.me.name })}</h1>
      {places.length === 0 && <p>{t('gate.place.none')}</p>}
      <div className="t-places">
        {places.map((shop) => (
          <Button key={shop.id} size="xl" onClick={() => choose(shop.id)}>
            <Icon name="shop" /> &nbsp;{shop.name}
          </Button>
        ))}
      </div>
    </div>
  )
}
