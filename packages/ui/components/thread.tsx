import type { CSSProperties, ReactNode } from 'react'

/** State of one knot on an order's way. */
export type KnotState = 'done' | 'now' | 'todo' | 'cut'

/** The five knots of an order's way, in words and shapes. */
export function Track({
  steps,
  label,
}: {
  steps: readonly { text: string; state: KnotState }[]
  label: string
}): ReactNode {
  return (
    <ol className="h-track" aria-label={label}>
      {steps.map((step) => (
        <li key={step.text} data-state={step.state} aria-current={step.state === 'now' ? 'step' : undefined}>
          <i />
          {step.text}
        </li>
      ))}
    </ol>
  )
}

/** What happened at one point of the thread. `knot`: a plain contact, or a promise owed, kept, broken. */
export type ThreadPoint = {
  id: string
  channel: string
  where?: string
  knot: 'dot' | 'owed' | 'kept' | 'broken'
  title: ReactNode
  detail?: ReactNode
  when: string
  day?: string
}

const left = 12
const right = 40
const dayHeight = 30
const bendHeight = 18

/**
 * One continuous line through everything a person did with us, newest first. It crosses to the other side where the channel
 * changes and never breaks. `where` names the channel in the reader's words; without it the channel itself is shown.
 */
export function Thread({ points, label }: { points: readonly ThreadPoint[]; label: string }): ReactNode {
  const sides = sidesOf(points)
  return (
    <ol className="h-thread" aria-label={label}>
      {points.map((point, i) => {
        const side = sides[i] ?? left
        const from = sides[i - 1] ?? side
        const bend = from === side ? 0 : bendHeight
        const style = {
          '--from': `${from}px`,
          '--side': `${side}px`,
          '--cross': `${point.day ? dayHeight : 0}px`,
          '--bend': `${bend}px`,
        } as CSSProperties
        return (
          <li key={point.id} style={style} data-first={i === 0 || undefined}>
            {point.day && <div className="h-day">{point.day}</div>}
            <div className="h-line">
              <svg viewBox={`0 0 52 ${22 + bend}`} aria-hidden="true">
                {i > 0 && bend > 0 && <path d={`M${from} 0 C${from} 20 ${side} 8 ${side} 28 L${side} ${22 + bend}`} />}
                {i > 0 && bend === 0 && <path d={`M${side} 0 L${side} 22`} />}
                {i === 0 && <path d={`M${side} 18 L${side} 22`} />}
              </svg>
              <span className="h-knot" data-knot={point.knot} />
            </div>
            <div className="h-what">
              <b>{point.title}</b>
              {point.detail}
              <small>{[point.when, point.where ?? point.channel].filter(Boolean).join(' · ')}</small>
            </div>
          </li>
        )
      })}
    </ol>
  )
}

/** Which side each point hangs on: the other one whenever the channel changes. */
function sidesOf(points: readonly ThreadPoint[]): number[] {
  const sides: number[] = []
  for (const [i, point] of points.entries()) {
    const before = sides[i - 1] ?? left
    const isSame = i === 0 || points[i - 1]?.channel === point.channel
    sides.push(isSame ? before : before === left ? right : left)
  }
  return sides
}

/** The mark: a thread that makes an h and runs on. */
export function Mark({ href, name = 'Hilo' }: { href?: string; name?: string }): ReactNode {
  const drawing = (
    <svg
      width="24"
      height="24"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.2"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M6 3v17M6 14c0-4 2.500-6 5.500-6S16 10 16 13v4c0 2 1 3 2.500 3S21.500 19 22 18" />
    </svg>
  )
  return href ? (
    <a className="h-mark" href={href}>
      {drawing}
      {name}
    </a>
  ) : (
    <span className="h-mark">
      {drawing}
      {name}
    </span>
  )
}
