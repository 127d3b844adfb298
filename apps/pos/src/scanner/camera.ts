import { type Frame, type QrReader, readFrame } from './read-frame.ts'

type Detector = { detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]> }
type DetectorClass = new (options: { formats: string[] }) => Detector
/** Why there is no picture: the browser says no, or there is no camera (or another program has it). */
export type NoCamera = 'refused' | 'missing'

const formats = ['ean_13', 'ean_8', 'upc_a', 'code_128', 'qr_code']
/** Longest side of a picture that is read, in pixels; larger ones only cost time. */
const longestSide = 960
/** A barcode is believed when two pictures say the same; a QR corrects its own errors. */
const barcode = /^\d{8}$|^\d{13}$/

/** Whether this browser can have a camera at all; whether it may, and has one, shows when it is asked. */
export function cameraWorks(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === 'function'
}

/**
 * Looks through the device's camera until it reads a code; the browser's own reader where it has one, ours elsewhere.
 * @returns how to let the camera go
 */
export function watchCamera(
  video: HTMLVideoElement,
  { onCode, onNone }: { onCode(code: string): void; onNone(why: NoCamera): void },
): () => void {
  let isOpen = true
  let stream: MediaStream | undefined
  const letGo = () => {
    isOpen = false
    for (const track of stream?.getTracks() ?? []) track.stop()
  }
  const look = async (): Promise<void> => {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'environment', width: { ideal: 1280 } },
    })
    if (!isOpen) return letGo()
    video.srcObject = stream
    await video.play()
    const read = await reader()
    let before: string | undefined
    while (isOpen) {
      const code = await read(video)
      if (code !== undefined && isOpen && (!barcode.test(code) || code === before)) {
        letGo()
        return onCode(code)
      }
      before = code ?? before
      await nextFrame(video)
    }
  }
  look().catch((error: unknown) => {
    // Closing the sheet while the camera starts ends in an error of the browser's, too.
    if (isOpen) onNone(error instanceof DOMException && error.name === 'NotAllowedError' ? 'refused' : 'missing')
    letGo()
  })
  return letGo
}

async function reader(): Promise<(video: HTMLVideoElement) => Promise<string | undefined>> {
  const found: unknown = Reflect.get(globalThis, 'BarcodeDetector')
  if (typeof found === 'function') {
    const detector = new (found as DetectorClass)({ formats })
    return async (video) => (await detector.detect(video))[0]?.rawValue
  }
  const readQr = await qrReader()
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  return async (video) => {
    if (!pen || video.videoWidth === 0) return undefined
    const scale = Math.min(1, longestSide / Math.max(video.videoWidth, video.videoHeight))
    canvas.width = Math.round(video.videoWidth * scale)
    canvas.height = Math.round(video.videoHeight * scale)
    pen.drawImage(video, 0, 0, canvas.width, canvas.height)
    return readFrame(pen.getImageData(0, 0, canvas.width, canvas.height), readQr)
  }
}

/** Ours is loaded when a camera is first used: most tills have a hand scanner and never need it. */
async function qrReader(): Promise<QrReader> {
  const { decodeQR } = await import('qr/decode.js')
  return (frame: Frame) => {
    try {
      return decodeQR(frame)
    } catch {
      // Most pictures show no QR, or not all of it; the library throws for each of them.
      return undefined
    }
  }
}

function nextFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(() => resolve())
    else requestAnimationFrame(() => resolve())
  })
}
