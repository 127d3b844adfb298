import type { Customer } from '@hilo/contract'
import { Button, ProblemNote, SegmentedControl, Textarea, TextInput } from '@hilo/ui'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { focusWhenShown } from '../../lib/focus.ts'
import { useAct } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Pane } from '../../parts/workspace.tsx'

const blank = { name: '', email: '', phone: '', language: 'es', note: '' }

/** A new person, with what they are recognized by. */
export function NewCustomer(): ReactNode {
  const t = useT()
  const navigate = useNavigate()
  const draft = useDraft('customer:new', blank)
  const { name, email, phone, language, note } = draft.value
  const set = (patch: Partial<typeof blank>) => draft.set((value) => ({ ...value, ...patch }))
  const act = useAct(
    (_: null, call) => {
      const identities = [
        { kind: 'email', value: email.trim() },
        { kind: 'phone', value: phone.trim() },
      ].filter((identity) => identity.value !== '')
      return api.post<Customer>('/api/admin/customers', { name: name.trim(), language, note, identities }, call)
    },
    {
      refresh: ['/api/admin/customers'],
      done: (person) => {
        draft.clear()
        void navigate({ to: '/customers/$id', params: { id: person.id } })
      },
    },
  )
  return (
    <Pane
      closeTo="/customers"
      title={t('command.newCustomer')}
      primary={
        <Button kind="primary" onClick={() => act.mutate(null)} loading={act.isPending} disabled={name.trim() === ''}>
          {t('products.create')}
        </Button>
      }
    >
      <div className="c-form">
        <TextInput
          label={t('customers.name')}
          value={name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          required
          ref={focusWhenShown}
        />
        <div className="c-two">
          <TextInput
            label={t('orders.email')}
            type="email"
            value={email}
            onChange={(event) => set({ email: event.currentTarget.value })}
          />
          <TextInput
            label={t('orders.phone')}
            type="tel"
            value={phone}
            onChange={(event) => set({ phone: event.currentTarget.value })}
          />
        </div>
        <SegmentedControl
          aria-label={t('orders.language')}
          value={language}
          onChange={(value) => set({ language: value })}
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
        />
        {act.error !== null && <ProblemNote error={act.error} />}
      </div>
    </Pane>
  )
}
