/** Sources that decide something, and the tests that speak about them: those that come by a mutant hunt it. */
export type Part = { sources: readonly string[]; tests: readonly string[] }
/** What is held to a score. */
export type Area = { name: string; parts: readonly Part[] }

/** Share of the mutants of an area that its tests must notice, in percent. */
export const target = 85

const inventory = (...names: string[]) => names.map((name) => `server/inventory/${name}.ts`)
const payments = (...names: string[]) => names.map((name) => `server/payments/${name}.ts`)
const orders = (...names: string[]) => names.map((name) => `server/orders/${name}.ts`)

export const areas: readonly Area[] = [
  {
    name: 'stock',
    parts: [
      {
        sources: inventory('decide-claims', 'claim', 'levels', 'reserve', 'allocate', 'allocations', 'movements'),
        tests: inventory(
          'decide-claims.test',
          'allocations.db.test',
          'reserve.db.test',
          'transfers.db.test',
          'stock-api.db.test',
        ),
      },
      {
        sources: inventory('stock-changes', 'transfers', 'conflicts', 'availability'),
        tests: inventory(
          'transfers.db.test',
          'stock-api.db.test',
          'lanes.db.test',
          'reserve.db.test',
          'stock-changes.db.test',
        ),
      },
      { sources: inventory('transfer-time'), tests: inventory('transfer-time.test') },
    ],
  },
  {
    name: 'money',
    parts: [
      {
        sources: ['money', 'tax', 'refund', 'cart', 'promotions', 'stacking', 'bundles', 'coupons'].map(
          (name) => `packages/calc/${name}.ts`,
        ),
        tests: ['packages/calc/*.test.ts'],
      },
      { sources: orders('order-money'), tests: orders('order-money.test') },
      {
        sources: payments('captures', 'counter', 'online', 'outcome', 'payment-rows', 'refund', 'jobs'),
        tests: ['server/payments/*.test.ts', ...orders('part-paid.db.test', 'payment-failures.db.test')],
      },
    ],
  },
  {
    name: 'order state',
    parts: [
      {
        sources: orders(
          'attempt',
          'cancel-order',
          'return-order',
          'settle-payment',
          'settle-together',
          'lapse-draft',
          'complete-order',
          'pay-order',
          'order-writes',
        ),
        tests: orders(
          'return-order.test',
          'commit-order.db.test',
          'order-state.db.test',
          'drafts.db.test',
          'part-paid.db.test',
          'settle-many.db.test',
          'payment-failures.db.test',
          'after-placing.db.test',
          'missing-unit.db.test',
        ),
      },
      {
        sources: orders('commit-order'),
        tests: orders('commit-order.db.test', 'place-order.db.test', 'people.db.test', 'channel-orders.db.test'),
      },
    ],
  },
  {
    name: 'idempotency',
    parts: [
      {
        sources: ['server/platform/idempotency.ts', 'server/platform/together.ts', 'server/platform/http.ts'],
        tests: [
          'server/platform/{together,idempotency,http}*.test.ts',
          'server/staff/audit-rest.db.test.ts',
          'server/platform/platform.db.test.ts',
          'server/idempotency.db.test.ts',
          ...orders('channel-orders.db.test', 'place-order.db.test'),
        ],
      },
    ],
  },
  {
    name: 'authorisation',
    parts: [
      {
        sources: ['server/authorization.ts', 'server/platform/permissions.ts', 'server/platform/actor.ts'],
        tests: ['server/platform/permissions.test.ts', 'server/authorization*.test.ts'],
      },
      {
        sources: ['orders', 'inventory', 'payments', 'staff'].map((name) => `server/${name}/permissions.ts`),
        tests: ['server/authorization.test.ts', 'server/authorization.db.test.ts'],
      },
      {
        sources: ['actor', 'api-keys', 'sessions', 'throttle'].map((name) => `server/staff/${name}.ts`),
        tests: ['server/staff/{actor,access,audit-rest,sessions}.db.test.ts'],
      },
      {
        sources: ['server/customers/actor.ts', 'server/orders/cart-access.ts'],
        tests: ['server/customers/actor.db.test.ts', ...orders('cart-access.db.test', 'routes.db.test')],
      },
    ],
  },
]
