import type { FulfillmentOrderBody } from '@hilo/contract'
import { ApiProblem } from '@hilo/contract/client'
import { Button, ProblemNote, TextInput } from '@hilo/ui'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { api } from '../../lib/api.ts'
import { refresh } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { workPaths } from './work-paths.ts'

type Scanned = { code: string; key: string }

/**
 * Label after label, as fast as a hand is: a code leaves the field when it is entered and waits its turn, so that nobody waits for
 * the answer before. One that was refused comes back, marked, for the next scan to take its place.
 */
export function Scan({ part, missing }: { part: FulfillmentOrderBody; missing: number }): ReactNode {
  const t = useT()
  const field = useRef<HTMLInputElement>(null)
  const [code, setCode] = useState('')
  const [refused, setRefused] = useState<{ error: unknown; scanned: Scanned } | null>(null)
  const { mutate } = useMutation<unknown, unknown, Scanned>({
    // One after another: two units of one line are two picks.
    scope: { id: `pick ${part.id}` },
    mutationFn: (scanned) =>
      api.post(`/api/admin/fulfillment/${part.id}/pick`, { code: scanned.code }, { key: scanned.key }),
    retry: (count, error) => !(error instanceof ApiProblem) && count < 2,
    onSuccess: () => void refresh(...workPaths),
    onError: (error, scanned) => {
      setRefused({ error, scanned })
      setCode((typed) => typed || scanned.code)
    },
  })
  useEffect(() => field.current?.focus(), [])
  useEffect(() => {
    if (refused) field.current?.select()
  }, [refused])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const entered = code.trim()
    if (entered === '') return
    // The code whose answer was lost keeps its key: entered again, it is the same pick.
    const isLost = refused !== null && !(refused.error instanceof ApiProblem) && refused.scanned.code === entered
    mutate({ code: entered, key: isLost ? refused.scanned.key : crypto.randomUUID() })
    setCode('')
    setRefused(null)
  }
  const title = t('pick.scanTitle', { n: missing })
  return (
    <form className="c-step" onSubmit={submit} aria-label={title}>
      <b>{title}</b>
      <div className="c-row" data-end>
        <TextInput
          className="c-grow"
          aria-label={t('pick.scanCode')}
          placeholder={t('pick.scanCode')}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          size="md"
          autoComplete="off"
          ref={field}
        />
        <Button kind="primary" type="submit" size="md" disabled={code.trim() === ''}>
          {t('pick.scan')}
        </Button>
      </div>
      {refused !== null && <ProblemNote error={refused.error} />}
    </form>
  )
}
