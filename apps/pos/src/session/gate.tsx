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
  // Who is through stays through while the server is away: a basket may be open, and the till says itself what is wrong.
  const isKnown = session.me !== null && places !== undefined
  if (session.isLoading || (session.me && isLoading)) return <Loading label={t('loading')} />
  if (!isKnown && (session.error || error))
    return (
      <main className="t-gate">
        <ProblemNote error={session.error ?? error} />
      </main>
    )
  if (!session.me) return <SignIn />
  const mine = places ?? []
  const place = mine.find(({ id }) => id === chosen) ?? (mine.length === 1 ? mine[0] : undefined)
  if (place) return children(session.me, place, () => choose(''))
  return <Choice me={session.me} places={mine} onChoose={choose} />
}

function SignIn(): ReactNode {
  const t = useWords()
  return (
    <main className="t-gate">
      <Mark name={t('app.name')} />
      <h1>{t('gate.signIn.title')}</h1>
      <a className="t-big" href="/console/login?next=/pos">
        {t('gate.signIn.action')}
      </a>
    </main>
  )
}

function Choice({
  me,
  places,
  onChoose,
}: {
  me: StaffMe
  places: readonly LocationBody[]
  onChoose(id: string): void
}): ReactNode {
  const t = useWords()
  return (
    <main className="t-gate">
      <Mark name={t('app.name')} />
      <h1>{t('gate.place.title', { name: me.name })}</h1>
      {places.length === 0 && <p>{t('gate.place.none')}</p>}
      <div className="t-places">
        {places.map((shop) => (
          <Button key={shop.id} size="xl" onClick={() => onChoose(shop.id)}>
            <Icon name="shop" /> &nbsp;{shop.name}
          </Button>
        ))}
      </div>
    </main>
  )
}
