import { useLanguage } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useT } from '../../lib/words.ts'
import { countText, sparkPath } from './figures.ts'

const size = { width: 118, height: 20 }
const edge = 4

/** The last hour as a thread: one line from left to right, a knot at the minute that runs. */
export function Spark({ values, name }: { values: readonly (number | null)[]; name: string }): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const max = Math.max(0, ...values.map((value) => value ?? 0))
  const last = values.at(-1) ?? 0
  const label = t('system.spark', { name, max: countText(max, language), last: countText(last, language) })
  const y = max === 0 ? size.height : size.height - (last / max) * size.height
  return (
    <svg
      className="y-spark"
      viewBox={`${-edge} ${-edge} ${size.width + 2 * edge} ${size.height + 2 * edge}`}
      role="img"
      aria-label={label}
      data-none={max === 0 || undefined}
    >
      <path d={sparkPath(values, size)} />
      <circle cx={size.width} cy={y} r="3" />
    </svg>
  )
}
