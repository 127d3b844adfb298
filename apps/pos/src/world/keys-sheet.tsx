import { Kbd } from '@hilo/ui'
import type { ReactNode } from 'react'
import { Sheet } from '../sheet.tsx'
import { useWords } from '../words.ts'

/** The keys of the till: everything can be done without a pointer. */
export function KeysSheet({ onClose }: { onClose(): void }): ReactNode {
  const t = useWords()
  const keys = [
    ['F2', t('keys.search')],
    ['↓ ↑', t('keys.arrows')],
    ['F3', t('keys.customer')],
    ['Shift F3', t('keys.send')],
    ['F4', t('keys.baskets')],
    ['Shift F4', t('keys.park')],
    ['F6', t('keys.pickups')],
    ['F7', t('keys.way')],
    ['F8', t('keys.returns')],
    ['F10', t('keys.coupon')],
    ['F9', t('keys.pay')],
    ['Enter', t('keys.payExact')],
    ['F10', t('keys.payCard')],
    ['F9', t('keys.payFinish')],
    ['Esc', t('keys.close')],
    ['F1 ?', t('keys.help')],
  ] as const
  return (
    <Sheet title={t('keys.title')} onClose={onClose}>
      <dl className="t-keys">
        {keys.map(([key, text]) => (
          <div key={text}>
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
