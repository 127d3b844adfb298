import type { LoginStep, StaffMe } from '@hilo/contract'
import { Button, Mark, PasswordInput, ProblemNote, TextInput, useLanguage } from '@hilo/ui'
import { type FormEvent, type ReactNode, useState } from 'react'
import { loginApi } from '../../lib/api.ts'
import { focusWhenShown } from '../../lib/focus.ts'
import { nextPlace } from '../../lib/next-place.ts'
import { useT } from '../../lib/words.ts'
import { Enroll } from './enroll.tsx'
import { passkeyLogin, passkeysWork } from './passkey.ts'

type Step = LoginStep['step']

/** The way in, one question at a time: password, then code or passkey, then (after a one-time password) one's own password. */
export default function Login({ onDone }: { onDone(member: StaffMe): void }): ReactNode {
  const t = useT()
  const { language, setLanguage } = useLanguage()
  const [step, setStep] = useState<Step>('done')
  const [methods, setMethods] = useState<LoginStep['methods']>([])
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const advance = async (call: () => Promise<LoginStep | null>) => {
    setBusy(true)
    setError(null)
    try {
      const next = await call()
      if (next?.step === 'done' && next.member) {
        setLanguage(next.member.language)
        const place = nextPlace(location.search, location.origin)
        if (place) location.assign(place)
        else onDone(next.member)
      } else if (next) {
        setStep(next.step)
        setMethods(next.methods)
      }
    } catch (refusal) {
      setError(refusal)
    } finally {
      setBusy(false)
    }
  }
  const passkey = () => void advance(passkeyLogin)
  const titles = {
    done: 'login.title',
    second_factor: 'login.second',
    new_password: 'login.own',
    enroll: 'login.enroll',
  } as const
  return (
    <main className="c-login">
      <svg className="c-login-thread" viewBox="0 0 400 900" preserveAspectRatio="none" aria-hidden="true">
        <path d="M210 0 C210 220 60 240 60 430 S330 520 330 680 S180 780 180 900" />
      </svg>
      <div className="c-login-box">
        <header>
          <Mark />
          <Button kind="quiet" size="compact-sm" onClick={() => setLanguage(language === 'es' ? 'en' : 'es')}>
            {language === 'es' ? 'English' : 'Español'}
          </Button>
        </header>
        <h1>{t(titles[step])}</h1>
        {step === 'done' && (
          <Password
            busy={busy}
            onSend={(body) => void advance(() => loginApi.post<LoginStep>('/api/staff/login', body))}
          />
        )}
        {step === 'second_factor' && methods.includes('otp') && (
          <Code
            busy={busy}
            onSend={(code) => void advance(() => loginApi.post<LoginStep>('/api/staff/login/code', { code }))}
          />
        )}
        {step === 'new_password' && (
          <NewPassword
            busy={busy}
            onSend={(password) =>
              void advance(() => loginApi.post<LoginStep>('/api/staff/login/password', { password }))
            }
          />
        )}
        {step === 'enroll' && (
          <Enroll busy={busy} base="/api/staff/login/enroll" advance={(call) => void advance(call)} />
        )}
        {error !== null && <ProblemNote error={error} />}
        {passkeysWork() && (step === 'done' || (step === 'second_factor' && methods.includes('passkey'))) && (
          <Button icon="key" onClick={passkey} disabled={busy} fullWidth>
            {t('login.passkey')}
          </Button>
        )}
        {step !== 'done' && (
          <Button kind="quiet" size="compact-sm" onClick={() => setStep('done')}>
            {t('login.back')}
          </Button>
        )}
      </div>
    </main>
  )
}

function Password({
  busy,
  onSend,
}: {
  busy: boolean
  onSend(body: { email: string; password: string }): void
}): ReactNode {
  const t = useT()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSend({ email, password })
  }
  return (
    <form className="c-form" onSubmit={submit}>
      <TextInput
        label={t('login.email')}
        type="email"
        name="email"
        autoComplete="username webauthn"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        size="md"
        ref={focusWhenShown}
        required
      />
      <PasswordInput
        label={t('login.password')}
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': t('login.show') }}
        size="md"
        required
      />
      <Button kind="primary" type="submit" size="md" loading={busy} fullWidth>
        {t('login.enter')}
      </Button>
    </form>
  )
}

function Code({ busy, onSend }: { busy: boolean; onSend(code: string): void }): ReactNode {
  const t = useT()
  const [code, setCode] = useState('')
  return (
    <form
      className="c-form"
      onSubmit={(event) => {
        event.preventDefault()
        onSend(code)
      }}
    >
      <TextInput
        label={t('login.code')}
        description={t('login.codeWhere')}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        value={code}
        onChange={(event) => {
          const typed = event.currentTarget.value.replace(/\D/g, '')
          setCode(typed)
          if (typed.length === 6 && typed !== code) onSend(typed)
        }}
        size="md"
        ref={focusWhenShown}
      />
      <Button kind="primary" type="submit" size="md" loading={busy} disabled={code.length !== 6} fullWidth>
        {t('login.enter')}
      </Button>
    </form>
  )
}

function NewPassword({ busy, onSend }: { busy: boolean; onSend(password: string): void }): ReactNode {
  const t = useT()
  const [password, setPassword] = useState('')
  return (
    <form
      className="c-form"
      onSubmit={(event) => {
        event.preventDefault()
        onSend(password)
      }}
    >
      <PasswordInput
        label={t('login.newPassword')}
        description={t('login.newPasswordHow')}
        autoComplete="new-password"
        minLength={12}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': t('login.show') }}
        size="md"
        ref={focusWhenShown}
      />
      <Button kind="primary" type="submit" size="md" loading={busy} disabled={password.length < 12} fullWidth>
        {t('login.keep')}
      </Button>
    </form>
  )
}
