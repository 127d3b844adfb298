import type { ReactNode } from 'react'
import { paths } from './paths.ts'

export type IconName = keyof typeof paths

/** One of Hilo's own icons, drawn on a 20-unit grid with a 1.5 line. Decorative unless `label` is given. */
export function Icon({ name, size = 18, label }: { name: IconName; size?: number; label?: string }): ReactNode {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      focusable="false"
      className="h-icon"
    >
      <path d={paths[name]} />
    </svg>
  )
}
