/**
 * EAN-13, UPC-A and EAN-8 from one row of brightness values. A symbol is bars and gaps of one to four modules: guard 101, digits of two
 * bars and two gaps (seven modules each), a middle guard 01010, digits again, guard 101. The first digit of EAN-13 is told by which of
 * the left digits are drawn mirrored (GS1 General Specifications, section 5.2).
 */

/** Widths in modules of gap, bar, gap, bar of each digit in the odd set; the even set is the same read backwards. */
const odd = ['3211', '2221', '2122', '1411', '1132', '1231', '1114', '1312', '1213', '3112']
type Digit = { digit: number; isEven: boolean }
const patterns: readonly (Digit & { widths: readonly number[] })[] = odd.flatMap((text, digit) => {
  const widths = [...text].map(Number)
  return [
    { digit, isEven: false, widths },
    { digit, isEven: true, widths: widths.toReversed() },
  ]
})
/** How far, in modules over the four runs, a blurred digit may be from its pattern. */
const tolerance = 1.6
/** Which of the six left digits are even, by the first digit of the number. */
const firstDigits = ['OOOOOO', 'OOEOEE', 'OOEEOE', 'OOEEEO', 'OEOOEE', 'OEEOOE', 'OEEEOO', 'OEOEOE', 'OEOEEO', 'OEEOEO']

/** True when the last digit is the check digit of those before it. */
export function hasCheckDigit(code: string): boolean {
  const weighed = [...code].toReversed().map((digit, at) => Number(digit) * (at % 2 === 0 ? 1 : 3))
  return /^\d{8}$|^\d{13}$/.test(code) && sum(weighed) % 10 === 0
}

/** Lengths of runs of light and dark along a row, told apart by `isDark`; the first run is light, and may be empty. */
export function runsOf(length: number, isDark: (x: number) => boolean): number[] {
  const runs = [0]
  let dark = false
  for (let x = 0; x < length; x++) {
    if (isDark(x) !== dark) {
      runs.push(0)
      dark = !dark
    }
    runs[runs.length - 1] = (runs.at(-1) ?? 0) + 1
  }
  return runs
}

/** The number that this row of runs shows, read in either direction; undefined when there is none with a right check digit. */
export function eanOfRuns(runs: readonly number[]): string | undefined {
  return scan(runs, 1) ?? scan(runs.toReversed(), runs.length % 2)
}

/** @param dark index of the first dark run, 0 or 1 */
function scan(runs: readonly number[], dark: number): string | undefined {
  for (let at = dark; at + 43 <= runs.length; at += 2) {
    if (!isGuard(runs.slice(at, at + 3))) continue
    const code = decode(runs, at, 6) ?? decode(runs, at, 4)
    if (code !== undefined) return code
  }
  return undefined
}

function decode(runs: readonly number[], start: number, half: 4 | 6): string | undefined {
  const left = start + 3
  const middle = left + half * 4
  const right = middle + 5
  const end = right + half * 4
  if (end + 3 > runs.length) return undefined
  const module = sum(runs.slice(start, end + 3)) / (half * 14 + 11)
  if (!isGuard(runs.slice(middle, middle + 5), module) || !isGuard(runs.slice(end, end + 3), module)) return undefined
  const lefts = digits(runs, left, half)
  const rights = digits(runs, right, half)
  if (!lefts || !rights || rights.some(({ isEven }) => isEven)) return undefined
  const pattern = lefts.map(({ isEven }) => (isEven ? 'E' : 'O')).join('')
  const first = half === 6 ? firstDigits.indexOf(pattern) : pattern === 'OOOO' ? '' : -1
  if (first === -1) return undefined
  const code = `${first}${[...lefts, ...rights].map(({ digit }) => digit).join('')}`
  return hasCheckDigit(code) ? code : undefined
}

function digits(runs: readonly number[], start: number, count: number): Digit[] | undefined {
  const read = Array.from({ length: count }, (_, i) => digitAt(runs.slice(start + i * 4, start + i * 4 + 4)))
  return read.every((each) => each !== undefined) ? read : undefined
}

/** The digit whose pattern is nearest to these four runs, seven modules in all. */
function digitAt(runs: readonly number[]): Digit | undefined {
  const module = sum(runs) / 7
  const far = ({ widths }: { widths: readonly number[] }) =>
    sum(runs.map((run, i) => Math.abs(run / module - (widths[i] ?? 0))))
  const nearest = patterns.reduce((best, next) => (far(next) < far(best) ? next : best))
  return far(nearest) <= tolerance ? nearest : undefined
}

/** Guards are runs of one module each. Where the module is not known yet, the runs need only be alike. */
function isGuard(runs: readonly number[], module = sum(runs) / runs.length): boolean {
  return runs.every((run) => run > module * 0.4 && run < module * 1.8)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
