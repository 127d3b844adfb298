import { useHotkeys } from '@hilo/ui'
import { type ReactNode, useEffect, useRef } from 'react'

/** The big key that ends a payment. It takes the focus as soon as it can be pressed, so that Enter is enough; F9 presses it, too. */
export function FinishKey({
  ready,
  onPress,
  children,
}: {
  ready: boolean
  onPress(): void
  children: ReactNode
}): ReactNode {
  const key = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (ready) key.current?.focus()
  }, [ready])
  useHotkeys([['F9', () => ready && onPress()]], [])
  return (
    <button
      ref={key}
      type="button"
      className="t-pay"
      disabled={!ready}
      onClick={onPress}
      // Enter that is held down counted the money; it must not end the sale as well.
      onKeyDown={(event) => event.repeat && event.preventDefault()}
    >
      {children}
    </button>
  )
}
