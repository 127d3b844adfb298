import type { ImportRunView } from '@hilo/contract'
import { type Column, Progress, Status, When } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { toneOf } from '../../lib/tones.ts'
import { useT } from '../../lib/words.ts'
import { ListScreen, useList } from '../../parts/list-screen.tsx'

export const importKinds = ['products', 'stock', 'customers', 'orders'] as const

/** Files that were brought in, and what became of them. */
export function Imports(): ReactNode {
  const t = useT()
  const list = useList<ImportRunView>('/api/admin/imports')
  const columns: Column<ImportRunView>[] = [
    {
      id: 'file',
      title: t('imports.file'),
      cell: (row) => (
        <div className="c-two-lines">
          <b>{row.fileName}</b>
          <small>
            {t(`imports.kind.${row.kind}`)} · <When at={row.startedAt} />
          </small>
        </div>
      ),
    },
    {
      id: 'taken',
      title: t('imports.taken'),
      number: true,
      from: 560,
      cell: (row) => row.rowsTaken + row.rowsUnchanged,
    },
    {
      id: 'refused',
      title: t('imports.refused'),
      number: true,
      from: 440,
      cell: (row) => (row.rowsRefused > 0 ? <b className="c-broken">{row.rowsRefused}</b> : 0),
    },
    {
      id: 'status',
      title: t('app.status'),
      cell: (row) =>
        row.status === 'running' ? (
          <Progress value={row.progress} label={row.fileName} />
        ) : (
          <Status tone={toneOf('import', row.status)}>{t(`import.${row.status}`)}</Status>
        ),
    },
  ]
  return (
    <ListScreen
      title={t('nav.imports')}
      list={list}
      columns={columns}
      rowId={(row) => row.id}
      opens="/imports"
      add={{ to: '/imports/new', words: t('imports.bring'), icon: 'import' }}
      filters={[
        {
          name: 'kind',
          label: t('imports.what'),
          options: importKinds.map((value) => ({ value, label: t(`imports.kind.${value}`) })),
        },
      ]}
      empty={{
        title: t('imports.none'),
        how: t('imports.noneHow'),
        action: (
          <Link to="/imports/new" className="c-link">
            {t('imports.bring')}
          </Link>
        ),
      }}
    />
  )
}
