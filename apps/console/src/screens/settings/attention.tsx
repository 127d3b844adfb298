import type { PaymentAttention } from '@hilo/contract'
import { Button, Code, Empty, Modal, Money, notify, ProblemNote, Select, Textarea, When } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { runsHouse, useMe } from '../../lib/known.ts'
import { useAct, usePages } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { Pane } from '../../parts/workspace.tsx'

const outcomes = ['captured', 'voided', 'refunded', 'ask_again'] as const

/** Payments whose outcome the provider never told; a person finds out and writes it down. */
export function Attention(): ReactNode {
  const t = useT()
  const me = useMe()
  const [open, setOpen] = useState<PaymentAttention | null>(null)
  const pages = usePages<PaymentAttention>('/api/admin/payments/attention')
  return (
    <Pane closeTo="/settings" title={t('settings.payments')}>
      {pages.error !== null && <ProblemNote error={pages.error} />}
      {pages.loading ? (
        <Placeholder label={t('app.loading')} rows={4} />
      ) : pages.rows.length === 0 ? (
        <Empty title={t('attention.none')}>{t('attention.noneHow')}</Empty>
      ) : (
        <ul className="c-items">
          {pages.rows.map((item) => (
            <li key={item.id}>
              <div className="c-grow">
                <Link to="/orders/$id" params={{ id: item.orderId }}>
                  {t(item.kind === 'payment' ? 'attention.payment' : 'attention.refund')}
                </Link>{' '}
                <Code>{item.providerRef ?? item.id}</Code>
                <div className="c-small c-muted">
                  {item.provider} · <When at={item.since} /> · {t('attention.checks', { n: item.checks })}
                </div>
              </div>
              <Money minor={item.amountMinor} currency={item.currency} />
              {runsHouse(me) && <Button onClick={() => setOpen(item)}>{t('attention.settle')}</Button>}
            </li>
          ))}
        </ul>
      )}
      {open && <Settle item={open} onClose={() => setOpen(null)} />}
    </Pane>
  )
}

function Settle({ item, onClose }: { item: PaymentAttention; onClose(): void }): ReactNode {
  const t = useT()
  const [outcome, setOutcome] = useState<string>('ask_again')
  const [note, setNote] = useState('')
  const act = useAct(
    (_: null, call) => api.post(`/api/admin/payments/attention/${item.id}/settle`, { outcome, note }, call),
    {
      refresh: ['/api/admin/payments', '/api/admin/orders'],
      done: () => {
        notify(t('app.saved'), { tone: 'kept' })
        onClose()
      },
    },
  )
  return (
    <Modal opened onClose={onClose} title={t('attention.settle')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        className="c-form"
        onSubmit={(event) => {
          event.preventDefault()
          act.mutate(null)
        }}
      >
        <Select
          label={t('attention.outcome')}
          data={outcomes.map((value) => ({ value, label: t(`attention.${value}`) }))}
          value={outcome}
          onChange={(value) => value && setOutcome(value)}
          allowDeselect={false}
        />
        <Textarea
          label={t('app.note')}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          autosize
          minRows={2}
          required
        />
        {act.error !== null && <ProblemNote error={act.error} />}
        <div className="c-buttons">
          <Button kind="primary" type="submit" loading={act.isPending} disabled={note.trim() === ''}>
            {t('app.save')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
