import type { SalesToday } from '@hilo/contract'
import { Loading, Money, ProblemNote, Section } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useChannels, usePlaces } from '../../lib/known.ts'
import { useRead } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'

type Sum = SalesToday['sums'][number]

/** What was sold today, by channel, beside the same weekday a week ago up to now. Whoever works at one place sees that place. */
export function Sales(): ReactNode {
  const t = useT()
  const { mine, places } = usePlaces()
  const own = mine.length === 1 && places.length > 1 ? mine[0] : undefined
  const { data, error, isPending } = useRead<SalesToday>(
    '/api/admin/sales/today',
    { location: own?.id },
    { every: 300_000 },
  )
  if (error) return <ProblemNote error={error} />
  const [first, ...others] = data?.sums ?? []
  return (
    <Section title={t('today.sales')} aside={own && <span className="c-small c-muted">{own.name}</span>}>
      <Loading active={isPending} label={t('app.loading')} />
      <Total sum={first} />
      {others.map((sum) => (
        <Total key={sum.currency} sum={sum} />
      ))}
      {data && first && <ByChannel data={data} location={own?.id} />}
      {data?.returns.map((back) => (
        <p key={back.currency} className="c-flat c-small c-muted">
          {t('today.returns', { n: back.returns })} <Money minor={-back.refundMinor} currency={back.currency} />
        </p>
      ))}
    </Section>
  )
}

function Total({ sum }: { sum: Sum | undefined }): ReactNode {
  const t = useT()
  const before = sum?.weekAgo
  return (
    <>
      <div className="c-bigsum">
        <Money minor={sum?.totalMinor ?? 0} currency={sum?.currency ?? 'EUR'} />
        <span>{t('today.orders', { n: sum?.orders ?? 0 })}</span>
      </div>
      {before && (
        <p className="c-flat c-small c-muted">
          {t('today.weekAgo')} <Money minor={before.totalMinor} currency={sum.currency} /> ·{' '}
          {t('today.orders', { n: before.orders })}
        </p>
      )}
    </>
  )
}

function ByChannel({ data, location }: { data: SalesToday; location: string | undefined }): ReactNode {
  const { name } = useChannels()
  return (
    <table className="c-plain">
      <tbody>
        {data.sums.flatMap((sum) =>
          sum.channels.map((row) => (
            <tr key={sum.currency + row.channelId}>
              <td>
                <Link
                  to="/orders"
                  search={{ channel: row.channelId, from: data.on, to: data.on, location }}
                  className="c-strong"
                >
                  {name(row.channelId)}
                </Link>
              </td>
              <td className="h-num c-muted">{row.orders}</td>
              <td className="h-num">
                <Money minor={row.totalMinor} currency={sum.currency} />
              </td>
            </tr>
          )),
        )}
      </tbody>
    </table>
  )
}
