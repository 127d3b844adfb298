import type { AdminProductRow, Collection } from '@hilo/contract'
import { Button, NumberInput, notify, ProblemNote, Section, Select, Textarea, TextInput } from '@hilo/ui'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { useId } from '../../lib/filters.ts'
import { runsHouse, useMe } from '../../lib/known.ts'
import { useAct, usePages, useRead } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { Pane } from '../../parts/workspace.tsx'

type Draft = {
  handle: string
  parentId: string | null
  title: { es: string; en: string }
  description: { es: string; en: string }
  picture: string | null
  position: number
}
const blank: Draft = {
  handle: '',
  parentId: null,
  title: { es: '', en: '' },
  description: { es: '', en: '' },
  picture: null,
  position: 0,
}

/** Name a picture is stored under, from the address it is shown at: the API writes names and reads addresses. */
function storedName(picture: string | null): string | null {
  if (picture === null || !picture.startsWith('/media/')) return picture
  const name = decodeURIComponent(picture.slice('/media/'.length))
  return name.startsWith('demo/') ? `demo:${name.slice('demo/'.length)}` : name
}

/** One collection: its texts, where it stands, what is in it. */
export function CollectionPane(): ReactNode {
  const t = useT()
  const id = useId()
  const { data, error } = useRead<Collection>(`/api/admin/collections/${id}`, {}, { enabled: id !== 'new' })
  if (error)
    return (
      <Pane title={t('products.collection')} closeTo="/products/collections">
        <ProblemNote error={error} />
      </Pane>
    )
  if (id !== 'new' && !data)
    return (
      <Pane title={t('products.collection')} closeTo="/products/collections">
        <Placeholder label={t('app.loading')} rows={6} />
      </Pane>
    )
  return <Edit key={id} collection={data} />
}

function Edit({ collection }: { collection: Collection | undefined }): ReactNode {
  const t = useT()
  const say = useSay()
  const me = useMe()
  const navigate = useNavigate()
  const { data: all } = useRead<{ items: Collection[] }>('/api/admin/collections')
  const read: Draft = collection
    ? {
        handle: collection.handle,
        parentId: collection.parentId,
        title: collection.title,
        description: collection.description,
        picture: collection.picture,
        position: collection.position,
      }
    : blank
  const draft = useDraft(`collection:${collection?.id ?? 'new'}`, read)
  const set = (patch: Partial<Draft>) => draft.set((value) => ({ ...value, ...patch }))
  const { title, description, handle, parentId, position } = draft.value
  const act = useAct(
    (_: null, call) => {
      const { picture, ...rest } = draft.value
      const body = { ...rest, handle: handle || undefined, picture: storedName(picture) }
      return collection
        ? api.put<Collection>(`/api/admin/collections/${collection.id}`, body, call)
        : api.post<Collection>('/api/admin/collections', body, call)
    },
    {
      refresh: ['/api/admin/collections'],
      done: (saved) => {
        draft.clear()
        notify(t('app.saved'), { tone: 'kept' })
        if (!collection) void navigate({ to: '/products/collections/$id', params: { id: saved.id } })
      },
    },
  )
  const writes = runsHouse(me)
  return (
    <Pane
      closeTo="/products/collections"
      title={say(title) || t('collection.new')}
      primary={
        writes && (
          <Button
            kind="primary"
            onClick={() => act.mutate(null)}
            loading={act.isPending}
            disabled={!draft.dirty || title.es.trim() === ''}
          >
            {t('app.save')}
          </Button>
        )
      }
    >
      {act.error !== null && <ProblemNote error={act.error} />}
      <fieldset className="c-bare c-form" disabled={!writes}>
        <div className="c-two">
          <TextInput
            label={`${t('products.title')} · ${t('app.spanish')}`}
            value={title.es}
            onChange={(event) => set({ title: { ...title, es: event.currentTarget.value } })}
            required
          />
          <TextInput
            label={`${t('products.title')} · ${t('app.english')}`}
            value={title.en}
            onChange={(event) => set({ title: { ...title, en: event.currentTarget.value } })}
          />
          <Textarea
            label={`${t('products.description')} · ${t('app.spanish')}`}
            value={description.es}
            onChange={(event) => set({ description: { ...description, es: event.currentTarget.value } })}
            autosize
            minRows={2}
          />
          <Textarea
            label={`${t('products.description')} · ${t('app.english')}`}
            value={description.en}
            onChange={(event) => set({ description: { ...description, en: event.currentTarget.value } })}
            autosize
            minRows={2}
          />
        </div>
        <div className="c-three">
          <TextInput
            label={t('products.handle')}
            value={handle}
            onChange={(event) => set({ handle: event.currentTarget.value })}
          />
          <Select
            label={t('collection.inside')}
            data={(all?.items ?? [])
              .filter((item) => item.parentId === null && item.id !== collection?.id)
              .map((item) => ({ value: item.id, label: say(item.title) }))}
            value={parentId}
            onChange={(value) => set({ parentId: value })}
            clearable
          />
          <NumberInput
            label={t('collection.position')}
            value={position}
            onChange={(value) => set({ position: Number(value) || 0 })}
            allowDecimal={false}
          />
        </div>
      </fieldset>
      {collection && <Inside handle={collection.handle} />}
    </Pane>
  )
}

function Inside({ handle }: { handle: string }): ReactNode {
  const t = useT()
  const say = useSay()
  const pages = usePages<AdminProductRow>('/api/admin/products', { collection: handle, limit: 50 })
  return (
    <Section title={t('nav.products')} aside={<span className="c-muted c-small">{pages.total ?? ''}</span>}>
      <ul className="c-items">
        {pages.rows.map((row) => (
          <li key={row.id}>
            <Link to="/products/$id" params={{ id: row.id }}>
              {say(row.title)}
            </Link>
          </li>
        ))}
      </ul>
      {pages.more && (
        <Button kind="quiet" onClick={pages.readMore}>
          {t('app.loadMore')}
        </Button>
      )}
    </Section>
  )
}
