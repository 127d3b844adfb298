import type { StaffMe } from '@hilo/contract'
import { Button, Modal, PasswordInput, ProblemNote, TextInput } from '@hilo/ui'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { loginApi, meKey, onProofNeeded, queries } from '../lib/api.ts'
import { useT } from '../lib/words.ts'

/** Asks who sits here to prove it once more before something sensitive; the deed that needed it then goes on by itself. */
export function ProofAsked({ me }: { me: StaffMe }): ReactNode {
  const t = useT()
  const answer = useRef<((given: boolean) => void) | undefined>(undefined)
  const [open, setOpen] = useState(false)
  const [byCode, setByCode] = useState(false)
  const [typed, setTyped] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    onProofNeeded(
      () =>
        new Promise<boolean>((resolve) => {
          answer.current?.(false)
          answer.current = resolve
          setTyped('')
          setError(null)
          setOpen(true)
        }),
    )
  }, [])
  const finish = (given: boolean) => {
    setOpen(false)
    answer.current?.(given)
    answer.current = undefined
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const body = byCode ? { code: typed } : { password: typed }
      queries.setQueryData(meKey, await loginApi.post<StaffMe>('/api/staff/confirm', body))
      finish(true)
    } catch (refusal) {
      setError(refusal)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal
      opened={open}
      onClose={() => finish(false)}
      title={t('proof.title')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <form className="c-form" onSubmit={(event) => void submit(event)}>
        <p className="c-lead">{t('proof.why')}</p>
        {byCode ? (
          <TextInput
            label={t('login.code')}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={6}
            data-autofocus
          />
        ) : (
          <PasswordInput
            label={t('login.password')}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': t('login.show') }}
            data-autofocus
          />
        )}
        {error !== null && <ProblemNote error={error} />}
        <div className="c-buttons">
          {me.otp && (
            <Button
              kind="quiet"
              onClick={() => {
                setByCode(!byCode)
                setTyped('')
              }}
            >
              {t(byCode ? 'proof.usePassword' : 'proof.useCode')}
            </Button>
          )}
          <Button kind="primary" type="submit" loading={busy} disabled={typed === ''}>
            {t('proof.confirm')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
