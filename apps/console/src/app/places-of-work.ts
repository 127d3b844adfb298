import type { StaffMe } from '@hilo/contract'
import type { IconName } from '@hilo/ui'
import type { Words } from '../lib/words.ts'

export type PlaceOfWork = { path: string; word: Words; icon: IconName; key: string; roles?: readonly StaffMe['role'][] }

/** Where one works, in the order of the day. `key` follows `g`. Without `roles` everybody works there. */
export const placesOfWork: readonly PlaceOfWork[] = [
  { path: '/', word: 'nav.today', icon: 'today', key: 'h' },
  { path: '/orders', word: 'nav.orders', icon: 'order', key: 'o' },
  { path: '/picking', word: 'nav.picking', icon: 'pickup', key: 'p' },
  { path: '/stock', word: 'nav.stock', icon: 'stock', key: 's' },
  { path: '/products', word: 'nav.products', icon: 'product', key: 'r' },
  {
    path: '/customers',
    word: 'nav.customers',
    icon: 'customer',
    key: 'c',
    roles: ['owner', 'manager', 'counter', 'service'],
  },
  { path: '/promotions', word: 'nav.promotions', icon: 'promotion', key: 'm', roles: ['owner', 'manager', 'service'] },
  { path: '/imports', word: 'nav.imports', icon: 'import', key: 'i', roles: ['owner', 'manager', 'stock'] },
  { path: '/team', word: 'nav.team', icon: 'people', key: 'e', roles: ['owner', 'manager'] },
  { path: '/system', word: 'nav.system', icon: 'measure', key: 'y', roles: ['owner', 'manager'] },
  { path: '/settings', word: 'nav.settings', icon: 'settings', key: 'a' },
]

/** Those of this role. */
export function placesOf(me: StaffMe): readonly PlaceOfWork[] {
  return placesOfWork.filter((place) => place.roles === undefined || place.roles.includes(me.role))
}
