import type { WebhookDelivery, WebhookEndpoint, WebhookEndpointWithSecret } from '@hilo/contract'
import { Button, Code, Empty, notify, ProblemNote, Section, Status, TextInput, When } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { focusWhenShown } from '../../lib/focus.ts'
import { useAct, usePages, useRead } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { Secret } from '../../parts/secret.tsx'
import { Pane } from '../../parts/workspace.tsx'

const path = '/api/admin/webhooks'

/** Where events are sent, what came of each sending, and sending again. */
export function Webhooks(): ReactNode {
  const t = useT()
  const [secret, setSecret] = useState<string | null>(null)
  const [adding, setAdding] = useState(false)
  const { data, error, isPending } = useRead<{ items: WebhookEndpoint[] }>(path)
  return (
    <Pane
      closeTo="/settings"
      title={t('settings.webhooks')}
      primary={
        <Button kind="primary" icon="plus" onClick={() => setAdding(!adding)}>
          {t('app.add')}
        </Button>
      }
    >
      {error !== null && <ProblemNote error={error} />}
      {adding && (
        <AddEndpoint
          onDone={(text) => {
            setAdding(false)
            setSecret(text)
          }}
        />
      )}
      {isPending ? (
        <Placeholder label={t('app.loading')} rows={3} />
      ) : (
        data?.items.length === 0 &&
        !adding && (
          <Empty title={t('webhook.none')} action={<Button onClick={() => setAdding(true)}>{t('app.add')}</Button>}>
            {t('webhook.noneHow')}
          </Empty>
        )
      )}
      {data?.items.map((endpoint) => (
        <Endpoint key={endpoint.id} endpoint={endpoint} onSecret={setSecret} />
      ))}
      {secret !== null && (
        <Secret
          title={t('webhook.secret')}
          text={secret}
          how={t('webhook.secretHow')}
          onClose={() => setSecret(null)}
        />
      )}
    </Pane>
  )
}

function AddEndpoint({ onDone }: { onDone(secret: string): void }): ReactNode {
  const t = useT()
  const draft = useDraft('webhook', { url: '', types: '*', description: '' })
  const { url, types, description } = draft.value
  const act = useAct(
    (_: null, call) => {
      const eventTypes = types.split(/[\s,]+/).filter(Boolean)
      return api.post<WebhookEndpointWithSecret>(path, { url, eventTypes, description }, call)
    },
    {
      refresh: [path],
      done: ({ secret }) => {
        draft.clear()
        onDone(secret)
      },
    },
  )
  return (
    <form
      className="c-step c-form"
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate(null)
      }}
    >
      <TextInput
        label={t('webhook.url')}
        type="url"
        value={url}
        onChange={(event) => draft.set((value) => ({ ...value, url: event.currentTarget.value }))}
        placeholder="https://"
        required
        ref={focusWhenShown}
      />
      <div className="c-two">
        <TextInput
          label={t('webhook.types')}
          description={t('webhook.typesHow')}
          value={types}
          onChange={(event) => draft.set((value) => ({ ...value, types: event.currentTarget.value }))}
        />
        <TextInput
          label={t('app.note')}
          value={description}
          onChange={(event) => draft.set((value) => ({ ...value, description: event.currentTarget.value }))}
        />
      </div>
      {act.error !== null && <ProblemNote error={act.error} />}
      <div className="c-buttons">
        <Button kind="primary" type="submit" loading={act.isPending} disabled={url === '' || types.trim() === ''}>
          {t('app.add')}
        </Button>
      </div>
    </form>
  )
}

function Endpoint({ endpoint, onSecret }: { endpoint: WebhookEndpoint; onSecret(secret: string): void }): ReactNode {
  const t = useT()
  const [log, setLog] = useState(false)
  const own = `${path}/${endpoint.id}`
  const rotate = useAct(() => api.post<WebhookEndpointWithSecret>(`${own}/rotate`), {
    refresh: [path],
    done: ({ secret }) => onSecret(secret),
  })
  const turn = useAct((status: 'enabled' | 'paused') => api.patch(own, { status }), { refresh: [path] })
  const remove = useAct(() => api.delete(own), { refresh: [path], done: () => notify(t('webhook.removed')) })
  const error = rotate.error ?? turn.error ?? remove.error
  const isOn = endpoint.status === 'enabled'
  return (
    <Section
      title={<Code>{endpoint.url}</Code>}
      aside={<Status tone={toneOf('webhook', endpoint.status)}>{t(`webhook.${endpoint.status}`)}</Status>}
    >
      <p className="c-muted c-small c-flat">
        {[endpoint.eventTypes.join(', '), endpoint.description, endpoint.disabledReason].filter(Boolean).join(' · ')}
      </p>
      <div className="c-row">
        <Button size="compact-sm" aria-expanded={log} onClick={() => setLog(!log)}>
          {t('webhook.log')}
        </Button>
        <Button size="compact-sm" onClick={() => turn.mutate(isOn ? 'paused' : 'enabled')}>
          {t(isOn ? 'promo.pause' : 'promo.start')}
        </Button>
        <Button size="compact-sm" onClick={() => rotate.mutate(null)}>
          {t('webhook.rotate')}
        </Button>
        {!isOn && (
          <Button size="compact-sm" kind="danger" onClick={() => remove.mutate(null)}>
            {t('app.remove')}
          </Button>
        )}
      </div>
      {error !== null && <ProblemNote error={error} />}
      {log && <Deliveries path={`${own}/deliveries`} />}
    </Section>
  )
}

function Deliveries({ path: own }: { path: string }): ReactNode {
  const t = useT()
  const pages = usePages<WebhookDelivery>(own, { limit: 25 })
  const replay = useAct((id: string) => api.post(`${own}/${id}/replay`), {
    refresh: [own],
    done: () => notify(t('webhook.replayed')),
  })
  if (pages.error) return <ProblemNote error={pages.error} />
  if (!pages.loading && pages.rows.length === 0) return <p className="c-muted">{t('webhook.noDeliveries')}</p>
  return (
    <>
      <ul className="c-items c-tight-items">
        {pages.rows.map((delivery) => {
          const last = delivery.log.at(-1)
          return (
            <li key={delivery.id}>
              <div className="c-grow">
                <Code>{delivery.eventType}</Code>
                <div className="c-small c-muted">
                  <When at={delivery.createdAt} /> · {t('webhook.attempts', { n: delivery.attempts })}
                  {last && ` · ${last.responseStatus ?? last.error ?? ''} · ${last.durationMs} ms`}
                </div>
              </div>
              <Status tone={toneOf('delivery', delivery.status)}>{t(`sending.${delivery.status}`)}</Status>
              <Button size="compact-sm" onClick={() => replay.mutate(delivery.id)} disabled={replay.isPending}>
                {t('webhook.replay')}
              </Button>
            </li>
          )
        })}
      </ul>
      {pages.more && (
        <Button kind="quiet" onClick={pages.readMore}>
          {t('app.loadMore')}
        </Button>
      )}
    </>
  )
}
