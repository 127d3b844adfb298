import type { LocationBody, StaffMe } from '@hilo/contract'
import { Icon, IconButton, Mark, useLanguage, useTheme } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useWords } from '../words.ts'

type Props = { me: StaffMe; place: LocationBody; leave(): void; onKeys(): void }

/** Where this till stands, who serves, and the few settings of the screen. */
export function Top({ me, place, leave, onKeys }: Props): ReactNode {
  const t = useWords()
  const { language, setLanguage } = useLanguage()
  const { scheme, setScheme } = useTheme()
  return (
    <header className="t-top">
      <Mark name={t('app.name')} />
      <button type="button" className="t-placename" onClick={leave} aria-label={`${t('top.place')}: ${place.name}`}>
        <Icon name="shop" />
        <span>{place.name}</span>
      </button>
      <span className="t-me">{me.name}</span>
      <IconButton
        size="xl"
        icon={scheme === 'dark' ? 'sun' : 'moon'}
        label={t('top.theme')}
        onClick={() => setScheme(scheme === 'dark' ? 'light' : 'dark')}
      />
      <IconButton
        icon="language"
        size="xl"
        label={t('top.language')}
        onClick={() => setLanguage(language === 'es' ? 'en' : 'es')}
      />
      <IconButton icon="info" size="xl" label={t('top.keys')} onClick={onKeys} />
    </header>
  )
}
