import { Icon } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useWaitingActs } from '../basket/use-basket.ts'
import { useServerAway } from '../server-state.ts'
import { useWords } from '../words.ts'

/** Said once, over everything, while the server cannot be reached: what it means, and that nobody has to do anything. */
export function Away(): ReactNode {
  const t = useWords()
  const away = useServerAway()
  const waiting = useWaitingActs()
  return (
    <div className="t-away" role="status">
      {away && (
        <p>
          <Icon name="alert" size={20} />
          <span>
            <b>{t('away.title')}</b> {t('away.help')} {waiting > 0 && t('away.waiting', { n: waiting })}
          </span>
        </p>
      )}
    </div>
  )
}
