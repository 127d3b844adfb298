import type { MailMessage } from '@hilo/contract'
import { Button, Empty, Modal, ProblemNote, Status, TextInput, useDebouncedValue, When } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { usePages } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { Pane } from '../../parts/workspace.tsx'

/** Every mail that Hilo wrote, as it was written. */
export function MailOutbox(): ReactNode {
  const t = useT()
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed.trim(), 200)
  const [open, setOpen] = useState<MailMessage | null>(null)
  const pages = usePages<MailMessage>('/api/admin/mail', { q: q || undefined, limit: 30 })
  return (
    <Pane closeTo="/settings" title={t('settings.mail')}>
      <TextInput
        aria-label={t('mail.search')}
        placeholder={t('mail.search')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        type="search"
      />
      {pages.error !== null && <ProblemNote error={pages.error} />}
      {pages.loading ? (
        <Placeholder label={t('app.loading')} rows={8} />
      ) : pages.rows.length === 0 ? (
        <Empty title={t('mail.none')}>{t('mail.noneHow')}</Empty>
      ) : (
        <ul className="c-items c-mails">
          {pages.rows.map((mail) => (
            <li key={mail.id}>
              <button type="button" onClick={() => setOpen(mail)}>
                <b>{mail.subject}</b>
                <small>
                  {mail.to} · <When at={mail.createdAt} />
                </small>
              </button>
              <Status tone={toneOf('mail', mail.status)}>{t(`mail.${mail.status}`)}</Status>
            </li>
          ))}
        </ul>
      )}
      {pages.more && (
        <Button kind="quiet" onClick={pages.readMore} loading={pages.readingMore}>
          {t('app.loadMore')}
        </Button>
      )}
      {open && (
        <Modal
          opened
          onClose={() => setOpen(null)}
          title={open.subject}
          size="lg"
          closeButtonProps={{ 'aria-label': t('app.close') }}
        >
          <p className="c-muted c-small c-flat">{open.to}</p>
          {open.error && <p className="c-broken">{open.error}</p>}
          <pre className="c-mail">{open.text}</pre>
        </Modal>
      )}
    </Pane>
  )
}
