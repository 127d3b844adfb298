import { decodeQR } from 'qr/decode.js'
import { encode } from 'uqr'
import { describe, expect, test } from 'vitest'
import { drawBars, modulesOfEan8, modulesOfEan13 } from './draw-ean.ts'
import { hasCheckDigit } from './ean.ts'
import { type Frame, readFrame } from './read-frame.ts'

/** A number with its check digit. */
function withCheckDigit(digits: string): string {
  const last = [...'0123456789'].find((digit) => hasCheckDigit(`${digits}${digit}`))
  return `${digits}${last}`
}
const numbers = Array.from({ length: 24 }, (_, i) =>
  withCheckDigit(String((i * 982_451_653_217 + 840_000_000_017) % 1e12).padStart(12, '0')),
)

function turned({ data, width, height }: Frame, degrees: 90 | 180): Frame {
  const out = new Uint8ClampedArray(data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = degrees === 180 ? (height - 1 - y) * width + (width - 1 - x) : x * height + (height - 1 - y)
      out.set(data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4), to * 4)
    }
  }
  return degrees === 180 ? { data: out, width, height } : { data: out, width: height, height: width }
}

describe('the reader of pictures', () => {
  test('knows a check digit: that of a book, that of a tin, and no other', () => {
    expect(hasCheckDigit('9788497593793')).toBe(true)
    expect(hasCheckDigit('96385074')).toBe(true)
    expect(hasCheckDigit('9788497593794')).toBe(false)
    expect(hasCheckDigit('978849759379')).toBe(false)
  })

  test('reads every EAN-13 it is shown, also upside down and on its side', () => {
    for (const number of numbers) {
      const frame = drawBars(modulesOfEan13(number), { height: 96 })
      expect(readFrame(frame)).toBe(number)
      expect(readFrame(turned(frame, 180))).toBe(number)
    }
    const [first = ''] = numbers
    expect(readFrame(turned(drawBars(modulesOfEan13(first), { width: 480, height: 480 }), 90))).toBe(first)
  })

  test('reads an EAN-8', () => {
    expect(readFrame(drawBars(modulesOfEan8('96385074')))).toBe('96385074')
  })

  test('a shadow over half of the label, weak print and a distance do not matter', () => {
    const [, number = ''] = numbers
    const modules = modulesOfEan13(number)
    const shadow = (part: number) => (part < 0.5 ? { paper: 240, ink: 60 } : { paper: 110, ink: 20 })
    expect(readFrame(drawBars(modules, { light: shadow }))).toBe(number)
    expect(readFrame(drawBars(modules, { light: () => ({ paper: 150, ink: 90 }) }))).toBe(number)
    expect(readFrame(drawBars(modules, { modulePixels: 2.1 }))).toBe(number)
    expect(readFrame(drawBars(modules, { modulePixels: 5.4 }))).toBe(number)
  })

  test('a barcode with a wrong digit, an empty wall and noise are nothing', () => {
    const [number = ''] = numbers
    const wrong = `${number.slice(0, 12)}${(Number(number[12]) + 1) % 10}`
    expect(readFrame(drawBars(modulesOfEan13(wrong)))).toBeUndefined()
    expect(readFrame(drawBars(''))).toBeUndefined()
    let seed = 7
    const noise = drawBars('')
    for (let i = 0; i < noise.data.length; i++) noise.data[i] = (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % 256
    expect(readFrame(noise)).toBeUndefined()
  })

  test('a QR of the shop is read where there is no barcode', () => {
    const { data, size } = encode('HILO:P:7KQ2M9XA', { border: 4 })
    const scale = 8
    const frame = drawBars('', { width: size * scale, height: size * scale })
    for (let y = 0; y < size * scale; y++) {
      for (let x = 0; x < size * scale; x++) {
        const value = data[Math.floor(y / scale)]?.[Math.floor(x / scale)] ? 20 : 235
        frame.data.set([value, value, value, 255], (y * size * scale + x) * 4)
      }
    }
    expect(readFrame(frame, (shown) => decodeQR(shown))).toBe('HILO:P:7KQ2M9XA')
    expect(readFrame(frame)).toBeUndefined()
  })
})
