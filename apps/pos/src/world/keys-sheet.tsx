import { Kbd } from '@hilo/ui'
import type { ReactNode } from 'react'
import { Sheet } from '../sheet.tsx'
import { useWords } from '../words.ts'

/** The keys of the till. */
export function KeysSheet({ onClose }: { onClose(): void }): ReactNode {
  const t = useWords()
  const keys = [
    ['F2', t('keys.search')],
    ['F3', t('keys.customer')],
    ['F4', t('keys.baskets')],
    ['F6', t('keys.pickups')],
    ['F8', t('keys.returns')],
    ['F7', t('keys.way')],
    ['F10', t('keys.coupon')],
    ['F9', t('keys.pay')],
    ['F1 ?', t('keys.help')],
  ] as const
  return (
    <Sheet title={t('keys.title')} onClose={onClose}>
      <dl className="h-facts">
        {keys.map(([key, text]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>
              {key.split(' ').map((one) => (
                <Kbd key={one}>{one}</Kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p className="h-muted">{t('keys.scan')}</p>
    </Sheet>
  )
}
