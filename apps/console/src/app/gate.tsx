import type { StaffMe } from '@hilo/contract'
import { ApiProblem } from '@hilo/contract/client'
import { Button, Mark, ProblemNote } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense } from 'react'
import { loginApi, meKey, queries } from '../lib/api.ts'
import { useLive } from '../lib/live.ts'
import { useT } from '../lib/words.ts'
import { ProofAsked } from './proof.tsx'

const Login = lazy(() => import('../screens/login/login.tsx'))

async function whoAmI(): Promise<StaffMe | null> {
  try {
    return await loginApi.get<StaffMe>(meKey[0])
  } catch (error) {
    if (error instanceof ApiProblem && error.body.status === 401) return null
    throw error
  }
}

/** Lets in who is logged in; everybody else sees the login at the same address, and lands where they wanted to go. */
export function Gate({ children }: { children: ReactNode }): ReactNode {
  const t = useT()
  const { data, error, isPending, refetch } = useQuery({ queryKey: meKey, queryFn: whoAmI, staleTime: 60_000 })
  const inside = data !== null && data !== undefined
  const isLost = useLive(inside)
  if (isPending) return <div className="c-blank" aria-busy="true" />
  if (error && !inside) {
    return (
      <main className="c-login">
        <Mark />
        <ProblemNote error={error} action={<Button onClick={() => void refetch()}>{t('app.again')}</Button>} />
      </main>
    )
  }
  if (!inside) {
    return (
      <Suspense fallback={<div className="c-blank" aria-busy="true" />}>
        <Login onDone={(member) => queries.setQueryData(meKey, member)} />
      </Suspense>
    )
  }
  return (
    <>
      <p className="c-lost" role="status">
        {isLost && t('app.lost')}
      </p>
      {children}
      <ProofAsked me={data} />
    </>
  )
}
