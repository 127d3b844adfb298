import type { LoginStep, OtpStart, PasskeyOptions } from '@hilo/contract'
import { Button, TextInput } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { loginApi } from '../../lib/api.ts'
import { useT } from '../../lib/words.ts'
import { QrCode } from '../../parts/qr.tsx'
import { makePasskey, passkeysWork } from './passkey.ts'

type Props = { busy: boolean; base: string; advance(call: () => Promise<LoginStep | null>): void }

/** Sets up a second factor where the house asks for one: a passkey, or codes of an authenticator app. */
export function Enroll({ busy, base, advance }: Props): ReactNode {
  const t = useT()
  const [otp, setOtp] = useState<OtpStart | null>(null)
  const [code, setCode] = useState('')
  const start = () =>
    advance(async () => {
      setOtp(await loginApi.post<OtpStart>(`${base}/otp`))
      return null
    })
  const passkey = () =>
    advance(() =>
      makePasskey(
        () => loginApi.post<PasskeyOptions>(`${base}/passkey/options`),
        (made) => loginApi.post<LoginStep>(`${base}/passkey`, { ...made, label: t('login.thisDevice') }),
      ),
    )
  if (!otp) {
    return (
      <div className="c-form">
        <p className="c-lead">{t('login.enrollWhy')}</p>
        {passkeysWork() && (
          <Button kind="primary" icon="key" onClick={passkey} loading={busy} size="md" fullWidth>
            {t('login.enrollPasskey')}
          </Button>
        )}
        <Button icon="phone" onClick={start} disabled={busy} size="md" fullWidth>
          {t('login.enrollOtp')}
        </Button>
      </div>
    )
  }
  return (
    <form
      className="c-form"
      onSubmit={(event) => {
        event.preventDefault()
        advance(() => loginApi.post<LoginStep>(`${base}/otp/confirm`, { challengeId: otp.challengeId, code }))
      }}
    >
      <OtpSecret otp={otp} />
      <TextInput
        label={t('login.firstCode')}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value.replace(/\D/g, ''))}
        size="md"
      />
      <Button kind="primary" type="submit" size="md" loading={busy} disabled={code.length !== 6} fullWidth>
        {t('login.turnOn')}
      </Button>
    </form>
  )
}

/** The secret of an authenticator app as QR and as text. */
export function OtpSecret({ otp }: { otp: OtpStart }): ReactNode {
  const t = useT()
  return (
    <div className="c-otp">
      <QrCode text={otp.uri} label={t('login.qr')} />
      <p>
        {t('login.scanQr')}
        <code className="h-code">{otp.secret.replace(/(.{4})/g, '$1 ').trim()}</code>
      </p>
    </div>
  )
}
