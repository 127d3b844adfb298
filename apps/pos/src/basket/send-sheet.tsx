import type { Cart, SentCart } from '@hilo/contract'
import { Button, formatWhen, Loading, Note, ProblemNote, TextInput, useLanguage } from '@hilo/ui'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { renderSVG } from 'uqr'
import { Sheet } from '../sheet.tsx'
import { useWords } from '../words.ts'
import { baskets } from './calls.ts'

/** Sends the basket to the customer's own phone: a QR to scan, a code to say, a link by mail. The units stay held. */
export function SendSheet({ cart, onClose }: { cart: Cart; onClose(): void }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const [email, setEmail] = useState(cart.contact.email)
  const send = useMutation({ mutationFn: (to: { email?: string }): Promise<SentCart> => baskets.send(cart.id, to) })
  const { mutate } = send
  useEffect(() => mutate({}), [mutate])
  const shared = send.data
  return (
    <Sheet title={t('send.title')} onClose={onClose}>
      <Loading active={send.isPending} label={t('loading')} />
      {send.error && <ProblemNote error={send.error} />}
      {shared && (
        <div className="t-share">
          <img
            alt={shared.url}
            width={220}
            height={220}
            src={`data:image/svg+xml,${encodeURIComponent(renderSVG(shared.url, { border: 2 }))}`}
          />
          <p className="t-code">{shared.code}</p>
          <p>{t('send.scan', { code: shared.code, until: formatWhen(shared.expiresAt, language, 'time') })}</p>
          {shared.mailedTo && <Note tone="kept">{t('send.mail.done', { email: shared.mailedTo })}</Note>}
        </div>
      )}
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
          style={{ flex: 1 }}
        />
        <Button type="submit" size="lg" icon="mail" disabled={send.isPending}>
          {t('send.mail.action')}
        </Button>
      </form>
    </Sheet>
  )
}
