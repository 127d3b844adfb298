import { useEffect, useRef } from 'react'
import { createWedge, readScan, type Scan } from './wedge.ts'

/** Calls back for every scan, on whatever screen and in whatever field the till is. What the scanner typed leaves the field again. */
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
      takeBack(document.activeElement, code)
      handler.current(readScan(code))
    }
    window.addEventListener('keydown', listen, { capture: true })
    return () => window.removeEventListener('keydown', listen, { capture: true })
  }, [])
}

// React listens to `input` events and compares with the value it set itself, so the value goes in through the element's own setter.
function takeBack(field: Element | null, code: string): void {
  if (!(field instanceof HTMLInputElement) || !field.value.endsWith(code)) return
  const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
  setter?.call(field, field.value.slice(0, -code.length))
  field.dispatchEvent(new Event('input', { bubbles: true }))
}
