import { Note } from '@hilo/ui'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Sheet } from '../sheet.tsx'
import { useWords } from '../words.ts'
import { readScan, type Scan } from './wedge.ts'

type Detector = { detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]> }
type DetectorClass = new (options: { formats: string[] }) => Detector
const formats = ['ean_13', 'ean_8', 'upc_a', 'code_128', 'qr_code']

function detectorClass(): DetectorClass | undefined {
  const found: unknown = Reflect.get(globalThis, 'BarcodeDetector')
  return typeof found === 'function' ? (found as DetectorClass) : undefined
}

/** Whether this browser can read codes through a camera. */
export function cameraWorks(): boolean {
  return detectorClass() !== undefined && 'mediaDevices' in navigator
}

/** Looks through the device's camera until a code is read. The camera is let go when the sheet closes. */
export function CameraSheet({ onScan, onClose }: { onScan(scan: Scan): void; onClose(): void }): ReactNode {
  const t = useWords()
  const video = useRef<HTMLVideoElement>(null)
  const [refused, setRefused] = useState(false)
  const found = useRef(onScan)
  found.current = onScan
  useEffect(
    () =>
      watch(
        video.current,
        (code) => found.current(readScan(code)),
        () => setRefused(true),
      ),
    [],
  )
  return (
    <Sheet title={t('camera.title')} onClose={onClose}>
      {refused ? <Note tone="owed">{t('camera.refused')}</Note> : <p className="h-muted">{t('camera.help')}</p>}
      <video ref={video} className="t-camera" muted playsInline aria-label={t('camera.title')} />
    </Sheet>
  )
}

function watch(video: HTMLVideoElement | null, onCode: (code: string) => void, onRefused: () => void): () => void {
  const BarcodeDetector = detectorClass()
  let isOpen = video !== null && BarcodeDetector !== undefined
  let stream: MediaStream | undefined
  const letGo = () => {
    isOpen = false
    for (const track of stream?.getTracks() ?? []) track.stop()
  }
  const look = async (detector: Detector, on: HTMLVideoElement): Promise<void> => {
    if (!isOpen) return
    const [code] = await detector.detect(on)
    if (code && isOpen) {
      letGo()
      onCode(code.rawValue)
      return
    }
    requestAnimationFrame(() => void look(detector, on).catch(onRefused))
  }
  const start = async (on: HTMLVideoElement, Detect: DetectorClass) => {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
    if (!isOpen) return letGo()
    on.srcObject = stream
    await on.play()
    await look(new Detect({ formats }), on)
  }
  if (video && BarcodeDetector) void start(video, BarcodeDetector).catch(onRefused)
  return letGo
}
