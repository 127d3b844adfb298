import type { Customer, IdentityKind } from '@hilo/contract'
import { phoneText } from '@hilo/i18n'
import { Button, Icon, IconButton, type IconName, notify, ProblemNote, Select, TextInput } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { focusWhenShown } from '../../lib/focus.ts'
import { useAct } from '../../lib/query.ts'
import { type T, useT } from '../../lib/words.ts'

const icons: Record<IdentityKind, IconName> = {
  email: 'mail',
  phone: 'phone',
  visitor: 'web',
  loyalty_card: 'card',
  external: 'link',
  whatsapp: 'conversation',
  instagram: 'conversation',
}
const kinds = ['email', 'phone', 'loyalty_card', 'whatsapp', 'instagram', 'external'] as const
const stale = ['/api/admin/customers']

/** How we recognize a person, and how sure we are of it. */
export function Identities({ person }: { person: Customer }): ReactNode {
  const t = useT()
  const path = `/api/admin/customers/${person.id}/identities`
  const [kind, setKind] = useState<string>('email')
  const [value, setValue] = useState('')
  const [adding, setAdding] = useState(false)
  const add = useAct((body: { kind: string; value: string }, call) => api.post(path, body, call), {
    refresh: stale,
    done: () => {
      setValue('')
      setAdding(false)
    },
  })
  const remove = useAct((identityId: string, call) => api.delete(`${path}/${identityId}`, call), {
    refresh: stale,
    done: () => notify(t('app.saved')),
  })
  const error = add.error ?? remove.error
  return (
    <>
      <ul className="c-items c-tight-items">
        {person.identities.map((identity) => (
          <li key={identity.id}>
            <Icon name={icons[identity.kind]} size={16} label={t(`identity.${identity.kind}`)} />
            <div className="c-grow c-identity">
              <span>{valueOf(identity, t)}</span>
              <small data-proven={identity.proof === 'code' || identity.proof === 'payment' || undefined}>
                {t(`proof.${identity.proof}`)}
              </small>
            </div>
            {person.erasedAt === null && (
              <IconButton
                size="sm"
                icon="close"
                label={`${t('app.remove')} ${identity.value}`}
                disabled={remove.isPending}
                onClick={() => remove.mutate(identity.id)}
              />
            )}
          </li>
        ))}
      </ul>
      {person.identities.length === 0 && <p className="c-muted">{t('customers.noIdentities')}</p>}
      {person.erasedAt === null &&
        (adding ? (
          <form
            className="c-row"
            onSubmit={(event) => {
              event.preventDefault()
              add.mutate({ kind, value: value.trim() })
            }}
          >
            <Select
              size="xs"
              w={130}
              aria-label={t('customers.identityKind')}
              data={kinds.map((entry) => ({ value: entry, label: t(`identity.${entry}`) }))}
              value={kind}
              onChange={(entry) => setKind(entry ?? 'email')}
              allowDeselect={false}
            />
            <TextInput
              size="xs"
              className="c-grow"
              aria-label={t('customers.identityValue')}
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
              ref={focusWhenShown}
            />
            <Button size="xs" type="submit" loading={add.isPending} disabled={value.trim() === ''}>
              {t('app.add')}
            </Button>
          </form>
        ) : (
          <Button kind="quiet" size="compact-sm" icon="plus" onClick={() => setAdding(true)}>
            {t('customers.addIdentity')}
          </Button>
        ))}
      {error !== null && <ProblemNote error={error} />}
    </>
  )
}

function valueOf({ kind, value }: Customer['identities'][number], t: T): string {
  if (kind === 'visitor') return t('identity.visitor')
  return kind === 'phone' || kind === 'whatsapp' ? phoneText(value) : value
}
