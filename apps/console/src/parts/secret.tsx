import { Button, Modal, Note, notify } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useT } from '../lib/words.ts'

/** Something that is shown this once: a one-time password, a new key, a signing secret. */
export function Secret({
  title,
  text,
  how,
  onClose,
}: {
  title: string
  text: string
  how?: string
  onClose(): void
}): ReactNode {
  const t = useT()
  const copy = () => void navigator.clipboard.writeText(text).then(() => notify(t('app.copied'), { tone: 'kept' }))
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <div className="c-secret">
        <code data-secret>{text}</code>
        <Note tone="owed" title={t('app.shownOnce')}>
          {how}
        </Note>
        <div className="c-buttons">
          <Button onClick={copy}>{t('app.copy')}</Button>
          <Button kind="primary" onClick={onClose}>
            {t('app.close')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
