import type { Customer, CustomerRow } from '@hilo/contract'
import { Button, Modal, notify, ProblemNote, Select, Textarea, TextInput, useDebouncedValue } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { usePlaces } from '../../lib/known.ts'
import { useAct, useRead } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'

type Props = { person: Customer; onClose(): void }
const stale = ['/api/admin/customers', '/api/admin/orders']

/** Writes down that a person was here. */
export function Visit({ person, onClose }: Props): ReactNode {
  const t = useT()
  const { mine } = usePlaces()
  const [place, setPlace] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const locationId = place ?? mine[0]?.id ?? null
  const act = useAct(
    (_: null, call) => api.post(`/api/admin/customers/${person.id}/visits`, { locationId, note }, call),
    {
      refresh: stale,
      done: () => {
        notify(t('app.saved'), { tone: 'kept' })
        onClose()
      },
    },
  )
  return (
    <Dialog
      title={t('customers.visit')}
      onClose={onClose}
      verb={t('app.save')}
      ready={locationId !== null}
      act={act}
      onSubmit={() => act.mutate(null)}
    >
      <Select
        label={t('app.place')}
        data={mine.map(({ id, name }) => ({ value: id, label: name }))}
        value={locationId}
        onChange={setPlace}
        allowDeselect={false}
      />
      <Textarea
        label={t('app.note')}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        autosize
        minRows={3}
        data-autofocus
      />
    </Dialog>
  )
}

/** Says that two are one person. Nothing is moved: the link can be undone at any time. */
export function LinkPerson({ person, onClose }: Props): ReactNode {
  const t = useT()
  const [typed, setTyped] = useState('')
  const [other, setOther] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const [q] = useDebouncedValue(typed.trim(), 200)
  const { data } = useRead<{ items: CustomerRow[] }>(
    '/api/admin/customers',
    { q, limit: 10 },
    { enabled: q.length >= 2, keep: true },
  )
  const options = (data?.items ?? [])
    .filter((row) => !person.personIds.includes(row.id))
    .map((row) => ({ value: row.id, label: [row.name, row.email, row.phone].filter(Boolean).join(' · ') || row.id }))
  const act = useAct(
    (_: null, call) => api.post(`/api/admin/customers/${person.id}/links`, { otherPersonId: other, reason }, call),
    {
      refresh: stale,
      done: () => {
        notify(t('customers.linkedDone'), { tone: 'kept' })
        onClose()
      },
    },
  )
  return (
    <Dialog
      title={t('customers.link')}
      onClose={onClose}
      verb={t('customers.linkVerb')}
      ready={other !== null && reason.trim() !== ''}
      act={act}
      onSubmit={() => act.mutate(null)}
    >
      <p className="c-lead">{t('customers.linkHow')}</p>
      <Select
        label={t('customers.other')}
        placeholder={t('customers.search')}
        data={options}
        value={other}
        onChange={setOther}
        searchable
        searchValue={typed}
        onSearchChange={setTyped}
        filter={({ options: all }) => all}
      />
      <TextInput
        label={t('app.reason')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        required
      />
    </Dialog>
  )
}

/** Forgets a person for good. The name has to be typed, because this alone cannot be undone. */
export function Erase({ person, onClose }: Props): ReactNode {
  const t = useT()
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const act = useAct((_: null, call) => api.post(`/api/admin/customers/${person.id}/erase`, { reason }, call), {
    refresh: stale,
    done: () => {
      notify(t('customers.erasedDone'), { tone: 'kept' })
      onClose()
    },
  })
  const wanted = person.name || person.id
  return (
    <Dialog
      title={t('customers.erase')}
      onClose={onClose}
      verb={t('customers.eraseVerb')}
      danger
      ready={reason.trim() !== '' && typed.trim() === wanted}
      act={act}
      onSubmit={() => act.mutate(null)}
    >
      <p className="c-lead">{t('customers.eraseHow')}</p>
      <TextInput
        label={t('app.reason')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        required
      />
      <TextInput
        label={t('customers.typeName', { name: wanted })}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
      />
    </Dialog>
  )
}

type Deed = { isPending: boolean; error: unknown }
function Dialog({
  title,
  onClose,
  verb,
  ready,
  danger,
  act,
  onSubmit,
  children,
}: {
  title: string
  onClose(): void
  verb: string
  ready: boolean
  danger?: boolean
  act: Deed
  onSubmit(): void
  children: ReactNode
}): ReactNode {
  const t = useT()
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        className="c-form"
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit()
        }}
      >
        {children}
        {act.error !== null && <ProblemNote error={act.error} />}
        <div className="c-buttons">
          <Button kind="quiet" onClick={onClose}>
            {t('app.cancel')}
          </Button>
          <Button kind={danger ? 'danger' : 'primary'} type="submit" loading={act.isPending} disabled={!ready}>
            {verb}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
