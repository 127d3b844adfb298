import type { Issuer } from '@hilo/contract'
import { Button, Note, notify, ProblemNote, TextInput } from '@hilo/ui'
import type { FormEvent, ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { useMe } from '../../lib/known.ts'
import { useAct, useRead } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { Pane } from '../../parts/workspace.tsx'

/** Who sells: the name and the number that stand on every receipt. */
export function House(): ReactNode {
  const t = useT()
  const { data, error } = useRead<Issuer>('/api/store/issuer')
  return (
    <Pane closeTo="/settings" title={t('settings.house')}>
      {error !== null && <ProblemNote error={error} />}
      {data ? <IssuerForm key={data.taxId} issuer={data} /> : <Placeholder label={t('app.loading')} rows={3} />}
    </Pane>
  )
}

function IssuerForm({ issuer }: { issuer: Issuer }): ReactNode {
  const t = useT()
  const me = useMe()
  const draft = useDraft('issuer', issuer)
  const { value } = draft
  const act = useAct((body: Issuer, call) => api.put<Issuer>('/api/admin/issuer', body, call), {
    refresh: ['/api/store/issuer'],
    done: () => {
      draft.clear()
      notify(t('app.saved'), { tone: 'kept' })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    act.mutate(value)
  }
  return (
    <form className="c-form" onSubmit={submit}>
      {issuer.taxId === '' && (
        <Note tone="owed" title={t('house.missing')}>
          {t('house.missingHow')}
        </Note>
      )}
      <fieldset className="c-bare c-form" disabled={me.role !== 'owner'}>
        <div className="c-two">
          <TextInput
            label={t('house.name')}
            placeholder={t('house.nameExample')}
            value={value.name}
            maxLength={120}
            onChange={(event) => draft.set({ ...value, name: event.currentTarget.value })}
            required
          />
          <TextInput
            label={t('house.taxId')}
            placeholder="B12345674"
            value={value.taxId}
            maxLength={30}
            onChange={(event) => draft.set({ ...value, taxId: event.currentTarget.value })}
            required
          />
        </div>
      </fieldset>
      <p className="c-muted c-small c-flat">{t('house.how')}</p>
      {act.error !== null && <ProblemNote error={act.error} />}
      {me.role === 'owner' && (
        <div className="c-buttons">
          <Button
            kind="primary"
            type="submit"
            loading={act.isPending}
            disabled={!draft.dirty || value.name.trim().length < 2 || value.taxId.trim().length < 3}
          >
            {t('app.save')}
          </Button>
        </div>
      )}
    </form>
  )
}
