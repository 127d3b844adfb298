import type { ReactNode } from 'react'
import { renderSVG } from 'uqr'

/** A QR of this text, for the customer's phone; dark on white in both themes, because cameras expect it. */
export function Qr({ text, size = 220 }: { text: string; size?: number }): ReactNode {
  const drawing = `data:image/svg+xml,${encodeURIComponent(renderSVG(text, { border: 2 }))}`
  return <img className="t-qr" alt={text} width={size} height={size} src={drawing} />
}
