import type { ApiKey, ApiKeyCreated } from '@hilo/contract'
import { Button, Code, Empty, MultiSelect, notify, ProblemNote, Select, Status, TextInput, When } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { focusWhenShown } from '../../lib/focus.ts'
import { useChannels } from '../../lib/known.ts'
import { useAct, useRead } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Secret } from '../../parts/secret.tsx'
import { Pane } from '../../parts/workspace.tsx'

const path = '/api/admin/api-keys'

/** Keys for software that acts: what each may do, and taking it back. */
export function ApiKeys(): ReactNode {
  const t = useT()
  const { name } = useChannels()
  const [adding, setAdding] = useState(false)
  const [key, setKey] = useState<string | null>(null)
  const { data, error } = useRead<{ items: ApiKey[]; scopes: string[] }>(path)
  const revoke = useAct((id: string) => api.delete(`${path}/${id}`), {
    refresh: [path],
    done: () => notify(t('apiKey.revokedDone')),
  })
  return (
    <Pane
      closeTo="/settings"
      title={t('settings.keys')}
      primary={
        <Button kind="primary" icon="plus" onClick={() => setAdding(!adding)}>
          {t('app.add')}
        </Button>
      }
    >
      {(error ?? revoke.error) !== null && <ProblemNote error={error ?? revoke.error} />}
      {adding && (
        <AddKey
          scopes={data?.scopes ?? []}
          onDone={(made) => {
            setAdding(false)
            setKey(made)
          }}
        />
      )}
      {data?.items.length === 0 && !adding && (
        <Empty title={t('apiKey.none')} action={<Button onClick={() => setAdding(true)}>{t('app.add')}</Button>}>
          {t('apiKey.noneHow')}
        </Empty>
      )}
      <ul className="c-items">
        {data?.items.map((item) => (
          <li key={item.id}>
            <div className="c-grow">
              <span className="c-strong">{item.name}</span> <Code>…{item.hint}</Code>
              <div className="c-small c-muted">
                {name(item.channelId)} · {item.scopes.join(', ')}
              </div>
              <div className="c-small c-muted">
                {t('apiKey.used')} <When at={item.lastUsedAt} />
              </div>
            </div>
            {item.revokedAt ? (
              <Status tone="quiet">{t('apiKey.revoked')}</Status>
            ) : (
              <Button
                kind="danger"
                size="compact-sm"
                onClick={() => revoke.mutate(item.id)}
                disabled={revoke.isPending}
              >
                {t('apiKey.revoke')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {key !== null && <Secret title={t('apiKey.key')} text={key} onClose={() => setKey(null)} />}
    </Pane>
  )
}

function AddKey({ scopes, onDone }: { scopes: readonly string[]; onDone(key: string): void }): ReactNode {
  const t = useT()
  const { channels, name } = useChannels()
  const draft = useDraft<{ name: string; channelId: string | null; scopes: string[]; expires: string }>('api-key', {
    name: '',
    channelId: null,
    scopes: [],
    expires: '',
  })
  const { value } = draft
  const set = (patch: Partial<typeof value>) => draft.set((before) => ({ ...before, ...patch }))
  const act = useAct(
    () => {
      const expiresAt = value.expires ? new Date(`${value.expires}T23:59:59`).toISOString() : null
      return api.post<ApiKeyCreated>(path, {
        name: value.name,
        channelId: value.channelId,
        scopes: value.scopes,
        expiresAt,
      })
    },
    {
      refresh: [path],
      done: ({ key }) => {
        draft.clear()
        onDone(key)
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
      <div className="c-three">
        <TextInput
          label={t('team.name')}
          value={value.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          required
          ref={focusWhenShown}
        />
        <Select
          label={t('app.channel')}
          data={channels.map(({ id }) => ({ value: id, label: name(id) }))}
          value={value.channelId}
          onChange={(channelId) => set({ channelId })}
        />
        <TextInput
          type="date"
          label={t('apiKey.expires')}
          value={value.expires}
          onChange={(event) => set({ expires: event.currentTarget.value })}
        />
      </div>
      <MultiSelect
        label={t('apiKey.scopes')}
        data={[...scopes]}
        value={value.scopes}
        onChange={(next) => set({ scopes: next })}
        searchable
      />
      {act.error !== null && <ProblemNote error={act.error} />}
      <div className="c-buttons">
        <Button
          kind="primary"
          type="submit"
          loading={act.isPending}
          disabled={value.name.trim() === '' || value.channelId === null || value.scopes.length === 0}
        >
          {t('app.add')}
        </Button>
      </div>
    </form>
  )
}
