import { Icon } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useWaitingActs } from '../basket/use-basket.ts'
import { useServerState } from '../server-state.ts'
import { useWords } from '../words.ts'

/** Said once, over everything, while the server cannot be reached or has too much to do: what it means, and that nobody has to do anything. */
export function Away(): ReactNode {
  const t = useWords()
  const state = useServerState()
  const waiting = useWaitingActs()
  return (
    <div className="t-away" role="status">
      {state !== 'there' && (
        <p>
          <Icon name="alert" size={20} />
          <span>
            <b>{t(state === 'busy' ? 'away.busy' : 'away.title')}</b> {t('away.help')}{' '}
            {waiting > 0 && t('away.waiting', { n: waiting })}
          </span>
        </p>
      )}
    </div>
  )
}
