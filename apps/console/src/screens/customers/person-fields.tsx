import type { Customer } from '@hilo/contract'
import { Button, Facts, notify, ProblemNote, SegmentedControl, Textarea, TextInput, useLanguage } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { hasDraft, useDraft } from '../../lib/drafts.ts'
import { dayText } from '../../lib/format.ts'
import { useAct } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'

/** What we wrote down about a person; a form only when somebody wants to change it, or left a change behind. */
export function PersonFields({ person }: { person: Customer }): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const [editing, setEditing] = useState(() => hasDraft(`customer:${person.id}`))
  if (editing) return <PersonForm person={person} onDone={() => setEditing(false)} />
  const facts: [string, ReactNode][] = [[t('customers.name'), person.name || '–']]
  if (person.birthday) facts.push([t('customers.birthday'), dayText(person.birthday, language)])
  if (person.note) facts.push([t('app.note'), person.note])
  return (
    <>
      <Facts items={facts} />
      {person.erasedAt === null && (
        <Button kind="quiet" size="compact-sm" icon="edit" onClick={() => setEditing(true)}>
          {t('app.edit')}
        </Button>
      )}
    </>
  )
}

/** Saved when somebody says so, kept while they type. */
function PersonForm({ person, onDone }: { person: Customer; onDone(): void }): ReactNode {
  const t = useT()
  const read = {
    name: person.name,
    language: person.language,
    birthday: person.birthday ?? '',
    tags: person.tags.join(', '),
    note: person.note,
  }
  const draft = useDraft(`customer:${person.id}`, read)
  const { name, language, birthday, tags, note } = draft.value
  const set = (patch: Partial<typeof read>) => draft.set((value) => ({ ...value, ...patch }))
  const act = useAct(
    (_: null, call) => {
      const list = [
        ...new Set(
          tags
            .split(',')
            .map((tag) => tag.trim())
            .filter(Boolean),
        ),
      ]
      return api.patch(
        `/api/admin/customers/${person.id}`,
        { version: person.version, name, language, birthday: birthday || null, tags: list, note },
        call,
      )
    },
    {
      refresh: ['/api/admin/customers'],
      done: () => {
        draft.clear()
        onDone()
        notify(t('app.saved'), { tone: 'kept' })
      },
    },
  )
  return (
    <form
      className="c-form c-tight"
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate(null)
      }}
    >
      <TextInput
        label={t('customers.name')}
        value={name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <div className="c-two">
        <TextInput
          label={t('customers.birthday')}
          type="date"
          value={birthday}
          onChange={(event) => set({ birthday: event.currentTarget.value })}
        />
        <TextInput
          label={t('customers.tags')}
          value={tags}
          onChange={(event) => set({ tags: event.currentTarget.value })}
        />
      </div>
      <SegmentedControl
        aria-label={t('orders.language')}
        value={language}
        onChange={(value) => set({ language: value === 'en' ? 'en' : 'es' })}
        data={[
          { value: 'es', label: t('app.spanish') },
          { value: 'en', label: t('app.english') },
        ]}
      />
      <Textarea
        label={t('app.note')}
        value={note}
        onChange={(event) => set({ note: event.currentTarget.value })}
        autosize
        minRows={2}
        maxRows={8}
      />
      {act.error !== null && <ProblemNote error={act.error} />}
      <div className="c-buttons">
        <Button
          kind="quiet"
          onClick={() => {
            draft.clear()
            onDone()
          }}
        >
          {t('app.cancel')}
        </Button>
        <Button type="submit" loading={act.isPending} disabled={!draft.dirty}>
          {t('app.save')}
        </Button>
      </div>
    </form>
  )
}
