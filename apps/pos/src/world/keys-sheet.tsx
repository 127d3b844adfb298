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
    ['F9', t('keys.pay')],
    ['?', t('keys.help')],
  ] as const
  return (
    <Sheet title={t('keys.title')} onClose={onClose}>
      <dl className="h-facts">
        {keys.map(([key, text]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>
              <Kbd>{key}</Kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Sheet>
  )
}
