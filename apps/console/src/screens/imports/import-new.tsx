import type { ImportPreview, ImportRunView } from '@hilo/contract'
import { Button, FileButton, Icon, Note, ProblemNote, Section, SegmentedControl, Select } from '@hilo/ui'
import { Link, useNavigate } from '@tanstack/react-router'
import { type DragEvent, type ReactNode, useState } from 'react'
import { api, upload } from '../../lib/api.ts'
import { useAct } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'
import { Scroll } from '../../parts/scroll.tsx'
import { Pane } from '../../parts/workspace.tsx'
import { importKinds } from './imports.tsx'
import { IssueTable } from './issues.tsx'

/** Brings a file in: it is read and shown first; nothing changes until somebody says so. */
export function NewImport(): ReactNode {
  const t = useT()
  const navigate = useNavigate()
  const [kind, setKind] = useState<string>('products')
  const [over, setOver] = useState(false)
  const [preview, setPreview] = useState<ImportPreview | null>(null)
  const [format, setFormat] = useState<string | null>(null)
  const read = useAct((file: File) => upload<ImportPreview>('/api/admin/imports', { kind }, file), {
    done: (found) => {
      setPreview(found)
      setFormat(found.format)
    },
  })
  const start = useAct(
    (_: null, call) =>
      api.post<ImportRunView>(`/api/admin/imports/${preview?.id}/start`, format ? { format } : {}, call),
    {
      refresh: ['/api/admin/imports'],
      done: (run) => void navigate({ to: '/imports/$id', params: { id: run.id } }),
    },
  )
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer.files[0]
    if (file) read.mutate(file)
  }
  return (
    <Pane
      closeTo="/imports"
      title={t('imports.bring')}
      primary={
        preview && (
          <Button
            kind="primary"
            onClick={() => start.mutate(null)}
            loading={start.isPending}
            disabled={format === null}
          >
            {t('imports.start')}
          </Button>
        )
      }
    >
      <div className="c-form">
        <SegmentedControl
          aria-label={t('imports.what')}
          value={kind}
          onChange={(value) => {
            setKind(value)
            setPreview(null)
          }}
          data={importKinds.map((value) => ({ value, label: t(`imports.kind.${value}`) }))}
        />
        <div
          className="c-drop"
          data-over={over || undefined}
          onDragOver={(event) => {
            event.preventDefault()
            setOver(true)
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <Icon name="import" size={24} />
          <p>{preview ? preview.fileName : t('imports.drop')}</p>
          <FileButton
            accept=".csv,.json,text/csv,application/json"
            onChange={(file) => file && read.mutate(file)}
            inputProps={{ 'aria-label': t('imports.choose') }}
          >
            {(props) => (
              <Button {...props} loading={read.isPending}>
                {t(preview ? 'imports.other' : 'imports.choose')}
              </Button>
            )}
          </FileButton>
          <small>{t(`imports.formats.${kind as 'products'}`)}</small>
        </div>
        {(read.error ?? start.error) !== null && <ProblemNote error={read.error ?? start.error} />}
        {preview && <Preview preview={preview} format={format} onFormat={setFormat} />}
      </div>
    </Pane>
  )
}

function Preview({
  preview,
  format,
  onFormat,
}: {
  preview: ImportPreview
  format: string | null
  onFormat(format: string | null): void
}): ReactNode {
  const t = useT()
  const say = useSay()
  return (
    <>
      {preview.earlierRunId && (
        <Note tone="owed" title={t('imports.earlier')}>
          {t('imports.earlierHow')}{' '}
          <Link to="/imports/$id" params={{ id: preview.earlierRunId }}>
            {t('imports.seeEarlier')}
          </Link>
        </Note>
      )}
      {preview.format ? (
        <Note tone="kept" title={t('imports.recognized', { format: say(preview.formatName) })} />
      ) : (
        <Note tone="owed" title={t('imports.unknown')}>
          <Select
            label={t('imports.readAs')}
            data={preview.formats.map((known) => ({ value: known.format, label: say(known.name) }))}
            value={format}
            onChange={onFormat}
          />
        </Note>
      )}
      <Section title={t('imports.firstRows')}>
        <Scroll label={t('imports.firstRows')}>
          <table className="c-plain c-preview">
            <thead>
              <tr>
                {preview.columns.map((column) => (
                  <th key={column}>{column}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {preview.rows.slice(0, 8).map((row, i) => (
                <tr key={`${i}-${row[0] ?? ''}`}>
                  {row.map((cell, column) => (
                    <td key={preview.columns[column] ?? column}>{cell.slice(0, 80)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </Section>
      {preview.issues.length > 0 && (
        <Section title={t('imports.issuesFound')}>
          <IssueTable issues={preview.issues} />
        </Section>
      )}
    </>
  )
}
