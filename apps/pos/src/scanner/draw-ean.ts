/**
 * Draws a barcode as it lies before a camera; for tests of the reader. The patterns are written out as GS1 prints them, not taken from
 * the reader, so that the two check each other.
 */
const left = {
  A: '0001101 0011001 0010011 0111101 0100011 0110001 0101111 0111011 0110111 0001011'.split(' '),
  B: '0100111 0110011 0011011 0100001 0011101 0111001 0000101 0010001 0001001 0010111'.split(' '),
}
const right = '1110010 1100110 1101100 1000010 1011100 1001110 1010000 1000100 1001000 1110100'.split(' ')
const sets = 'AAAAAA AABABB AABBAB AABBBA ABAABB ABBAAB ABBBAA ABABAB ABABBA ABBABA'.split(' ')

/** Modules of an EAN-13, one character each: 1 is a bar. */
export function modulesOfEan13(code: string): string {
  const digits = [...code].map(Number)
  const [first = 0, ...rest] = digits
  const lefts = rest.slice(0, 6).map((digit, i) => left[sets[first]?.[i] === 'B' ? 'B' : 'A'][digit] ?? '')
  const rights = rest.slice(6).map((digit) => right[digit] ?? '')
  return `101${lefts.join('')}01010${rights.join('')}101`
}

/** Modules of an EAN-8. */
export function modulesOfEan8(code: string): string {
  const digits = [...code].map(Number)
  return `101${digits
    .slice(0, 4)
    .map((digit) => left.A[digit])
    .join('')}01010${digits
    .slice(4)
    .map((digit) => right[digit])
    .join('')}101`
}

/**
 * A grey picture with the barcode in its middle.
 * @param modulePixels width of one module; need not be whole
 * @param light brightness of paper and ink at a place across the picture, 0 to 1
 */
export function drawBars(
  modules: string,
  {
    width = 640,
    height = 480,
    modulePixels = 3.3,
    light = () => ({ paper: 235, ink: 25 }),
  }: {
    width?: number
    height?: number
    modulePixels?: number
    light?: (part: number) => { paper: number; ink: number }
  } = {},
): { data: Uint8ClampedArray; width: number; height: number } {
  const data = new Uint8ClampedArray(width * height * 4)
  const start = (width - modules.length * modulePixels) / 2
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const { paper, ink } = light(x / width)
      const module = Math.floor((x - start) / modulePixels)
      const isInside = y > height * 0.25 && y < height * 0.75
      const value = isInside && modules[module] === '1' ? ink : paper
      data.set([value, value, value, 255], (y * width + x) * 4)
    }
  }
  return { data, width, height }
}
