import { Button, type Column, Empty, Icon, Loading, ProblemNote, Table } from '@hilo/ui'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { useFilters, useOpenId } from '../lib/filters.ts'
import { type Pages, usePages } from '../lib/query.ts'
import { isSomethingOpen } from '../lib/something-open.ts'
import { useT } from '../lib/words.ts'
import { Choice, DayField, Placeholder } from './list.tsx'
import { ListHead, Workspace } from './workspace.tsx'

/** One filter of a list; it stands in the address under its name. */
export type Filter =
  | { name: string; label: string; options: readonly { value: string; label: string }[]; value?: string | undefined }
  | { name: string; label: string; day: true }

type Address = ReturnType<typeof useFilters<Record<string, string | undefined>>>
type Query = Record<string, string | number | boolean | undefined>
export type List<T> = { pages: Pages<T>; address: Address }

/**
 * Reads a list page by page with what its address searches and filters.
 * @param over asked besides, or instead of, what stands in the address
 */
export function useList<T>(path: string, over?: (search: Address['search']) => Query): List<T> {
  const address = useFilters<Record<string, string | undefined>>()
  return { address, pages: usePages<T>(path, { ...address.search, ...over?.(address.search) }) }
}

type Props<T> = {
  title: string
  /** What the table is called, where that is not the title. */
  label?: string
  tabs?: ReactNode
  list: List<T>
  columns: readonly Column<T>[]
  rowId(row: T): string
  /** Below which address a row opens; without it rows do not open. */
  opens?: string
  /** Placeholder of the search field; without it the list cannot be searched. */
  search?: string
  filters?: readonly Filter[]
  /** Where all of it comes from as CSV. */
  exported?: string
  /** The one thing to do from here: an address and its words. */
  add?: { to: string; words: string; icon?: 'plus' | 'import' }
  /** What to show when there is nothing at all. */
  empty: { title: string; how?: string; action?: ReactNode }
  /** Something between head and rows. */
  note?: ReactNode
}

/**
 * Every list of the console: search and filters live in the address, rows are read as one scrolls, the detail opens beside them.
 * `/` searches, arrows walk through the rows from anywhere, Enter opens, Escape comes back to the row it left.
 */
export function ListScreen<T>(props: Props<T>): ReactNode {
  const { title, list, search, filters = [], exported, add, tabs } = props
  const { address, pages } = list
  const t = useT()
  return (
    <Workspace>
      <ListHead
        title={title}
        tabs={tabs}
        count={pages.total === undefined ? undefined : t('app.results', { n: pages.total })}
        search={
          search === undefined
            ? undefined
            : { value: address.search['q'] ?? '', onChange: (q) => address.set({ q }), label: search }
        }
        actions={
          (exported || add) && (
            <>
              {exported && <Export path={exported} />}
              {add && (
                <Link to={add.to} search={address.search as never} className="c-primary">
                  <Icon name={add.icon ?? 'plus'} size={16} /> {add.words}
                </Link>
              )}
            </>
          )
        }
        filters={
          filters.length > 0 &&
          filters.map((filter) => <FilterField key={filter.name} filter={filter} address={address} />)
        }
      />
      {props.note}
      <Rows {...props} />
    </Workspace>
  )
}

/** All of it as CSV, whatever the list shows: the file imports back to the same state. */
function Export({ path }: { path: string }): ReactNode {
  const t = useT()
  return (
    <a className="c-quiet" href={path} download aria-label={t('app.exportAll')} title={t('app.exportAll')}>
      <Icon name="export" size={16} /> <span>{t('app.csv')}</span>
    </a>
  )
}

function FilterField({ filter, address }: { filter: Filter; address: Address }): ReactNode {
  const { name, label } = filter
  const change = (value: string | undefined) => address.set({ [name]: value })
  if ('day' in filter) return <DayField label={label} value={address.search[name]} onChange={change} />
  return (
    <Choice label={label} value={filter.value ?? address.search[name]} onChange={change} options={filter.options} />
  )
}

function Rows<T>({ title, label, columns, rowId, opens, empty, list }: Props<T>): ReactNode {
  const t = useT()
  const navigate = useNavigate()
  const { pages, address } = list
  const openId = useOpenId()
  const rows = useRowKeys(openId)
  if (pages.error)
    return (
      <div className="c-inset">
        <ProblemNote error={pages.error} action={<Button onClick={pages.again}>{t('app.again')}</Button>} />
      </div>
    )
  if (pages.loading) return <Placeholder label={t('app.loading')} />
  if (pages.rows.length === 0)
    return address.filtered ? (
      <Empty title={t('app.nothing')} action={<Button onClick={address.clear}>{t('app.clearFilters')}</Button>}>
        {t('app.nothingHow')}
      </Empty>
    ) : (
      <Empty title={empty.title} action={empty.action}>
        {empty.how}
      </Empty>
    )
  const open = (row: T) =>
    void navigate({ to: `${opens}/${rowId(row)}`, search: ((before: object) => before) as never })
  return (
    <div className="c-rows" ref={rows}>
      <Loading active={pages.fetching && !pages.readingMore} label={t('app.loading')} />
      <Table
        label={label ?? title}
        columns={columns}
        rows={pages.rows}
        rowId={rowId}
        chosenId={openId}
        onOpen={opens === undefined ? undefined : open}
        footer={pages.more && <ReadMore onSeen={pages.readMore} busy={pages.readingMore} />}
      />
    </div>
  )
}

/** Arrows reach the rows from the search field and from nowhere in particular; a detail that closes gives the cursor back to its row. */
function useRowKeys(openId: string | undefined) {
  const list = useRef<HTMLDivElement>(null)
  const left = useRef(openId)
  useEffect(() => {
    const before = left.current
    left.current = openId
    if (before === undefined || openId !== undefined) return
    const focused = document.activeElement
    if (focused === null || focused === document.body)
      rowOf(list.current, `[data-row="${CSS.escape(before)}"]`)?.focus()
  }, [openId])
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
      if (event.defaultPrevented || isSomethingOpen()) return
      const { target } = event
      const isSearch = target instanceof HTMLElement && target.matches('[data-list-search]')
      if (target !== document.body && !(isSearch && event.key === 'ArrowDown')) return
      const row = rowOf(list.current, 'tr[data-chosen]') ?? rowOf(list.current, 'tbody tr[data-link]')
      if (!row) return
      event.preventDefault()
      row.focus()
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [])
  return list
}

function rowOf(list: HTMLElement | null, selector: string): HTMLElement | undefined {
  return list?.querySelector<HTMLElement>(selector) ?? undefined
}

function ReadMore({ onSeen, busy }: { onSeen(): void; busy: boolean }): ReactNode {
  const t = useT()
  const mark = useRef<HTMLDivElement>(null)
  const latest = useRef(onSeen)
  latest.current = onSeen
  useEffect(() => {
    const node = mark.current
    if (!node || busy) return
    const watcher = new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && latest.current(), {
      rootMargin: '300px',
    })
    watcher.observe(node)
    return () => watcher.disconnect()
  }, [busy])
  return (
    <div ref={mark} className="c-more">
      <Button kind="quiet" onClick={onSeen} loading={busy}>
        {t('app.loadMore')}
      </Button>
    </div>
  )
}
