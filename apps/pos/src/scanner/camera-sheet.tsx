import { Note } from '@hilo/ui'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Sheet } from '../sheet.tsx'
import { useWords } from '../words.ts'
import { type NoCamera, watchCamera } from './camera.ts'
import { readScan, type Scan } from './wedge.ts'

/** Looks through the device's camera until a code is read. The camera is let go when the sheet closes. */
export function CameraSheet({ onScan, onClose }: { onScan(scan: Scan): void; onClose(): void }): ReactNode {
  const t = useWords()
  // The sheet brings its content a moment after itself; looking begins when the picture is there.
  const [video, setVideo] = useState<HTMLVideoElement | null>(null)
  const [none, setNone] = useState<NoCamera | null>(null)
  const found = useRef(onScan)
  found.current = onScan
  useEffect(() => {
    if (!video) return
    return watchCamera(video, { onCode: (code) => found.current(readScan(code)), onNone: setNone })
  }, [video])
  return (
    <Sheet title={t('camera.title')} onClose={onClose}>
      {none === null ? (
        <p className="h-muted">{t('camera.help')}</p>
      ) : (
        <Note tone="owed" title={t(`camera.${none}`)}>
          {t(`camera.${none}.help`)}
        </Note>
      )}
      <video
        ref={setVideo}
        className="t-camera"
        muted
        playsInline
        hidden={none !== null}
        aria-label={t('camera.title')}
      />
    </Sheet>
  )
}
