import { Button, commandMenu, Icon, IconButton, Kbd, Mark, Menu, useLanguage, useMediaQuery, useTheme } from '@hilo/ui'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api, forgetSession, queries } from '../lib/api.ts'
import { useMe } from '../lib/known.ts'
import { useT } from '../lib/words.ts'
import { Commands } from './commands.tsx'
import { KeyHelp, useKeys } from './keys.tsx'
import { useOwed } from './owed.ts'
import { type PlaceOfWork, placesOf } from './places-of-work.ts'

const barPlaces = ['/', '/orders', '/picking', '/stock']

/** The frame: the thread of places of work at the left (at the foot of a small screen), the work beside it. */
export function Shell(): ReactNode {
  const t = useT()
  const small = useMediaQuery('(max-width: 767px)')
  const help = useKeys()
  return (
    <div className="c-frame">
      <a className="c-skip" href="#work">
        {t('app.skip')}
      </a>
      {small ? <Bar /> : <Rail onHelp={help.open} />}
      <main id="work" className="c-main" tabIndex={-1}>
        <Outlet />
      </main>
      <Commands />
      <KeyHelp help={help} />
    </div>
  )
}

function usePath(): string {
  return useRouterState({ select: (state) => state.location.pathname })
}

function isAt(place: PlaceOfWork, path: string): boolean {
  return place.path === '/' ? path === '/' : path.startsWith(place.path)
}

function Rail({ onHelp }: { onHelp(): void }): ReactNode {
  const t = useT()
  const me = useMe()
  const path = usePath()
  const owed = useOwed()
  return (
    <nav className="c-rail" aria-label={t('nav.work')}>
      <div className="c-rail-head">
        <Mark />
      </div>
      <button type="button" className="c-find" onClick={commandMenu.open}>
        <Icon name="search" size={16} />
        <span>{t('app.search')}</span>
        <Kbd>⌘K</Kbd>
      </button>
      <ol className="c-thread">
        {placesOf(me).map((place) => {
          const { count, tone } = owed.byPath[place.path] ?? {}
          return (
            <li key={place.path} data-here={isAt(place, path) || undefined} data-owed={count ? tone : undefined}>
              <Link to={place.path} aria-current={isAt(place, path) ? 'page' : undefined}>
                <i />
                <span>{t(place.word)}</span>
                {count !== undefined && count > 0 && (
                  <small title={t('nav.owed', { n: count })}>
                    {count > 99 ? '99+' : count}
                    <span className="h-sr"> {t('nav.owed', { n: count })}</span>
                  </small>
                )}
              </Link>
            </li>
          )
        })}
      </ol>
      <div className="c-rail-foot">
        <UserMenu />
        <IconButton icon="info" label={`${t('keys.title')} (?)`} onClick={onHelp} />
      </div>
    </nav>
  )
}

function Bar(): ReactNode {
  const t = useT()
  const me = useMe()
  const path = usePath()
  const places = placesOf(me)
  const first = places.filter((place) => barPlaces.includes(place.path))
  const rest = places.filter((place) => !barPlaces.includes(place.path))
  const here = rest.find((place) => isAt(place, path))
  return (
    <nav className="c-bar" aria-label={t('nav.work')}>
      {first.map((place) => (
        <Link key={place.path} to={place.path} aria-current={isAt(place, path) ? 'page' : undefined}>
          <Icon name={place.icon} size={20} />
          {t(place.word)}
        </Link>
      ))}
      <Menu position="top-end" width={230}>
        <Menu.Target>
          <button type="button" data-here={here ? true : undefined}>
            <Icon name={here?.icon ?? 'more'} size={20} />
            {here ? t(here.word) : t('app.more')}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Icon name="search" />} onClick={commandMenu.open}>
            {t('app.search')}
          </Menu.Item>
          {rest.map((place) => (
            <Menu.Item key={place.path} leftSection={<Icon name={place.icon} />} component={Link} to={place.path}>
              {t(place.word)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <UserItems />
        </Menu.Dropdown>
      </Menu>
    </nav>
  )
}

function UserMenu(): ReactNode {
  const t = useT()
  const me = useMe()
  return (
    <Menu position="top-start" width={230}>
      <Menu.Target>
        <Button kind="quiet" className="c-user">
          <span className="c-user-name">
            <span className="h-sr">{t('nav.account')}: </span>
            {me.name}
            <small>{t(`role.${me.role}`)}</small>
          </span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <UserItems />
      </Menu.Dropdown>
    </Menu>
  )
}

const schemes = ['light', 'dark', 'auto'] as const

function UserItems(): ReactNode {
  const t = useT()
  const { language, setLanguage } = useLanguage()
  const { scheme, setScheme } = useTheme()
  const speak = (next: 'es' | 'en') => {
    setLanguage(next)
    void api.put('/api/staff/me/language', { language: next }).then(() => queries.invalidateQueries())
  }
  const leave = () => void api.post('/api/staff/logout').then(forgetSession)
  const nextScheme = schemes[(schemes.indexOf(scheme) + 1) % schemes.length] ?? 'auto'
  return (
    <>
      <Menu.Item leftSection={<Icon name="user" />} component={Link} to="/settings/account">
        {t('nav.account')}
      </Menu.Item>
      <Menu.Item leftSection={<Icon name="language" />} onClick={() => speak(language === 'es' ? 'en' : 'es')}>
        {t('nav.language')}
      </Menu.Item>
      <Menu.Item
        leftSection={<Icon name={scheme === 'dark' ? 'moon' : 'sun'} />}
        closeMenuOnClick={false}
        onClick={() => setScheme(nextScheme)}
      >
        {t('nav.theme')}: {t(`nav.theme.${scheme}`)}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item leftSection={<Icon name="web" />} component="a" href="/" target="_blank">
        {t('nav.shop')}
      </Menu.Item>
      <Menu.Item leftSection={<Icon name="cash" />} component="a" href="/pos" target="_blank">
        {t('nav.till')}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item leftSection={<Icon name="logout" />} onClick={leave}>
        {t('nav.logout')}
      </Menu.Item>
    </>
  )
}
