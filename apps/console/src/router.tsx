import { Button, Empty, ProblemNote } from '@hilo/ui'
import { createRootRoute, createRoute, createRouter, Link, lazyRouteComponent } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Shell } from './app/shell.tsx'
import { oneOf, searchOf, text } from './lib/search.ts'
import { useT } from './lib/words.ts'

function NotFound(): ReactNode {
  const t = useT()
  return (
    <Empty
      title={t('app.notFound')}
      action={
        <Link to="/" className="c-link">
          {t('app.toToday')}
        </Link>
      }
    >
      {t('app.notFoundHow')}
    </Empty>
  )
}
function Failed({ error, reset }: { error: unknown; reset(): void }): ReactNode {
  const t = useT()
  return (
    <div className="c-inset">
      <h1>{t('app.defect')}</h1>
      <ProblemNote error={error} action={<Button onClick={reset}>{t('app.again')}</Button>} />
    </div>
  )
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })
const today = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./screens/today/today.tsx'), 'Today'),
})

const orders = createRoute({
  getParentRoute: () => root,
  path: '/orders',
  validateSearch: searchOf({
    q: text,
    status: oneOf('draft', 'placed', 'completed', 'canceled', 'lapsed'),
    payment: oneOf('unpaid', 'part_paid', 'paid', 'part_refunded', 'refunded'),
    channel: text,
    location: text,
    person: text,
    from: text,
    to: text,
  }),
  component: lazyRouteComponent(() => import('./screens/orders/orders.tsx'), 'Orders'),
})
const order = createRoute({
  getParentRoute: () => orders,
  path: '$id',
  component: lazyRouteComponent(() => import('./screens/orders/order.tsx'), 'OrderPane'),
})

const picking = createRoute({
  getParentRoute: () => root,
  path: '/picking',
  validateSearch: searchOf({
    q: text,
    location: text,
    kind: oneOf('pickup', 'delivery'),
    overdue: oneOf('yes'),
    status: oneOf('work', 'collect', 'waiting', 'open', 'picking', 'packed', 'shipped', 'handed_over', 'all'),
  }),
  component: lazyRouteComponent(() => import('./screens/picking/picking.tsx'), 'Picking'),
})
const pick = createRoute({
  getParentRoute: () => picking,
  path: '$id',
  component: lazyRouteComponent(() => import('./screens/picking/pick.tsx'), 'PickPane'),
})

const shortages = createRoute({
  getParentRoute: () => root,
  path: '/picking/shortages',
  validateSearch: searchOf({
    location: text,
    status: oneOf('asked', 'chosen', 'settled'),
    unanswered: oneOf('yes'),
  }),
  component: lazyRouteComponent(() => import('./screens/picking/shortage-list.tsx'), 'ShortageList'),
})
const shortage = createRoute({
  getParentRoute: () => shortages,
  path: '$id',
  component: lazyRouteComponent(() => import('./screens/picking/shortage-list.tsx'), 'ShortagePane'),
})

const stock = createRoute({
  getParentRoute: () => root,
  path: '/stock',
  validateSearch: searchOf({ q: text, location: text, state: oneOf('low', 'none', 'conflict', 'in_stock') }),
  component: lazyRouteComponent(() => import('./screens/stock/stock.tsx'), 'Stock'),
})
const stockVariant = createRoute({
  getParentRoute: () => stock,
  path: '$id',
  component: lazyRouteComponent(() => import('./screens/stock/variant.tsx'), 'StockPane'),
})
const transfers = createRoute({
  getParentRoute: () => root,
  path: '/stock/transfers',
  validateSearch: searchOf({ location: text, status: oneOf('requested', 'sent', 'received', 'canceled') }),
  component: lazyRouteComponent(() => import('./screens/stock/transfers.tsx'), 'Transfers'),
})
const transferNew = createRoute({
  getParentRoute: () => transfers,
  path: 'new',
  component: lazyRouteComponent(() => import('./screens/stock/transfer-new.tsx'), 'NewTransfer'),
})
const transfer = createRoute({
  getParentRoute: () => transfers,
  path: '$id',
  component: lazyRouteComponent(() => import('./screens/stock/transfer.tsx'), 'TransferPane'),
})
const conflicts = createRoute({
  getParentRoute: () => root,
  path: '/stock/conflicts',
  validateSearch: searchOf({ location: text, settled: oneOf('yes') }),
  component: lazyRouteComponent(() => import('./screens/stock/conflicts.tsx'), 'Conflicts'),
})

const products = createRoute({
  getParentRoute: () => root,
  path: '/products',
  validateSearch: searchOf({
    q: text,
    status: oneOf('draft', 'active', 'archived'),
    collection: text,
    channel: text,
    type: text,
    sort: oneOf('newest', 'updated', 'title'),
  }),
  component: lazyRouteComponent(() => import('./screens/products/products.tsx'), 'Products'),
})
const productNew = createRoute({
  getParentRoute: () => products,
  path: 'new',
  component: lazyRouteComponent(() => import('./screens/products/product-new.tsx'), 'NewProduct'),
})
const product = createRoute({
  getParentRoute: () => products,
  path: '$id',
  component: lazyRouteComponent(() => import('./screens/products/product.tsx'), 'ProductPane'),
})
const collections = createRoute({
  getParentRoute: () => root,
  path: '/products/collections',
  component: lazyRouteComponent(() => import('./screens/products/collections.tsx'), 'Collections'),
})
const collection = createRoute({
  getParentRoute: () => collections,
  path: '$id',
  component: lazyRouteComponent(() => import('./screens/products/collection.tsx'), 'CollectionPane'),
})

