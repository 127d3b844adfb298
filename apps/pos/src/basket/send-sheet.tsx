import type { Cart, SentCart } from '@hilo/contract'
import { Button, formatWhen, Loading, Note, TextInput, useLanguage } from '@hilo/ui'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { untilBack } from '../api.ts'
import { Qr } from '../qr.tsx'
import { Sheet } from '../sheet.tsx'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { baskets } from './calls.ts'

type Props = {
  cart: Cart
  locationId: string
  /** The basket goes on at this till. */
  onKeep(cart: Cart): void
  /** The basket is the customer's now; the till is free. */
  onGone(): void
}

/** Sends the basket to the customer's own phone: a QR to scan, a code to say, a link by mail. The units stay held. */
export function SendSheet({ cart, locationId, onKeep, onGone }: Props): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const [email, setEmail] = useState(cart.contact.email)
  const send = useMutation({
    mutationFn: (to: { email?: string }): Promise<SentCart> => baskets.send(cart.id, to),
    ...untilBack,
  })
  const keep = useMutation({ mutationFn: () => baskets.claim(cart.id, locationId), onSuccess: onKeep, ...untilBack })
  const { mutate } = send
  useEffect(() => mutate({}), [mutate])
  const shared = send.data
  const error = send.error ?? keep.error
  return (
    // Closing takes the basket back: whoever opened this by mistake loses nothing.
    <Sheet title={t('send.title')} onClose={() => (shared ? keep.mutate() : onKeep(cart))}>
      <Loading active={send.isPending || keep.isPending} label={t('loading')} />
      <Trouble error={error} />
      {shared && (
        <div className="t-share">
          <Qr text={shared.url} />
          <p className="t-code">{shared.code}</p>
          <p>{t('send.scan', { code: shared.code, until: formatWhen(shared.expiresAt, language) })}</p>
        </div>
      )}
      {shared?.mailedTo && <Note tone="kept">{t('send.mail.done', { email: shared.mailedTo })}</Note>}
      <form
        className="t-row"
        onSubmit={(event) => {
          event.preventDefault()
          send.mutate({ email })
        }}
      >
        <TextInput
          size="lg"
          type="email"
          label={t('send.mail')}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          required
          className="t-grow"
        />
        <Button type="submit" size="lg" icon="mail" disabled={send.isPending}>
          {t('send.mail.action')}
        </Button>
      </form>
      <footer className="t-payfoot">
        <Button size="lg" onClick={() => keep.mutate()} disabled={keep.isPending}>
          {t('send.keep')}
        </Button>
        <Button kind="primary" size="lg" onClick={onGone} disabled={!shared}>
          {t('send.next')}
        </Button>
      </footer>
    </Sheet>
  )
}
