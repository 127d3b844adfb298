import { useEffect, useRef } from 'react'
import { createWedge, readScan, type Scan } from './wedge.ts'

/** Calls back for every scan, on whatever screen and in whatever field the till is. */
export function useScanner(onScan: (scan: Scan) => void): void {
  const handler = useRef(onScan)
  handler.current = onScan
  useEffect(() => {
    const wedge = createWedge()
    const listen = (event: KeyboardEvent) => {
      const code = wedge.key(event.key, event.timeStamp)
      if (code === undefined) return
      event.preventDefault()
      event.stopPropagation()
      handler.current(readScan(code))
    }
    window.addEventListener('keydown', listen, { capture: true })
    return () => window.removeEventListener('keydown', listen, { capture: true })
  }, [])
}
