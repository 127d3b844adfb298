import { Button, type Column, Empty, Loading, ProblemNote, Select, Table } from '@hilo/ui'
import { Link, useRouterState } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Pages } from '../lib/query.ts'
import { useT } from '../lib/words.ts'

/** A list that is read page by page as one scrolls. Keeps its space while it loads and says what to do when it is empty. */
export function PagedTable<T>({
  label,
  pages,
  columns,
  rowId,
  chosenId,
  onOpen,
  empty,
  filtered,
  onClear,
}: {
  label: string
  pages: Pages<T>
  columns: readonly Column<T>[]
  rowId(row: T): string
  chosenId?: string
  onOpen?(row: T): void
  /** What to show when there is nothing at all. */
  empty?: ReactNode
  /** Whether something narrows the list; an empty list then offers to clear it. */
  filtered?: boolean
  onClear?(): void
}): ReactNode {
  const t = useT()
  if (pages.error)
    return (
      <div className="c-inset">
        <ProblemNote error={pages.error} />
      </div>
    )
  if (pages.loading) return <Placeholder label={t('app.loading')} />
  if (pages.rows.length === 0) {
    return filtered || !empty ? (
      <Empty
        title={t('app.nothing')}
        action={filtered && onClear && <Button onClick={onClear}>{t('app.clearFilters')}</Button>}
      >
        {t('app.nothingHow')}
      </Empty>
    ) : (
      empty
    )
  }
  return (
    <>
      <Loading active={pages.fetching && !pages.readingMore} label={t('app.loading')} />
      <Table
        label={label}
        columns={columns}
        rows={pages.rows}
        rowId={rowId}
        chosenId={chosenId}
        onOpen={onOpen}
        footer={pages.more && <ReadMore onSeen={pages.readMore} busy={pages.readingMore} />}
      />
    </>
  )
}

function ReadMore({ onSeen, busy }: { onSeen(): void; busy: boolean }): ReactNode {
  const t = useT()
  const mark = useRef<HTMLDivElement>(null)
  const latest = useRef(onSeen)
  latest.current = onSeen
  useEffect(() => {
    const node = mark.current
    if (!node || busy) return
    const watcher = new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && latest.current(), {
      rootMargin: '300px',
    })
    watcher.observe(node)
    return () => watcher.disconnect()
  }, [busy])
  return (
    <div ref={mark} className="c-more">
      <Button kind="quiet" onClick={onSeen} loading={busy}>
        {t('app.loadMore')}
      </Button>
    </div>
  )
}

/** The shape of a list before it is there: nothing moves when it comes. */
export function Placeholder({ label, rows = 12 }: { label: string; rows?: number }): ReactNode {
  return (
    <div className="c-placeholder" aria-busy="true">
      <Loading label={label} />
      {Array.from({ length: rows }, (_, i) => (
        <span key={i} style={{ width: `${38 + ((i * 29) % 47)}%` }} />
      ))}
    </div>
  )
}

/** A filter: a short list of choices, none chosen means all. */
export function Choice<V extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: V | undefined
  options: readonly { value: V; label: string }[]
  onChange(value: V | undefined): void
}): ReactNode {
  return (
    <Select
      className="c-choice"
      aria-label={label}
      placeholder={label}
      size="sm"
      data={[...options]}
      value={value ?? null}
      onChange={(chosen) => onChange((chosen as V | null) ?? undefined)}
      clearable
      clearButtonProps={{ 'aria-label': `${label} ×` }}
      searchable={options.length > 8}
      checkIconPosition="right"
      data-set={value !== undefined || undefined}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
    />
  )
}

/** A day, as part of the address. */
export function DayField({
  label,
  value,
  onChange,
}: {
  label: string
  value: string | undefined
  onChange(value: string | undefined): void
}): ReactNode {
  return (
    <label className="c-day" data-set={value ? true : undefined}>
      <span>{label}</span>
      <input type="date" value={value ?? ''} onChange={(event) => onChange(event.currentTarget.value || undefined)} />
    </label>
  )
}

/** Where one is among a screen's lists: the longest address that fits is the one. */
export function Tabs({ items, label }: { items: readonly { to: string; text: string }[]; label: string }): ReactNode {
  const path = useRouterState({ select: (state) => state.location.pathname })
  const fitting = items.filter(({ to }) => path === to || path.startsWith(`${to}/`)).map(({ to }) => to)
  const here = fitting.sort((a, b) => b.length - a.length)[0]
  return (
    <nav className="c-tabs" aria-label={label}>
      {items.map(({ to, text }) => (
        <Link key={to} to={to} search={{} as never} activeProps={{}} aria-current={to === here ? 'page' : undefined}>
          {text}
        </Link>
      ))}
    </nav>
  )
}
