import { useNavigate, useParams, useRouterState } from '@tanstack/react-router'

/** The address is the state of a list: what is searched and filtered can be kept and sent as a link. */
export function useFilters<S extends Record<string, string | undefined>>(): {
  search: S
  set(patch: Partial<S>): void
  clear(): void
  filtered: boolean
} {
  const found: unknown = useRouterState({ select: (state) => state.matches.at(-1)?.search })
  const search = (found ?? {}) as S
  const navigate = useNavigate()
  return {
    search,
    set: (patch) => {
      const next: Record<string, string | undefined> = { ...search, ...patch }
      for (const [name, value] of Object.entries(next)) if (value === undefined || value === '') delete next[name]
      void navigate({ to: '.', search: next as never, replace: true })
    },
    clear: () => void navigate({ to: '.', search: {} as never, replace: true }),
    filtered: Object.keys(search).length > 0,
  }
}

/** The id of the row that is open beside its list. */
export function useOpenId(): string | undefined {
  const { id } = useParams({ strict: false }) as { id?: string }
  return id
}

/** The id in the address of a detail. */
export function useId(): string {
  const id = useOpenId()
  if (id === undefined) throw new Error('useId is for screens with an id in their address')
  return id
}
