import { type ReactNode, useMemo } from 'react'
import { encode } from 'uqr'

/** A QR code drawn as one path, dark on white in both themes because cameras need that. */
export function QrCode({ text, label, size = 176 }: { text: string; label: string; size?: number }): ReactNode {
  const { path, side } = useMemo(() => {
    const { data, size: modules } = encode(text, { ecc: 'M', border: 2 })
    const cells = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    return { path: cells.join(''), side: modules }
  }, [text])
  return (
    <svg
      className="c-qr"
      width={size}
      height={size}
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
