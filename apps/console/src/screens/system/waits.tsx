import type { SystemState, SystemSubscriber } from '@hilo/contract'
import { Section, Status, type Tone, useLanguage } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useT, wordFor } from '../../lib/words.ts'
import { agoText, countText } from './figures.ts'

type Row = { name: string; waiting: number; due: number; oldestAt: string | null; failed: number }

/** What is still to be done, and what of it should have been done by now. */
export function Waits({ state }: { state: SystemState }): ReactNode {
  const t = useT()
  const { events, holds, queues } = state
  const late = events.oldestAt !== null && Date.parse(state.at) - Date.parse(events.oldestAt) > 30_000
  const rows: Row[] = [
    {
      name: 'events',
      waiting: events.waiting,
      due: late ? events.waiting : 0,
      oldestAt: late ? events.oldestAt : null,
      failed: 0,
    },
    { name: 'holds', waiting: holds.live, due: holds.overdue, oldestAt: holds.oldestOverdueAt, failed: 0 },
    ...queues.map(({ oldestDueAt, ...queue }) => ({ ...queue, oldestAt: oldestDueAt })),
  ]
  return (
    <Section title={t('system.waits')}>
      <table className="c-plain y-table">
        <thead>
          <tr>
            <th>{t('system.queue')}</th>
            <th className="h-num">{t('system.waiting')}</th>
            <th className="h-num">{t('system.due')}</th>
            <th className="h-num">{t('system.givenUp')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <WaitRow key={row.name} row={row} at={state.at} />
          ))}
        </tbody>
      </table>
      {!state.mailIsSent && (
        <p className="c-small c-muted y-foot">
          {t('system.mailHeld')} <Link to="/settings/mail">{t('settings.mail')}</Link>.
        </p>
      )}
    </Section>
  )
}

function WaitRow({ row, at }: { row: Row; at: string }): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const { name, waiting, due, oldestAt, failed } = row
  // Files are read for as long as they are long: nothing of them is late.
  const isLate = due > 0 && name !== 'imports'
  return (
    <tr>
      <th scope="row">
        {wordFor(t, 'queue', name)}
        {isLate && oldestAt && <small>{t('system.late', { ago: agoText(oldestAt, language, new Date(at)) })}</small>}
      </th>
      <td className="h-num" data-none={waiting === 0 || undefined}>
        {countText(waiting, language)}
      </td>
      <td className="h-num" data-none={!isLate || undefined}>
        {isLate ? <Status tone="owed">{countText(due, language)}</Status> : 0}
      </td>
      <td className="h-num" data-none={failed === 0 || undefined}>
        {failed > 0 ? <Status tone="owed">{countText(failed, language)}</Status> : 0}
      </td>
    </tr>
  )
}

/** Who reads the event log, how far each has come, and what keeps who from going on. */
export function Followers({ state }: { state: SystemState }): ReactNode {
  const t = useT()
  return (
    <Section title={t('system.followers')}>
      {state.subscribers.length === 0 ? (
        <p className="c-flat c-muted">{t('system.noFollowers')}</p>
      ) : (
        <table className="c-plain y-table">
          <thead>
            <tr>
              <th>{t('system.follower')}</th>
              <th>{t('app.status')}</th>
              <th className="h-num">{t('system.behind')}</th>
            </tr>
          </thead>
          <tbody>
            {state.subscribers.map((subscriber) => (
              <FollowerRow key={subscriber.name} subscriber={subscriber} at={state.at} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}

function FollowerRow({ subscriber, at }: { subscriber: SystemSubscriber; at: string }): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const { name, behind, failures, lastError, retryAt } = subscriber
  const [tone, word]: [Tone, 'failing' | 'catching' | 'current'] =
    failures > 0 ? ['broken', 'failing'] : behind > 200 ? ['owed', 'catching'] : ['kept', 'current']
  const now = new Date(at)
  return (
    <tr>
      <th scope="row">
        {wordFor(t, 'follower', name)}
        {failures > 0 && (
          <small className="c-broken">
            {lastError}
            {retryAt && <span> · {t('system.retry', { when: agoText(retryAt, language, now) })}</span>}
          </small>
        )}
      </th>
      <td>
        <Status tone={tone}>{t(`system.${word}`)}</Status>
      </td>
      <td className="h-num" data-none={behind === 0 || undefined}>
        {countText(behind, language)}
      </td>
    </tr>
  )
}
