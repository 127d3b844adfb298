import type { SystemFace, SystemState } from '@hilo/contract'
import { Section, Status, useLanguage } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useT } from '../../lib/words.ts'
import { countText, msText, rateText } from './figures.ts'
import { Spark } from './spark.tsx'

/** What is asked for, by whom, and how long it takes; orders first, since they are what it is all for. */
export function Load({ state }: { state: SystemState }): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const { orders, faces, shedding } = state
  const hour = orders.minutes.reduce((sum, count) => sum + count, 0)
  return (
    <Section title={t('system.load')}>
      <div className="y-orders">
        <b>{countText(orders.lastMinute, language)}</b>
        <span>
          {t('system.orders', { n: orders.lastMinute })}
          <small>{t('system.ordersHour', { n: hour })}</small>
        </span>
        <Spark values={orders.minutes} name={t('nav.orders')} />
      </div>
      <table className="c-plain y-table">
        <thead>
          <tr>
            <th rowSpan={2}>{t('system.face')}</th>
            <th rowSpan={2} className="h-num">
              {t('system.perSecond')}
            </th>
            <th rowSpan={2} className="y-hour">
              {t('system.lastHour')}
            </th>
            <th colSpan={3} className="y-over" scope="colgroup">
              {t('system.answersWithin')}
            </th>
            <th rowSpan={2} className="h-num">
              {t('system.failed')}
            </th>
          </tr>
          <tr>
            <th className="h-num">{t('system.of50')}</th>
            <th className="h-num">{t('system.of95')}</th>
            <th className="h-num">{t('system.of99')}</th>
          </tr>
        </thead>
        <tbody>
          {faces.map((face) => (
            <FaceRow key={face.face} face={face} />
          ))}
        </tbody>
      </table>
      <p className="c-small c-muted y-foot">
        {t('system.recently')} {t('system.shed')}:{' '}
        {shedding === null ? (
          t('system.shedOff')
        ) : (
          <Status tone={shedding.active ? 'owed' : 'quiet'}>
            {shedding.refused > 0 ? t('system.shedActive', { n: shedding.refused }) : t('system.shedNone')}
          </Status>
        )}
      </p>
    </Section>
  )
}

function FaceRow({ face }: { face: SystemFace }): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const name = t(`face.${face.face}`)
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="h-num">{rateText(face.perSecond, language)}</td>
      <td className="y-hour">
        <Spark values={face.requests} name={name} />
      </td>
      {face.recent === 0 ? (
        <td colSpan={3} className="h-num c-muted">
          {t('system.quiet')}
        </td>
      ) : (
        <>
          <td className="h-num">{msText(face.p50Ms, language)}</td>
          <td className="h-num">{msText(face.p95Ms, language)}</td>
          <td className="h-num">{msText(face.p99Ms, language)}</td>
        </>
      )}
      <td className="h-num">{face.failed > 0 ? <Status tone="broken">{face.failed}</Status> : 0}</td>
    </tr>
  )
}
