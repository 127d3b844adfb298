import { formatMoney } from '@hilo/calc'
import { ApiProblem } from '@hilo/contract/client'
import type { ReactNode } from 'react'
import { Icon, type IconName } from '../icons/icon.tsx'
import { useLanguage } from '../theme/provider.tsx'

export type Tone = 'kept' | 'owed' | 'broken' | 'thread' | 'info' | 'quiet'

/** An amount in minor units, in the reader's form. `was` strikes it through (a prior price). */
export function Money({
  minor,
  currency = 'EUR',
  was,
}: {
  minor: number
  currency?: string
  was?: boolean
}): ReactNode {
  const { language } = useLanguage()
  return (
    <span className="h-money" data-was={was || undefined}>
      {formatMoney(minor, currency, language)}
    </span>
  )
}

/** A date or time in the reader's form and, when given, the shop's zone. */
export function When({
  at,
  show = 'both',
  zone,
}: {
  at: string | null | undefined
  show?: 'day' | 'time' | 'both'
  zone?: string
}): ReactNode {
  const { language } = useLanguage()
  if (!at) return <span className="h-muted">–</span>
  return <time dateTime={at}>{formatWhen(at, language, show, zone)}</time>
}

/** The text of `When`, for places that need a string. The year is said when it is not this one. */
export function formatWhen(
  at: string,
  language: 'es' | 'en',
  show: 'day' | 'time' | 'both' = 'both',
  zone = 'Europe/Madrid',
  now = new Date(),
): string {
  const locale = language === 'es' ? 'es-ES' : 'en-GB'
  const yearOf = (date: Date) => new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: zone }).format(date)
  const isThisYear = yearOf(new Date(at)) === yearOf(now)
  const day = isThisYear
    ? ({ weekday: 'short', day: 'numeric', month: 'short' } as const)
    : ({ day: 'numeric', month: 'short', year: 'numeric' } as const)
  const time = { hour: '2-digit', minute: '2-digit' } as const
  const format = show === 'day' ? day : show === 'time' ? time : { ...day, ...time }
  return new Intl.DateTimeFormat(locale, { ...format, timeZone: zone }).format(new Date(at))
}

/** A moment as papers bear it, with its year: "21/11/2026, 17:13". */
export function Stamp({ at, zone = 'Europe/Madrid' }: { at: string; zone?: string }): ReactNode {
  const { language } = useLanguage()
  const day = { day: '2-digit', month: '2-digit', year: 'numeric' } as const
  const format = new Intl.DateTimeFormat(language === 'es' ? 'es-ES' : 'en-GB', {
    ...day,
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  })
  return <time dateTime={at}>{format.format(new Date(at))}</time>
}

/** A state as shape and word. */
export function Status({ tone, children }: { tone: Tone; children: ReactNode }): ReactNode {
  return (
    <span className="h-status" data-tone={tone}>
      <i />
      {children}
    </span>
  )
}
/** A short quiet label. */
export function Tag({ tone, icon, children }: { tone?: Tone; icon?: IconName; children: ReactNode }): ReactNode {
  return (
    <span className="h-tag" data-tone={tone}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </span>
  )
}
/** A sentence that needs attention. */
export function Note({
  tone = 'info',
  title,
  children,
  action,
}: {
  tone?: Tone
  title?: ReactNode
  children?: ReactNode
  action?: ReactNode
}): ReactNode {
  return (
    <div className="h-note" data-tone={tone} role={tone === 'broken' ? 'alert' : 'status'}>
      <Icon name={tone === 'broken' || tone === 'owed' ? 'alert' : tone === 'kept' ? 'check' : 'info'} />
      <div>
        {title && <b>{title}</b>}
        {children && <p>{children}</p>}
        {action}
      </div>
    </div>
  )
}

/** What the API refused, in its own words: what happened, what it means, what to do. */
export function ProblemNote({ error, action }: { error: unknown; action?: ReactNode }): ReactNode {
  const { language } = useLanguage()
  if (error instanceof ApiProblem) {
    return (
      <Note tone="broken" title={error.body.title} action={action}>
        {[error.body.detail, error.body.remedy].filter(Boolean).join(' ')}
        {error.body.status >= 500 && error.body.requestId && <Reference id={error.body.requestId} />}
      </Note>
    )
  }
  const text =
    language === 'es'
      ? { title: 'No llegamos al servidor', detail: 'Comprueba la conexión. Lo que has escrito sigue aquí.' }
      : { title: 'We cannot reach the server', detail: 'Check the connection. What you typed is still here.' }
  return (
    <Note tone="broken" title={text.title} action={action}>
      {text.detail}
    </Note>
  )
}

/** The number of a request that failed on our side: whoever reads the log finds it by this. */
function Reference({ id }: { id: string }): ReactNode {
  const { language } = useLanguage()
  return (
    <small className="h-reference">
      {language === 'es' ? 'Si pides ayuda, di este número:' : 'If you ask for help, say this number:'}{' '}
      <Code>{id}</Code>
    </small>
  )
}

/** Nothing here yet: a loose end with one action. */
export function Empty({
  title,
  children,
  action,
}: {
  title: ReactNode
  children?: ReactNode
  action?: ReactNode
}): ReactNode {
  return (
    <div className="h-empty">
      <svg
        width="120"
        height="40"
        viewBox="0 0 120 40"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        aria-hidden="true"
      >
        <path d="M0 22c22 0 26-14 44-14s16 22 2 22-10-18 12-18 22 12 38 10 12-10 18-12" />
      </svg>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </div>
  )
}

/** The thread is being pulled. Keeps its space when nothing loads. */
export function Loading({ active = true, label }: { active?: boolean; label: string }): ReactNode {
  return (
    <div
      className="h-loading"
      hidden={!active}
      role={active ? 'progressbar' : undefined}
      aria-label={active ? label : undefined}
    />
  )
}
/** How far it is, 0 to 1. */
export function Progress({ value, label }: { value: number; label: string }): ReactNode {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    <div
      className="h-progress"
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <div style={{ width: `${percent}%` }} />
    </div>
  )
}

/** Facts in aligned columns. */
export function Facts({ items }: { items: readonly (readonly [string, ReactNode])[] }): ReactNode {
  return (
    <dl className="h-facts">
      {items.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
/** A titled part of a pane. */
export function Section({
  title,
  aside,
  children,
}: {
  title: ReactNode
  aside?: ReactNode
  children: ReactNode
}): ReactNode {
  return (
    <section className="h-section">
      <header>
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}
export function Code({ children }: { children: ReactNode }): ReactNode {
  return <span className="h-code">{children}</span>
}
export function Kbd({ children }: { children: ReactNode }): ReactNode {
  return <kbd className="h-kbd">{children}</kbd>
}
/** A product picture with reserved space. */
export function Picture({
  src,
  alt,
  width,
  height,
  color,
}: {
  src: string | null
  alt: string
  width: number
  height: number
  color?: string | null
}): ReactNode {
  const style = { width, height, background: color ?? undefined }
  if (!src) return <span className="h-picture" style={style} role="img" aria-label={alt} />
  return (
    <img
      className="h-picture"
      src={src}
      alt={alt}
      width={width}
      height={height}
      style={style}
      loading="lazy"
      decoding="async"
    />
  )
}
