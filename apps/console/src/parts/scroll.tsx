import type { ReactNode } from 'react'

/** Something wider than a small screen: it scrolls by itself, with the keyboard, too, and the page never does. */
export function Scroll({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must take the keyboard (WCAG 2.1.1)
    <section className="c-scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
