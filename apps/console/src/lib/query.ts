import type { CallOptions } from '@hilo/contract/client'
import { ApiProblem } from '@hilo/contract/client'
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { api, queries } from './api.ts'

type Query = NonNullable<CallOptions['query']>

/**
 * Reads a path. The key begins with the path, so that live events can name what they make stale. Who works with what was read keeps it
 * when reading it anew gets no answer: `lost` then says so, and `error` only what nobody has read or may read any more.
 */
export function useRead<T>(
  path: string,
  query?: Query,
  options: {
    enabled?: boolean
    /** Reads again after so many milliseconds; a function says it for what was read. */
    every?: number | ((read: T | undefined) => number | false)
    keep?: boolean
  } = {},
) {
  const { every } = options
  const result = useQuery<T>({
    queryKey: [path, query ?? {}],
    queryFn: ({ signal }) => api.get<T>(path, { query, signal }),
    enabled: options.enabled ?? true,
    refetchInterval: typeof every === 'function' ? ({ state }) => every(state.data) : every,
    placeholderData: options.keep ? keepPreviousData : undefined,
  })
  const { data, error, isPending, isFetching, refetch } = result
  const lost = error !== null && data !== undefined && !(error instanceof ApiProblem && error.body.status < 500)
  return { data, error: lost ? null : error, lost, isPending, isFetching, refetch }
}

type Page<T> = { items: T[]; next: string | null; total?: number }

/** Reads a list page by page; `rows` are those read so far. The list before stays in view while a new filter is asked. */
export function usePages<T>(path: string, query: Query = {}, enabled = true) {
  const result = useInfiniteQuery({
    queryKey: [path, 'pages', query],
    queryFn: ({ pageParam, signal }) => api.get<Page<T>>(path, { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    enabled,
  })
  const pages = result.data?.pages ?? []
  return {
    rows: pages.flatMap((page) => page.items),
    total: pages[0]?.total,
    loading: result.isPending && enabled,
    fetching: result.isFetching,
    error: result.error,
    more: result.hasNextPage,
    readMore: () => void result.fetchNextPage(),
    readingMore: result.isFetchingNextPage,
    again: () => void result.refetch(),
  }
}
export type Pages<T> = ReturnType<typeof usePages<T>>

/** Makes everything stale whose path begins with one of these. */
export function refresh(...paths: string[]): Promise<void> {
  return queries.invalidateQueries({
    predicate: ({ queryKey }) => paths.some((path) => String(queryKey[0]).startsWith(path)),
  })
}

/**
 * A deed. One intent keeps one Idempotency-Key until the API has answered, so pressing again after a lost answer never does it
 * twice. Afterwards what it changed is read anew.
 */
export function useAct<A, R>(
  run: (input: A, options: { key: string }) => Promise<R>,
  after: { refresh?: readonly string[]; done?: (result: R, input: A) => void } = {},
) {
  const key = useRef<string>(crypto.randomUUID())
  return useMutation<R, unknown, A>({
    mutationFn: (input) => run(input, { key: key.current }),
    onSuccess: async (result, input) => {
      key.current = crypto.randomUUID()
      if (after.refresh) await refresh(...after.refresh)
      after.done?.(result, input)
    },
    onError: (error) => {
      if (error instanceof ApiProblem) key.current = crypto.randomUUID()
    },
  })
}
