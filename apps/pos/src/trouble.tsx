import { ProblemNote } from '@hilo/ui'
import type { ReactNode } from 'react'
import { isAway } from './api.ts'

/** What was refused, in the server's words; nothing when nothing was. That the server is away is said once, over the whole till. */
export function Trouble({ error, action }: { error: unknown; action?: ReactNode }): ReactNode {
  if (error === null || error === undefined || isAway(error)) return null
  return <ProblemNote error={error} action={action} />
}
