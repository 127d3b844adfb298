import { Modal } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useWords } from './words.ts'

/** A sheet over the till; Escape and the cross close it. */
export function Sheet({
  title,
  onClose,
  children,
  wide,
}: {
  title: string
  onClose(): void
  children: ReactNode
  wide?: boolean
}): ReactNode {
  const t = useWords()
  return (
    <Modal
      opened
      onClose={onClose}
      title={<b className="t-sheettitle">{title}</b>}
      size={wide ? 860 : 520}
      centered={false}
      yOffset="4vh"
      closeButtonProps={{ 'aria-label': t('close'), size: 44, iconSize: 22 }}
      classNames={{ body: 't-sheet' }}
    >
      {children}
    </Modal>
  )
}