const customers = createRoute({
  getParentRoute: () => root,
  path: '/customers',
  validateSearch: searchOf({
    q: text,
    tag: text,
    speaks: oneOf('es', 'en'),
    marketing: oneOf('yes', 'no'),
    anonymous: oneOf('yes'),
  }),
  component: lazyRouteComponent(() => import('./screens/customers/customers.tsx'), 'Customers'),
})
const customerNew = createRoute({
  getParentRoute: () => customers,
  path: 'new',
  component: lazyRouteComponent(() => import('./screens/customers/customer-new.tsx'), 'NewCustomer'),
})
const customer = createRoute({
  getParentRoute: () => customers,
  path: '$id',
  component: lazyRouteComponent(() => import('./screens/customers/customer.tsx'), 'CustomerPane'),
})
const duplicates = createRoute({
  getParentRoute: () => root,
  path: '/customers/duplicates',
  component: lazyRouteComponent(() => import('./screens/customers/duplicates.tsx'), 'Duplicates'),
})

const promotions = createRoute({
  getParentRoute: () => root,
  path: '/promotions',
  validateSearch: searchOf({
    q: text,
    state: oneOf('draft', 'paused', 'scheduled', 'running', 'ended', 'used_up'),
    kind: oneOf('percentage', 'amount', 'gift', 'delivery_free'),
    channel: text,
  }),
  component: lazyRouteComponent(() => import('./screens/promotions/promotions.tsx'), 'Promotions'),
})
const promotion = createRoute({
  getParentRoute: () => promotions,
  path: '$id',
  component: lazyRouteComponent(() => import('./screens/promotions/promotion.tsx'), 'PromotionPane'),
})

const imports = createRoute({
  getParentRoute: () => root,
  path: '/imports',
  validateSearch: searchOf({ kind: oneOf('products', 'stock', 'customers', 'orders') }),
  component: lazyRouteComponent(() => import('./screens/imports/imports.tsx'), 'Imports'),
})
const importNew = createRoute({
  getParentRoute: () => imports,
  path: 'new',
  component: lazyRouteComponent(() => import('./screens/imports/import-new.tsx'), 'NewImport'),
})
const importRun = createRoute({
  getParentRoute: () => imports,
  path: '$id',
  component: lazyRouteComponent(() => import('./screens/imports/import-run.tsx'), 'ImportPane'),
})

const team = createRoute({
  getParentRoute: () => root,
  path: '/team',
  validateSearch: searchOf({
    q: text,
    role: oneOf('owner', 'manager', 'counter', 'service', 'stock'),
    status: oneOf('active', 'disabled'),
    locationId: text,
  }),
  component: lazyRouteComponent(() => import('./screens/team/team.tsx'), 'Team'),
})
const member = createRoute({
  getParentRoute: () => team,
  path: '$id',
  component: lazyRouteComponent(() => import('./screens/team/member.tsx'), 'MemberPane'),
})

const system = createRoute({
  getParentRoute: () => root,
  path: '/system',
  component: lazyRouteComponent(() => import('./screens/system/system.tsx'), 'System'),
})

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./screens/settings/settings.tsx'), 'Settings'),
})
const setting = <const P extends string>(path: P, load: () => Promise<Record<string, () => ReactNode>>, name: string) =>
  createRoute({ getParentRoute: () => settings, path, component: lazyRouteComponent(load, name) })
const settingRoutes = [
  setting('account', () => import('./screens/settings/account.tsx'), 'Account'),
  setting('house', () => import('./screens/settings/house.tsx'), 'House'),
  setting('places', () => import('./screens/settings/places.tsx'), 'Places'),
  setting('lanes', () => import('./screens/settings/lanes.tsx'), 'Lanes'),
  setting('pools', () => import('./screens/settings/pools.tsx'), 'Pools'),
  setting('payments', () => import('./screens/settings/attention.tsx'), 'Attention'),
  setting('webhooks', () => import('./screens/settings/webhooks.tsx'), 'Webhooks'),
  setting('keys', () => import('./screens/settings/api-keys.tsx'), 'ApiKeys'),
  setting('mail', () => import('./screens/settings/mail.tsx'), 'MailOutbox'),
  setting('audit', () => import('./screens/settings/audit.tsx'), 'Audit'),
]

export const router = createRouter({
  basepath: '/console',
  routeTree: root.addChildren([
    today,
    orders.addChildren([order]),
    picking.addChildren([pick]),
    shortages.addChildren([shortage]),
    stock.addChildren([stockVariant]),
    transfers.addChildren([transferNew, transfer]),
    conflicts,
    products.addChildren([productNew, product]),
    collections.addChildren([collection]),
    customers.addChildren([customerNew, customer]),
    duplicates,
    promotions.addChildren([promotion]),
    imports.addChildren([importNew, importRun]),
    team.addChildren([member]),
    system,
    settings.addChildren(settingRoutes),
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: Failed,
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
