import type { StaffMe } from '@hilo/contract'
import { Icon, type IconName } from '@hilo/ui'
import { Link, useRouterState } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMe } from '../../lib/known.ts'
import { useT, type Words } from '../../lib/words.ts'
import { ListHead, Workspace } from '../../parts/workspace.tsx'

type Entry = { path: string; word: Words; how: Words; icon: IconName; roles?: readonly StaffMe['role'][] }
const house = ['owner', 'manager'] as const
const entries: readonly Entry[] = [
  { path: '/settings/account', word: 'nav.account', how: 'settings.accountHow', icon: 'user' },
  { path: '/settings/house', word: 'settings.house', how: 'settings.houseHow', icon: 'shop', roles: house },
  { path: '/settings/places', word: 'settings.places', how: 'settings.placesHow', icon: 'place' },
  {
    path: '/settings/lanes',
    word: 'settings.lanes',
    how: 'settings.lanesHow',
    icon: 'truck',
    roles: ['owner', 'manager', 'stock'],
  },
  {
    path: '/settings/pools',
    word: 'settings.pools',
    how: 'settings.poolsHow',
    icon: 'stock',
    roles: ['owner', 'manager', 'stock'],
  },
  {
    path: '/settings/payments',
    word: 'settings.payments',
    how: 'settings.paymentsHow',
    icon: 'card',
    roles: ['owner', 'manager', 'service'],
  },
  { path: '/settings/webhooks', word: 'settings.webhooks', how: 'settings.webhooksHow', icon: 'webhook', roles: house },
  { path: '/settings/keys', word: 'settings.keys', how: 'settings.keysHow', icon: 'key', roles: ['owner'] },
  {
    path: '/settings/mail',
    word: 'settings.mail',
    how: 'settings.mailHow',
    icon: 'mail',
    roles: ['owner', 'manager', 'service'],
  },
  { path: '/settings/audit', word: 'settings.audit', how: 'settings.auditHow', icon: 'people', roles: house },
]

/** What is set once and looked at now and then. */
export function Settings(): ReactNode {
  const t = useT()
  const me = useMe()
  const path = useRouterState({ select: (state) => state.location.pathname })
  return (
    <Workspace>
      <ListHead title={t('nav.settings')} />
      <ul className="c-menu">
        {entries
          .filter((entry) => entry.roles === undefined || entry.roles.includes(me.role))
          .map((entry) => (
            <li key={entry.path} data-here={path === entry.path || undefined}>
              <Link to={entry.path}>
                <Icon name={entry.icon} />
                <span>
                  {t(entry.word)}
                  <small>{t(entry.how)}</small>
                </span>
              </Link>
            </li>
          ))}
      </ul>
    </Workspace>
  )
}
