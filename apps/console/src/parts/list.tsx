import { Loading, Select } from '@hilo/ui'
import { Link, useRouterState } from '@tanstack/react-router'
import type { ReactNode } from 'react'

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
        <Link
          key={to}
          to={to}
          search={{} as never}
          activeOptions={{ exact: true, includeSearch: false }}
          aria-current={to === here ? 'page' : undefined}
        >
          {text}
        </Link>
      ))}
    </nav>
  )
}
