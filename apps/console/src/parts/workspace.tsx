import { Button, Icon, IconButton, TextInput, useDebouncedValue } from '@hilo/ui'
import { Outlet, useChildMatches, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { isSomethingOpen } from '../lib/something-open.ts'
import { useT } from '../lib/words.ts'

/**
 * List in the middle, detail at the right. The list stays in view beside an open detail; where the screen is small the detail
 * takes all of it.
 */
export function Workspace({ children }: { children: ReactNode }): ReactNode {
  const open = useChildMatches().length > 0
  return (
    <div className="c-work" data-open={open || undefined}>
      <section className="c-list">{children}</section>
      {open && <Outlet />}
    </div>
  )
}

/** Title, search, filters and actions above a list. */
export function ListHead({
  title,
  count,
  search,
  filters,
  actions,
  tabs,
}: {
  title: string
  count?: ReactNode
  search?: { value: string; onChange(value: string): void; label: string }
  filters?: ReactNode
  actions?: ReactNode
  tabs?: ReactNode
}): ReactNode {
  const t = useT()
  const [open, setOpen] = useState(false)
  return (
    <header className="c-head">
      <div className="c-head-row">
        <h1>{title}</h1>
        {count !== undefined && <span className="c-count">{count}</span>}
        <div className="c-head-actions">{actions}</div>
      </div>
      {tabs}
      {(search || filters) && (
        <div className="c-filters">
          {search && <SearchField {...search} />}
          {filters && (
            <>
              <Button
                className="c-filter-more"
                icon="filter"
                px={10}
                aria-expanded={open}
                onClick={() => setOpen(!open)}
              >
                {t('app.filters')}
              </Button>
              <div className="c-filter-set" data-open={open || undefined}>
                {filters}
              </div>
            </>
          )}
        </div>
      )}
    </header>
  )
}

/** Search that waits until the typing pauses. `/` puts the cursor here. */
function SearchField({
  value,
  onChange,
  label,
}: {
  value: string
  onChange(value: string): void
  label: string
}): ReactNode {
  const [typed, setTyped] = useState(value)
  const [settled] = useDebouncedValue(typed, 220)
  useEffect(() => setTyped(value), [value])
  // Only a pause in typing searches; the address may change meanwhile for reasons of its own.
  const latest = useRef({ value, typed, onChange })
  useEffect(() => {
    latest.current = { value, typed, onChange }
  })
  useEffect(() => {
    const now = latest.current
    if (settled !== now.value && settled === now.typed) now.onChange(settled)
  }, [settled])
  return (
    <TextInput
      className="c-search"
      aria-label={label}
      placeholder={label}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      leftSection={<Icon name="search" size={16} />}
      size="sm"
      type="search"
      data-list-search
    />
  )
}

/** The detail at the right: what it is, how it stands, and the one next act, always in the same corner. */
export function Pane({
  title,
  sub,
  closeTo,
  primary,
  more,
  note,
  children,
  label,
}: {
  title: ReactNode
  sub?: ReactNode
  closeTo: string
  primary?: ReactNode
  more?: ReactNode
  note?: ReactNode
  children: ReactNode
  label?: string
}): ReactNode {
  const t = useT()
  const navigate = useNavigate()
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || isSomethingOpen()) return
      const target = event.target
      if (target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) {
        target.blur()
        return
      }
      void navigate({ to: closeTo, search: (before) => before })
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [closeTo, navigate])
  return (
    <section className="c-pane" aria-label={label ?? (typeof title === 'string' ? title : undefined)}>
      <header className="c-pane-head">
        <IconButton
          icon="left"
          label={t('app.back')}
          className="c-pane-back"
          onClick={() => void navigate({ to: closeTo, search: (before) => before })}
        />
        <div className="c-pane-title">
          <h2>{title}</h2>
          {sub && <div className="c-pane-sub">{sub}</div>}
        </div>
        <div className="c-pane-actions">
          {more}
          {primary}
        </div>
      </header>
      {note}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must take the keyboard (WCAG 2.1.1) */}
      <div className="c-pane-body" tabIndex={0}>
        {children}
      </div>
    </section>
  )
}
