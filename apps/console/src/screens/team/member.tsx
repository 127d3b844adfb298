import type { AuditEntry, Member, MemberWithPassword, StaffMe } from '@hilo/contract'
import {
  Button,
  Facts,
  MultiSelect,
  notify,
  ProblemNote,
  Section,
  Select,
  Status,
  Switch,
  TextInput,
  When,
} from '@hilo/ui'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { useId } from '../../lib/filters.ts'
import { useMe, usePlaces } from '../../lib/known.ts'
import { refresh, useAct, useRead } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { Secret } from '../../parts/secret.tsx'
import { Pane } from '../../parts/workspace.tsx'
import { Deed } from '../settings/deed.tsx'
import { MemberSessions } from './member-sessions.tsx'
import { roles } from './team.tsx'

const stale = ['/api/admin/staff']
type Draft = Pick<Member, 'email' | 'name' | 'role' | 'language' | 'allPlaces' | 'locationIds'>
const blank: Draft = { email: '', name: '', role: 'counter', language: 'es', allPlaces: false, locationIds: [] }

/** One person who works here, or a new one. The one-time password is shown once. */
export function MemberPane(): ReactNode {
  const t = useT()
  const id = useId()
  const { data, error } = useRead<Member>(`/api/admin/staff/${id}`, {}, { enabled: id !== 'new' })
  if (error)
    return (
      <Pane title={t('nav.team')} closeTo="/team">
        <ProblemNote error={error} />
      </Pane>
    )
  if (id !== 'new' && !data)
    return (
      <Pane title={t('nav.team')} closeTo="/team">
        <Placeholder label={t('app.loading')} rows={7} />
      </Pane>
    )
  return <Edit key={id} member={data} />
}

function Edit({ member }: { member: Member | undefined }): ReactNode {
  const t = useT()
  const me = useMe()
  const navigate = useNavigate()
  const [shown, setShown] = useState<string | null>(null)
  const read: Draft = member
    ? {
        email: member.email,
        name: member.name,
        role: member.role,
        language: member.language,
        allPlaces: member.allPlaces,
        locationIds: member.locationIds,
      }
    : blank
  const draft = useDraft<Draft>(`member:${member?.id ?? 'new'}`, read)
  const saved = () => {
    draft.clear()
    notify(t('app.saved'), { tone: 'kept' })
  }
  const create = useAct((body: Draft, call) => api.post<MemberWithPassword>('/api/admin/staff', body, call), {
    refresh: stale,
    done: ({ oneTimePassword }) => {
      draft.clear()
      setShown(oneTimePassword)
    },
  })
  const edit = useAct(
    (body: Partial<Member>, call) => api.patch<Member>(`/api/admin/staff/${member?.id}`, body, call),
    { refresh: stale, done: saved },
  )
  const turn = useAct(
    (status: Member['status'], call) => api.patch<Member>(`/api/admin/staff/${member?.id}`, { status }, call),
    {
      refresh: stale,
      done: (_, status) =>
        notify(t(status === 'disabled' ? 'team.out' : 'team.backIn'), {
          undo: {
            label: t('app.undo'),
            run: () =>
              void api
                .patch(`/api/admin/staff/${member?.id}`, { status: status === 'active' ? 'disabled' : 'active' })
                .then(() => refresh(...stale)),
          },
        }),
    },
  )
  const reset = useAct(
    (_: null, call) => api.post<MemberWithPassword>(`/api/admin/staff/${member?.id}/reset`, {}, call),
    {
      refresh: stale,
      done: ({ oneTimePassword }) => setShown(oneTimePassword),
    },
  )
  const error = create.error ?? edit.error ?? turn.error ?? reset.error
  const { name, email } = draft.value
  const isOther = member !== undefined && member.id !== me.id
  return (
    <Pane
      closeTo="/team"
      title={name || t('team.add')}
      sub={
        member && (
          <>
            <Status tone={member.status === 'active' ? 'kept' : 'quiet'}>{t(`member.${member.status}`)}</Status>
            <span>{t(`role.${member.role}`)}</span>
            {member.passwordMustChange && <Status tone="owed">{t('team.waiting')}</Status>}
          </>
        )
      }
      more={
        isOther && (
          <>
            <Button onClick={() => reset.mutate(null)} loading={reset.isPending}>
              {t('team.reset')}
            </Button>
            <Button
              kind={member.status === 'active' ? 'danger' : 'plain'}
              onClick={() => turn.mutate(member.status === 'active' ? 'disabled' : 'active')}
              loading={turn.isPending}
            >
              {t(member.status === 'active' ? 'team.disable' : 'team.enable')}
            </Button>
          </>
        )
      }
      primary={
        <Button
          kind="primary"
          onClick={() => (member ? edit.mutate(draft.value) : create.mutate(draft.value))}
          loading={edit.isPending || create.isPending}
          disabled={name.trim() === '' || email.trim() === '' || (member !== undefined && !draft.dirty)}
        >
          {t(member ? 'app.save' : 'team.add')}
        </Button>
      }
    >
      {error !== null && <ProblemNote error={error} />}
      <MemberFields value={draft.value} onChange={draft.set} />
      {member && <Deeds member={member} manages={isOther} />}
      {shown !== null && (
        <Secret
          title={t('team.oneTime')}
          text={shown}
          how={t('team.oneTimeHow')}
          onClose={() => {
            setShown(null)
            if (!member) void navigate({ to: '/team' })
          }}
        />
      )}
    </Pane>
  )
}

