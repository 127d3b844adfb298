import { type RefObject, useEffect, useRef } from 'react'

/** Gives the field the focus when it appears, and again each time `at` changes (a key was pressed for it); never while `at` is below zero. */
export function useFocus(at: number): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (at < 0) return
    field.current?.focus({ preventScroll: true })
    field.current?.select()
  }, [at])
  return field
}
