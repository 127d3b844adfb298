import type { LoginStep, OtpStart, PasskeyOptions, PasskeyView, StaffMe, StaffSession } from '@hilo/contract'
import { Button, Facts, notify, PasswordInput, ProblemNote, Section, Tag, TextInput, When } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { api, meKey, queries } from '../../lib/api.ts'
import { useMe } from '../../lib/known.ts'
import { useAct, useRead } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Pane } from '../../parts/workspace.tsx'
import { OtpSecret } from '../login/enroll.tsx'
import { makePasskey, passkeysWork } from '../login/passkey.ts'
import { browserOf } from './browser-name.ts'

const base = '/api/staff/me'

/** Oneself: password, second steps, and where one is logged in. */
export function Account(): ReactNode {
  const t = useT()
  const me = useMe()
  return (
    <Pane closeTo="/settings" title={t('nav.account')} sub={<span>{t(`role.${me.role}`)}</span>}>
      <Section title={me.name}>
        <Facts
          items={[
            [t('login.email'), me.email],
            [t('team.role'), t(`role.${me.role}`)],
          ]}
        />
      </Section>
      <Section title={t('account.password')}>
        <NewPassword />
      </Section>
      <Section title={t('team.second')}>
        <Codes me={me} />
        <Passkeys />
      </Section>
      <Section title={t('account.sessions')}>
        <Sessions />
      </Section>
    </Pane>
  )
}

function NewPassword(): ReactNode {
  const t = useT()
  const [password, setPassword] = useState('')
  const act = useAct(() => api.post<LoginStep>(`${base}/password`, { password }), {
    refresh: [base],
    done: () => {
      setPassword('')
      notify(t('account.passwordDone'), { tone: 'kept' })
    },
  })
  return (
    <form
      className="c-form"
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate(null)
      }}
    >
      <div className="c-row" data-end>
        <PasswordInput
          className="c-grow"
          label={t('login.newPassword')}
          description={t('login.newPasswordHow')}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('login.show') }}
        />
        <Button type="submit" loading={act.isPending} disabled={password.length < 12}>
          {t('app.save')}
        </Button>
      </div>
      {act.error !== null && <ProblemNote error={act.error} />}
    </form>
  )
}

function Codes({ me }: { me: StaffMe }): ReactNode {
  const t = useT()
  const [otp, setOtp] = useState<OtpStart | null>(null)
  const [code, setCode] = useState('')
  const start = useAct(() => api.post<OtpStart>(`${base}/otp`), { done: setOtp })
  const confirm = useAct(() => api.post<StaffMe>(`${base}/otp/confirm`, { challengeId: otp?.challengeId, code }), {
    done: (changed) => {
      queries.setQueryData(meKey, changed)
      setOtp(null)
      setCode('')
    },
  })
  const off = useAct(() => api.delete(`${base}/otp`), { refresh: [base] })
  const error = start.error ?? confirm.error ?? off.error
  return (
    <div className="c-form">
      <div className="c-row">
        <span className="c-grow">
          {t('account.codes')}{' '}
          {me.otp && (
            <Tag tone="kept" icon="check">
              {t('account.on')}
            </Tag>
          )}
        </span>
        {me.otp ? (
          <Button onClick={() => off.mutate(null)} loading={off.isPending}>
            {t('account.turnOff')}
          </Button>
        ) : (
          otp === null && (
            <Button onClick={() => start.mutate(null)} loading={start.isPending}>
              {t('login.turnOn')}
            </Button>
          )
        )}
      </div>
      {otp && (
        <>
          <OtpSecret otp={otp} />
          <div className="c-row" data-end>
            <TextInput
              label={t('login.firstCode')}
              inputMode="numeric"
              maxLength={6}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value.replace(/\D/g, ''))}
            />
            <Button
              kind="primary"
              onClick={() => confirm.mutate(null)}
              loading={confirm.isPending}
              disabled={code.length !== 6}
            >
              {t('login.turnOn')}
            </Button>
          </div>
        </>
      )}
      {error !== null && <ProblemNote error={error} />}
    </div>
  )
}

function Passkeys(): ReactNode {
  const t = useT()
  const { data } = useRead<{ items: PasskeyView[] }>(`${base}/passkeys`)
  const add = useAct(
    () =>
      makePasskey(
        () => api.post<PasskeyOptions>(`${base}/passkeys/options`),
        (made) => api.post(`${base}/passkeys`, { ...made, label: t('login.thisDevice') }),
      ),
    { refresh: [base] },
  )
  const remove = useAct((id: string) => api.delete(`${base}/passkeys/${encodeURIComponent(id)}`), { refresh: [base] })
  const error = add.error ?? remove.error
  return (
    <>
      <ul className="c-items">
        {data?.items.map((passkey) => (
          <li key={passkey.id}>
            <span className="c-grow">
              {passkey.label}{' '}
              <small className="c-muted">
                <When at={passkey.createdAt} show="day" />
              </small>
            </span>
            <Button size="compact-sm" onClick={() => remove.mutate(passkey.id)} disabled={remove.isPending}>
              {t('app.remove')}
            </Button>
          </li>
        ))}
      </ul>
      {passkeysWork() && (
        <Button icon="key" onClick={() => add.mutate(null)} loading={add.isPending}>
          {t('login.enrollPasskey')}
        </Button>
      )}
      {error !== null && <ProblemNote error={error} />}
    </>
  )
}

function Sessions(): ReactNode {
  const t = useT()
  const { data, error } = useRead<{ items: StaffSession[] }>(`${base}/sessions`)
  const end = useAct((id: string) => api.delete(`${base}/sessions/${id}`), { refresh: [`${base}/sessions`] })
  if (error) return <ProblemNote error={error} />
  const items = data?.items ?? []
  return (
    <>
      <ul className="c-items">
        {items.map((session) => (
          <li key={session.id}>
            <div className="c-grow">
              {browserOf(session.userAgent)} {session.current && <Tag tone="kept">{t('account.here')}</Tag>}
              <div className="c-small c-muted">
                {session.ip} · <When at={session.lastUsedAt} />
              </div>
            </div>
            {!session.current && (
              <Button size="compact-sm" onClick={() => end.mutate(session.id)} disabled={end.isPending}>
                {t('account.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {items.length > 1 && (
        <Button kind="quiet" onClick={() => end.mutate('others')}>
          {t('account.endOthers')}
        </Button>
      )}
      {end.error !== null && <ProblemNote error={end.error} />}
    </>
  )
}
