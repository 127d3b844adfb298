import { type RefObject, useEffect, useRef } from 'react'

/**
 * Arrow keys lead from the search through the rows below it and back: up and down move the focus over everything in the container that
 * carries `data-row`, the search being the first.
 * @returns the reference that the container takes
 */
export function useArrowKeys(): RefObject<HTMLDivElement | null> {
  const container = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const { current } = container
    current?.addEventListener('keydown', moveFocus)
    return () => current?.removeEventListener('keydown', moveFocus)
  }, [])
  return container
}

function moveFocus(event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0 || !(event.currentTarget instanceof HTMLElement)) return
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')]
  const at = rows.findIndex((row) => row === document.activeElement)
  const next = rows[at + step]
  if (at < 0 || !next) return
  event.preventDefault()
  next.focus()
}
