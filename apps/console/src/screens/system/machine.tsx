import type { SystemProcess, SystemState } from '@hilo/contract'
import { Code, Facts, Section, Status, useLanguage } from '@hilo/ui'
import type { ReactNode } from 'react'
import { nearWhen } from '../../lib/format.ts'
import { useT } from '../../lib/words.ts'
import { agoText, bytesText, countText, shareText } from './figures.ts'

/** When one could go back to: the last backup, the archive, or that somebody else sees to it. */
export function Backups({ state }: { state: SystemState }): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const now = new Date(state.at)
  const { last, archive, server, embedded } = state.backups
  const when = (at: string) => `${nearWhen(at, language, now)} (${agoText(at, language, now)})`
  const facts: [string, ReactNode][] = [
    [
      t('system.backup'),
      last ? (
        <>
          {when(last.at)}
          <small className="c-block c-muted">
            {last.target} · {bytesText(last.bytes, language)}
          </small>
        </>
      ) : (
        <>
          <Status tone="quiet">{t('system.backupNever')}</Status>
          <small className="c-block c-muted">{t(embedded ? 'system.backupHow' : 'system.backupTheirs')}</small>
        </>
      ),
    ],
  ]
  if (embedded) {
    facts.push([
      t('system.archive'),
      archive === null
        ? t('system.archiveNone')
        : archive.upTo === null
          ? t('system.archiveBroken')
          : t('system.archiveUpTo', { when: when(archive.upTo) }),
    ])
    if (archive !== null) facts.push([t('system.archiveDays'), t('system.days', { n: archive.keptDays })])
  }
  if (server?.lastArchivedAt)
    facts.push([t('system.serverArchive'), t('system.archiveUpTo', { when: when(server.lastArchivedAt) })])
  return (
    <Section title={t('system.backups')}>
      <Facts items={facts} />
    </Section>
  )
}

/** The database: how large, how busy, how much room is left. */
export function Database({ state }: { state: SystemState }): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const { version, startedAt, bytes, connections, active, connectionsMax, diskFreeBytes, diskBytes } = state.database
  return (
    <Section title={t('system.database')} aside={<span className="c-small c-muted">PostgreSQL {version}</span>}>
      <Facts
        items={[
          [t('system.size'), bytesText(bytes, language)],
          [t('system.connections'), t('system.connectionsOf', { n: connections, max: connectionsMax, active })],
          [t('system.since.database'), nearWhen(startedAt, language, new Date(state.at))],
          ...(diskFreeBytes === null || diskBytes === null
            ? []
            : ([
                [
                  t('system.disk'),
                  t('system.diskOf', { free: bytesText(diskFreeBytes, language), all: bytesText(diskBytes, language) }),
                ],
              ] as [string, ReactNode][])),
          [t('system.events'), countText(state.events.total, language)],
        ]}
      />
    </Section>
  )
}

/** Who runs: servers and workers with their version, since when, and how busy each is. */
export function Processes({ state }: { state: SystemState }): ReactNode {
  const t = useT()
  return (
    <Section title={t('system.processes')}>
      <ul className="y-processes">
        {state.processes.map((process) => (
          <li key={process.id}>
            <ProcessLine process={process} now={new Date(state.at)} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function ProcessLine({ process, now }: { process: SystemProcess; now: Date }): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const { id, kind, version, startedAt, memoryBytes, busy, listeners, works, isThis } = process
  return (
    <>
      <p>
        <b>{t(`system.${kind}`)}</b> <Code>{id}</Code>
        {isThis && <span className="c-muted"> · {t('system.this')}</span>}
      </p>
      <Facts
        items={[
          [t('system.since.database'), `${nearWhen(startedAt, language, now)} · ${version}`],
          [t('system.busy'), `${shareText(busy, language)}${works ? ` · ${t('system.works')}` : ''}`],
          [t('system.memory'), `${bytesText(memoryBytes, language)} · ${t('system.screens', { n: listeners })}`],
        ]}
      />
    </>
  )
}
