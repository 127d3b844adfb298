import type { ProductStock } from '@hilo/contract'
import { useQueries } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'

const path = '/api/admin/stock/products'
const together = 50

/** What can be promised of these products, by id; asked for in the same portions as the list is read, so earlier ones are kept. */
export function useProductStock(ids: readonly string[]): Map<string, ProductStock> {
  const portions = Array.from({ length: Math.ceil(ids.length / together) }, (_, i) =>
    ids.slice(i * together, (i + 1) * together).join(','),
  )
  return useQueries({
    queries: portions.map((portion) => ({
      queryKey: [path, { ids: portion }],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.get<{ items: ProductStock[] }>(path, { query: { ids: portion }, signal }),
    })),
    combine: (answers) =>
      new Map(answers.flatMap(({ data }) => (data?.items ?? []).map((item) => [item.productId, item]))),
  })
}
