import type { Order, OrderNote } from '@hilo/contract'
import { Button, notify, ProblemNote, Textarea, useLanguage } from '@hilo/ui'
import type { FormEvent, KeyboardEvent, ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { nearWhen } from '../../lib/format.ts'
import { useNow } from '../../lib/now.ts'
import { refresh, useAct, useRead } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'

/** Where an order's notes are. */
export const notesOf = (orderId: string): string => `/api/admin/orders/${orderId}/notes`

/** Notes of staff on an order and mails they sent again, oldest first. */
export function useNotes(orderId: string): OrderNote[] {
  return useRead<{ items: OrderNote[] }>(notesOf(orderId)).data?.items ?? []
}

/** The newest words for whoever opens this order, in sight before everything else. */
export function PinnedNotes({ orderId }: { orderId: string }): ReactNode {
  const { language } = useLanguage()
  const now = useNow()
  const notes = useNotes(orderId)
    .filter(({ kind }) => kind === 'note')
    .slice(-2)
  if (notes.length === 0) return null
  return (
    <ul className="c-pinned">
      {notes.map((note) => (
        <li key={note.id}>
          {note.text}{' '}
          <small>
            {note.authorName}, {nearWhen(note.at, language, now)}
          </small>
        </li>
      ))}
    </ul>
  )
}

/** One line to leave a word for the next one who opens this order. What is typed survives a reload. */
export function WriteNote({ order }: { order: Order }): ReactNode {
  const t = useT()
  const draft = useDraft(`note:${order.id}`, '')
  const act = useAct((text: string, call) => api.post(notesOf(order.id), { text }, call), {
    refresh: [notesOf(order.id)],
    done: () => draft.clear(),
  })
  const text = draft.value.trim()
  const submit = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault()
    if (text !== '' && !act.isPending) act.mutate(text)
  }
  return (
    <form className="c-write-note" onSubmit={submit}>
      <Textarea
        className="c-grow"
        aria-label={t('note.write')}
        placeholder={t('note.write')}
        value={draft.value}
        onChange={(event) => draft.set(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && (event.metaKey || event.ctrlKey) && submit(event)}
        autosize
        minRows={1}
        maxRows={6}
        maxLength={2000}
      />
      <Button type="submit" loading={act.isPending} disabled={text === ''}>
        {t('note.add')}
      </Button>
      {act.error !== null && <ProblemNote error={act.error} />}
    </form>
  )
}

/** Takes a note away; it can be brought back while the notice is there. */
export function RemoveNote({ orderId, note }: { orderId: string; note: OrderNote }): ReactNode {
  const t = useT()
  const path = notesOf(orderId)
  const bringBack = async () => {
    await api.post(path, { text: note.text })
    await refresh(path)
  }
  const act = useAct((_: null, call) => api.delete(`${path}/${note.id}`, call), {
    refresh: [path],
    done: () => notify(t('note.removed'), { undo: { label: t('app.undo'), run: () => void bringBack() } }),
  })
  return (
    <button type="button" className="c-linklike c-small" onClick={() => act.mutate(null)} disabled={act.isPending}>
      {t('app.remove')}
    </button>
  )
}
