import type { ImportRunView } from '@hilo/contract'
import { type Column, Empty, Icon, Progress, Status, When } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useFilters, useOpen } from '../../lib/filters.ts'
import { usePages } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { useT } from '../../lib/words.ts'
import { Choice, PagedTable } from '../../parts/list.tsx'
import { ListHead, Workspace } from '../../parts/workspace.tsx'

type Search = { kind?: string }
export const importKinds = ['products', 'stock', 'customers', 'orders'] as const

/** Files that were brought in, and what became of them. */
export function Imports(): ReactNode {
  const t = useT()
  const { search, set, clear, filtered } = useFilters<Search>()
  const { openId, open } = useOpen('/imports')
  const pages = usePages<ImportRunView>('/api/admin/imports', search)
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
  const add = (
    <Link to="/imports/new" search={search as never} className="c-primary">
      <Icon name="import" size={16} /> {t('imports.bring')}
    </Link>
  )
  return (
    <Workspace>
      <ListHead
        title={t('nav.imports')}
        actions={add}
        filters={
          <Choice
            label={t('imports.what')}
            value={search.kind}
            onChange={(kind) => set({ kind })}
            options={importKinds.map((value) => ({ value, label: t(`imports.kind.${value}`) }))}
          />
        }
      />
      <PagedTable
        label={t('nav.imports')}
        pages={pages}
        columns={columns}
        rowId={(row) => row.id}
        chosenId={openId}
        onOpen={(row) => open(row.id)}
        filtered={filtered}
        onClear={clear}
        empty={
          <Empty title={t('imports.none')} action={add}>
            {t('imports.noneHow')}
          </Empty>
        }
      />
    </Workspace>
  )
}
