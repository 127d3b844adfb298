import type { ConsentState, Customer } from '@hilo/contract'
import { Button, Modal, notify, ProblemNote, Select, Status, Switch, Textarea, When } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { usePlaces } from '../../lib/known.ts'
import { useAct, useRead } from '../../lib/query.ts'
import { useT, wordFor } from '../../lib/words.ts'

const purposes = ['marketing', 'profiling', 'service_followup'] as const
const channels = ['email', 'sms', 'whatsapp', 'phone', 'post', 'ads'] as const

/** What a person allowed and by which words; nothing is overwritten, the history shows every yes and no. */
export function Consents({ person }: { person: Customer }): ReactNode {
  const t = useT()
  const [dialog, setDialog] = useState<'add' | 'history' | null>(null)
  return (
    <>
      {person.consents.length === 0 && <p className="c-muted">{t('customers.noConsents')}</p>}
      <ul className="c-items c-tight-items">
        {person.consents.map((consent) => (
          <Consent key={`${consent.purpose}${consent.channel}`} consent={consent} />
        ))}
      </ul>
      <div className="c-row">
        {person.erasedAt === null && (
          <Button kind="quiet" size="compact-sm" icon="plus" onClick={() => setDialog('add')}>
            {t('customers.addConsent')}
          </Button>
        )}
        {person.consents.length > 0 && (
          <Button kind="quiet" size="compact-sm" onClick={() => setDialog('history')}>
            {t('customers.consentHistory')}
          </Button>
        )}
      </div>
      {dialog === 'add' && <AddConsent person={person} onClose={() => setDialog(null)} />}
      {dialog === 'history' && <History person={person} onClose={() => setDialog(null)} />}
    </>
  )
}

function Consent({ consent }: { consent: ConsentState }): ReactNode {
  const t = useT()
  const sourceOf = useSource()
  return (
    <li>
      <div className="c-grow">
        {t(`purpose.${consent.purpose}`)} · {t(`via.${consent.channel}`)}
        <div className="c-small c-muted">{consent.wording}</div>
        <div className="c-small c-muted">
          <When at={consent.at} /> · {sourceOf(consent.source)}
        </div>
      </div>
      <Status tone={consent.granted ? 'kept' : 'quiet'}>{t(consent.granted ? 'app.yes' : 'app.no')}</Status>
    </li>
  )
}

/** Where a permission was given, in words: "counter BIO" is the shop's name. What another system said stays as it said it. */
export function useSource(): (source: string) => string {
  const t = useT()
  const { places } = usePlaces()
  return (source) => {
    const counter = /^counter (.+)$/.exec(source)?.[1]
    if (counter) return places.find(({ id, code }) => id === counter || code === counter)?.name ?? counter
    return wordFor(t, 'source', source.replaceAll(' ', '_'))
  }
}

function AddConsent({ person, onClose }: { person: Customer; onClose(): void }): ReactNode {
  const t = useT()
  const [purpose, setPurpose] = useState<string>('marketing')
  const [channel, setChannel] = useState<string>('email')
  const [granted, setGranted] = useState(true)
  const [wording, setWording] = useState('')
  const act = useAct(
    (_: null, call) =>
      api.post(`/api/admin/customers/${person.id}/consents`, { purpose, channel, granted, wording }, call),
    {
      refresh: ['/api/admin/customers'],
      done: () => {
        notify(t('app.saved'), { tone: 'kept' })
        onClose()
      },
    },
  )
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('customers.addConsent')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <form
        className="c-form"
        onSubmit={(event) => {
          event.preventDefault()
          act.mutate(null)
        }}
      >
        <div className="c-two">
          <Select
            label={t('customers.purpose')}
            data={purposes.map((value) => ({ value, label: t(`purpose.${value}`) }))}
            value={purpose}
            onChange={(value) => value && setPurpose(value)}
            allowDeselect={false}
          />
          <Select
            label={t('customers.by')}
            data={channels.map((value) => ({ value, label: t(`via.${value}`) }))}
            value={channel}
            onChange={(value) => value && setChannel(value)}
            allowDeselect={false}
          />
        </div>
        <Switch
          label={t(granted ? 'customers.granted' : 'customers.withdrawn')}
          checked={granted}
          onChange={(event) => setGranted(event.currentTarget.checked)}
        />
        <Textarea
          label={t('customers.wording')}
          description={t('customers.wordingHow')}
          value={wording}
          onChange={(event) => setWording(event.currentTarget.value)}
          autosize
          minRows={2}
          required
        />
        {act.error !== null && <ProblemNote error={act.error} />}
        <div className="c-buttons">
          <Button kind="primary" type="submit" loading={act.isPending} disabled={wording.trim() === ''}>
            {t('app.save')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

function History({ person, onClose }: { person: Customer; onClose(): void }): ReactNode {
  const t = useT()
  const { data, error } = useRead<{ items: (ConsentState & { id: string })[] }>(
    `/api/admin/customers/${person.id}/consents`,
  )
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('customers.consentHistory')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      {error !== null && <ProblemNote error={error} />}
      <ul className="c-items">
        {(data?.items ?? []).map((consent) => (
          <Consent key={consent.id} consent={consent} />
        ))}
      </ul>
    </Modal>
  )
}
