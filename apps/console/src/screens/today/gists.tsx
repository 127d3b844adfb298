import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { useOwed } from '../../app/owed.ts'
import { useT, type Words } from '../../lib/words.ts'

type Gist = { words: Words; count: number; tone?: 'broken' | 'owed'; to: string; search: Record<string, string> }

/** The day in four figures; each leads to the list it counts. */
export function Gists({ owed }: { owed: ReturnType<typeof useOwed> }): ReactNode {
  const t = useT()
  const toDo = owed.work.filter(({ status }) => status !== 'waiting')
  const gists: Gist[] = [
    {
      words: 'today.overdue',
      count: owed.work.filter(({ overdue }) => overdue).length,
      tone: 'broken',
      to: '/picking',
      search: { overdue: 'yes' },
    },
    { words: 'today.missing', count: owed.shortages.length, tone: 'owed', to: '/picking/shortages', search: {} },
    {
      words: 'today.pickups',
      count: toDo.filter(({ kind }) => kind === 'pickup').length,
      to: '/picking',
      search: { kind: 'pickup' },
    },
    {
      words: 'today.parcels',
      count: toDo.filter(({ kind }) => kind === 'delivery').length,
      to: '/picking',
      search: { kind: 'delivery' },
    },
  ]
  return (
    <ul className="c-gists" aria-label={t('today.owedLabel')}>
      {gists.map(({ words, count, tone, to, search }) => (
        <li key={words} data-tone={count > 0 ? tone : undefined} data-none={count === 0 || undefined}>
          <Link to={to} search={search as never}>
            <b>{count > 99 ? '99+' : count}</b> {t(words)}
          </Link>
        </li>
      ))}
    </ul>
  )
}
