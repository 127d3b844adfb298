import { Button, Note } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useWords } from '../words.ts'

/** The answer was lost. The till asks again by itself; it is the same request, so it can never charge twice. */
export function AskAgain({ title, onAsk }: { title: string; onAsk(): void }): ReactNode {
  const t = useWords()
  return (
    <Note
      tone="owed"
      title={title}
      action={
        <Button kind="primary" size="lg" onClick={onAsk}>
          {t('pay.unknown.action')}
        </Button>
      }
    >
      {t('pay.unknown.help')}
    </Note>
  )
}