function MemberFields({ value, onChange }: { value: Draft; onChange(next: (value: Draft) => Draft): void }): ReactNode {
  const t = useT()
  const { places } = usePlaces()
  const set = (patch: Partial<Draft>) => onChange((before) => ({ ...before, ...patch }))
  return (
    <div className="c-form">
      <div className="c-two">
        <TextInput
          label={t('team.name')}
          value={value.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          required
        />
        <TextInput
          label={t('login.email')}
          type="email"
          value={value.email}
          onChange={(event) => set({ email: event.currentTarget.value })}
          required
        />
        <Select
          label={t('team.role')}
          description={t(`team.role.${value.role}`)}
          data={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))}
          value={value.role}
          onChange={(role) => role && set({ role: role as Draft['role'] })}
          allowDeselect={false}
        />
        <Select
          label={t('orders.language')}
          data={[
            { value: 'es', label: t('app.spanish') },
            { value: 'en', label: t('app.english') },
          ]}
          value={value.language}
          onChange={(language) => set({ language: language === 'en' ? 'en' : 'es' })}
          allowDeselect={false}
        />
      </div>
      {value.role !== 'owner' && (
        <>
          <Switch
            label={t('team.allPlaces')}
            checked={value.allPlaces}
            onChange={(event) => set({ allPlaces: event.currentTarget.checked })}
          />
          {!value.allPlaces && (
            <MultiSelect
              label={t('team.places')}
              data={places.map((place) => ({ value: place.id, label: place.name }))}
              value={value.locationIds}
              onChange={(locationIds) => set({ locationIds })}
            />
          )}
        </>
      )}
    </div>
  )
}

function Deeds({ member, manages }: { member: Member; manages: boolean }): ReactNode {
  const t = useT()
  const me = useMe()
  const { data } = useRead<{ items: AuditEntry[] }>('/api/admin/audit', { actorId: member.id, limit: 10 })
  return (
    <>
      <div className="c-gap" />
      <Section title={t('customers.about')}>
        <Facts
          items={[
            [
              t('team.second'),
              member.passkeys > 0
                ? t('team.passkeys', { n: member.passkeys })
                : member.otp
                  ? t('team.code')
                  : t('team.noSecond'),
            ],
            [t('customers.seen'), <When key="seen" at={member.lastSeenAt} />],
            [t('customers.since'), <When key="since" at={member.createdAt} show="day" />],
          ]}
        />
      </Section>
      {manages && mayManage(me, member) && <MemberSessions member={member} />}
      <Section
        title={t('team.deeds')}
        aside={
          <Link to="/settings/audit" className="c-link c-small">
            {t('settings.audit')}
          </Link>
        }
      >
        {(data?.items.length ?? 0) === 0 ? (
          <p className="c-muted">{t('team.noDeeds')}</p>
        ) : (
          <ul className="c-items c-tight-items">
            {data?.items.map((entry) => (
              <li key={entry.id}>
                <div className="c-grow">
                  <Deed entry={entry} />
                </div>
                <span className="c-muted c-small">
                  <When at={entry.at} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </>
  )
}

/** Owners manage everybody, managers those below them; the API says the rest. */
function mayManage(me: StaffMe, member: Member): boolean {
  return me.role === 'owner' || (me.role === 'manager' && member.role !== 'owner' && member.role !== 'manager')
}
