import type { LocationBody, MailedReceipt, Order } from '@hilo/contract'
import { Button, Note, TextInput, useLanguage } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { api } from '../api.ts'
import { useIntent } from '../intent.ts'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { AskAgain } from './ask-again.tsx'

type Props = { order: Pick<Order, 'id' | 'contact'>; place: LocationBody; returnId?: string }

/** Sends the receipt by mail, to the customer's address or the one they say; in the language of this screen, which is the customer's. */
export function MailReceipt({ order, place, returnId }: Props): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const [email, setEmail] = useState(order.contact.email)
  const of = returnId === undefined ? '' : `/returns/${returnId}`
  const send = useIntent<MailedReceipt, string>((to, key) =>
    api.post<MailedReceipt>(
      `/api/pos/orders/${order.id}${of}/receipt/mail`,
      { locationId: place.id, email: to, language },
      { key },
    ),
  )
  return (
    <>
      <form
        className="t-row t-mail"
        onSubmit={(event) => {
          event.preventDefault()
          send.start(email.trim())
        }}
      >
        <TextInput
          size="lg"
          type="email"
          label={t('receipt.mail')}
          value={email}
          onChange={(event) => {
            setEmail(event.currentTarget.value)
            send.renew()
          }}
          required
          autoComplete="off"
          className="t-grow"
        />
        <Button type="submit" size="lg" icon="mail" disabled={send.isPending || send.isLost || email.trim() === ''}>
          {t('receipt.mail.action')}
        </Button>
      </form>
      {send.data && <Note tone="kept">{t('receipt.mail.done', { email: send.data.mailedTo })}</Note>}
      {send.isLost && <AskAgain title={t('unknown.title')} onAsk={send.again} />}
      {!send.isPending && <Trouble error={send.error} />}
    </>
  )
}
