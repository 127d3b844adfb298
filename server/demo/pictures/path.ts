/** A point of the drawing plane: 1,000 wide, 1,250 high, origin at the upper left. */
export type Point = readonly [x: number, y: number]

/** One cubic stretch of an outline; a straight line is a cubic whose handles lie on its ends. */
type Stretch = { from: Point; first: Point; second: Point; to: Point }

/** Rounds for the SVG text: a tenth of a unit is finer than any screen shows. */
export const r = (value: number) => String(Math.round(value * 10) / 10)

export const xy = ([x, y]: Point) => `${r(x)} ${r(y)}`

function numbersOf(text: string): number[] {
  return (text.match(/-?\d*\.?\d+/g) ?? []).map(Number)
}

/**
 * Reads an open path of absolute M, L, Q and C commands into cubic stretches.
 * @throws Error on any other command: the mirror and the boxes below rely on plain pairs of coordinates
 */
function stretchesOf(d: string): Stretch[] {
  const stretches: Stretch[] = []
  let at: Point = [0, 0]
  for (const [, command, rest] of d.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    const values = numbersOf(rest ?? '')
    const points: Point[] = []
    for (let index = 0; index < values.length; index += 2) points.push([values[index] ?? 0, values[index + 1] ?? 0])
    if (command === 'M') at = points[0] ?? at
    else if (command === 'L') for (const to of points) at = push(stretches, at, at, to, to)
    else if (command === 'Q')
      for (let i = 0; i + 1 < points.length; i += 2)
        at = pushQuadratic(stretches, at, points[i] as Point, points[i + 1] as Point)
    else if (command === 'C')
      for (let i = 0; i + 2 < points.length; i += 3)
        at = push(stretches, at, points[i] as Point, points[i + 1] as Point, points[i + 2] as Point)
    else if (command !== 'Z') throw new Error(`path command ${command} is not one of M L Q C Z`)
  }
  return stretches
}

function push(stretches: Stretch[], from: Point, first: Point, second: Point, to: Point): Point {
  stretches.push({ from, first, second, to })
  return to
}

function pushQuadratic(stretches: Stretch[], from: Point, control: Point, to: Point): Point {
  return push(stretches, from, between(from, control, 2 / 3), between(to, control, 2 / 3), to)
}

/** The point a share of the way from one to the other. */
export function between(from: Point, to: Point, share: number): Point {
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
}

const flip = ([x, y]: Point): Point => [1000 - x, y]

/**
 * Closes a half outline with its mirror image about the middle of the plane (x = 500).
 * @param half an open path from the top of the middle to its bottom, along one side
 */
export function symmetric(half: string): string {
  const stretches = stretchesOf(half)
  const back = stretches.toReversed().map(({ from, first, second, to }) => ({
    from: flip(to),
    first: flip(second),
    second: flip(first),
    to: flip(from),
  }))
  const [start] = stretches
  if (!start) throw new Error('a half outline needs at least one stretch')
  const text = [...stretches, ...back].map(({ first, second, to }) => `C${xy(first)} ${xy(second)} ${xy(to)}`)
  const [bottomLeft, bottomRight] = [stretches.at(-1)?.to, back[0]?.from]
  const gap = bottomLeft && bottomRight && bottomLeft[0] !== bottomRight[0] ? `L${xy(bottomRight)}` : ''
  return `M${xy(start.from)}${text.slice(0, stretches.length).join('')}${gap}${text.slice(stretches.length).join('')}Z`
}

/** The same path seen in the mirror at x = 500. */
export function mirrored(d: string): string {
  let index = 0
  return d.replace(/-?\d*\.?\d+/g, (text) => (index++ % 2 === 0 ? r(1000 - Number(text)) : text))
}

export type Box = { x: number; y: number; width: number; height: number }

/** A box that surely holds the path: the extremes of its points and handles, grown by `margin`. */
export function boxOf(d: string, margin = 0): Box {
  const values = numbersOf(d)
  const xs = values.filter((_, index) => index % 2 === 0)
  const ys = values.filter((_, index) => index % 2 === 1)
  const [left, top] = [Math.min(...xs) - margin, Math.min(...ys) - margin]
  return { x: left, y: top, width: Math.max(...xs) + margin - left, height: Math.max(...ys) + margin - top }
}

/** A box that holds both. */
export function boxAround(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  const right = Math.max(...boxes.map((box) => box.x + box.width))
  const bottom = Math.max(...boxes.map((box) => box.y + box.height))
  return { x, y, width: right - x, height: bottom - y }
}

/** An ellipse of four cubics (the usual 0.5523 handle). */
export function ellipse(cx: number, cy: number, rx: number, ry: number): string {
  const [kx, ky] = [rx * 0.5523, ry * 0.5523]
  return (
    `M${xy([cx - rx, cy])}C${xy([cx - rx, cy - ky])} ${xy([cx - kx, cy - ry])} ${xy([cx, cy - ry])}` +
    `C${xy([cx + kx, cy - ry])} ${xy([cx + rx, cy - ky])} ${xy([cx + rx, cy])}` +
    `C${xy([cx + rx, cy + ky])} ${xy([cx + kx, cy + ry])} ${xy([cx, cy + ry])}` +
    `C${xy([cx - kx, cy + ry])} ${xy([cx - rx, cy + ky])} ${xy([cx - rx, cy])}Z`
  )
}

/** A rectangle with rounded corners. */
export function roundedRect(x: number, y: number, width: number, height: number, radius: number): string {
  const [right, bottom, s] = [x + width, y + height, radius]
  return (
    `M${xy([x + s, y])}L${xy([right - s, y])}Q${xy([right, y])} ${xy([right, y + s])}` +
    `L${xy([right, bottom - s])}Q${xy([right, bottom])} ${xy([right - s, bottom])}` +
    `L${xy([x + s, bottom])}Q${xy([x, bottom])} ${xy([x, bottom - s])}L${xy([x, y + s])}Q${xy([x, y])} ${xy([x + s, y])}Z`
  )
}

/** A smooth line through points (Catmull-Rom, as cubics). */
export function throughPoints(points: readonly Point[]): string {
  const at = (index: number) => points[Math.min(points.length - 1, Math.max(0, index))] as Point
  let d = `M${xy(at(0))}`
  for (let i = 0; i + 1 < points.length; i++) {
    const [before, from, to, after] = [at(i - 1), at(i), at(i + 1), at(i + 2)]
    const first: Point = [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6]
    const second: Point = [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6]
    d += `C${xy(first)} ${xy(second)} ${xy(to)}`
  }
  return d
}
