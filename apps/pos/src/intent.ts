import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { isUnknownOutcome } from './api.ts'

/** Pause before a lost answer is asked for again, in milliseconds. */
const pauseMs = 3_000

export type Intent<T, V> = {
  start(variables: V): void
  /** Asks for the lost answer now instead of in a moment. */
  again(): void
  /** What was to be done has changed: it is another intent from now on. Nothing happens while an answer is out. */
  renew(): void
  forget(): void
  isPending: boolean
  /** The answer was lost: nobody knows yet whether it was done. It is being asked for. */
  isLost: boolean
  /** A refusal; never a lost answer. */
  error: unknown
  variables: V | undefined
  data: T | undefined
}

/**
 * Something that must happen once: a sale, a refund, a hand-over. One Idempotency-Key stands for it until the server has answered, so a
 * second touch and asking again are the same request. A lost answer is asked for again by itself until it is known.
 */
export function useIntent<T, V = void>(
  send: (variables: V, key: string) => Promise<T>,
  { onDone, onRefused }: { onDone?(data: T): void; onRefused?(error: unknown): void } = {},
): Intent<T, V> {
  const key = useRef(crypto.randomUUID())
  // Two touches within one frame come before the screen knows of the first.
  const isBusy = useRef(false)
  const [isLost, setLost] = useState(false)
  const settle = () => {
    setLost(false)
    isBusy.current = false
    key.current = crypto.randomUUID()
  }
  const { mutate, reset, isPending, variables, error, data } = useMutation({
    mutationFn: (given: V) => send(given, key.current),
    onSuccess: (answer) => {
      settle()
      onDone?.(answer)
    },
    onError: (refusal) => {
      if (isUnknownOutcome(refusal)) return setLost(true)
      settle()
      onRefused?.(refusal)
    },
  })
  const asked = useRef<{ variables: V } | null>(null)
  const again = () => asked.current && mutate(asked.current.variables)
  const latest = useRef(again)
  latest.current = again
  useEffect(() => {
    if (!isLost || isPending) return
    const timer = setTimeout(() => latest.current(), pauseMs)
    return () => clearTimeout(timer)
  }, [isLost, isPending])
  return {
    start: (given) => {
      if (isBusy.current) return
      isBusy.current = true
      asked.current = { variables: given }
      mutate(given)
    },
    again: () => {
      if (!isPending) again()
    },
    renew: () => {
      if (!isBusy.current) key.current = crypto.randomUUID()
    },
    forget: () => {
      if (!isBusy.current) reset()
    },
    isPending,
    isLost,
    error: error !== null && isUnknownOutcome(error) ? null : error,
    variables,
    data,
  }
}
