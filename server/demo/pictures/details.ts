import { mix } from './color.ts'
import { between, ellipse, type Point, r, xy } from './path.ts'
import { type Fold, type Material, type Sheet } from './sheet.ts'

/** A pressed seam: a dark line with light on its upper side. */
export function seam(sheet: Sheet, d: string, { tones }: Material, strength = 0.5): void {
  sheet.add(
    `<path d="${d}" fill="none" stroke="${tones.light}" stroke-width="2.4" opacity="${r(strength * 0.55 * tones.lightForce)}" transform="translate(-1.4 -1.6)"/>` +
      `<path d="${d}" fill="none" stroke="${tones.deep}" stroke-width="1.6" opacity="${Math.round(strength * 100) / 100}"/>`,
  )
}

/** A row of visible stitches. */
export function stitches(sheet: Sheet, d: string, { tones }: Material, strength = 0.6): void {
  sheet.add(
    `<path d="${d}" fill="none" stroke="${tones.deep}" stroke-width="1.5" stroke-dasharray="5 3.4" stroke-linecap="round" opacity="${Math.round(strength * 100) / 100}"/>` +
      `<path d="${d}" fill="none" stroke="${tones.light}" stroke-width="1" stroke-dasharray="5 3.4" stroke-linecap="round" opacity="${Math.round(strength * 70) / 100}" transform="translate(-0.7 -1)"/>`,
  )
}

export const buttonColors = { shell: '#e6ddcd', corozo: '#b89a72', coconut: '#6d4a30', horn: '#57483b' } as const

/** A four-hole button with its thread. */
export function button(sheet: Sheet, [cx, cy]: Point, radius: number, color: string): void {
  const edge = mix(color, '#2a1c10', 0.45)
  const fill = sheet.define(
    (id) =>
      `<radialGradient id="${id}" cx="0.36" cy="0.3" r="0.8"><stop offset="0" stop-color="${mix(color, '#fffaf2', 0.55)}"/>` +
      `<stop offset="0.55" stop-color="${color}"/><stop offset="1" stop-color="${mix(color, '#2a1c10', 0.28)}"/></radialGradient>`,
  )
  const holes = [
    [-1, -1],
    [1, -1],
    [-1, 1],
    [1, 1],
  ].map(
    ([x, y]) =>
      `<circle cx="${r(cx + (x ?? 0) * radius * 0.24)}" cy="${r(cy + (y ?? 0) * radius * 0.24)}" r="${r(radius * 0.12)}" fill="${edge}"/>`,
  )
  const g = radius * 0.24
  sheet.add(
    `<ellipse cx="${r(cx + radius * 0.22)}" cy="${r(cy + radius * 0.34)}" rx="${r(radius * 1.05)}" ry="${r(radius)}" fill="#2a1c10" opacity="0.28"/>` +
      `<circle cx="${r(cx)}" cy="${r(cy)}" r="${r(radius)}" fill="${fill}" stroke="${edge}" stroke-width="0.8"/>` +
      `<circle cx="${r(cx)}" cy="${r(cy)}" r="${r(radius * 0.66)}" fill="none" stroke="${edge}" stroke-width="0.8" opacity="0.4"/>${holes.join('')}` +
      `<path d="M${xy([cx - g, cy - g])}L${xy([cx + g, cy + g])}M${xy([cx + g, cy - g])}L${xy([cx - g, cy + g])}" stroke="${mix(color, '#fffaf2', 0.3)}" stroke-width="${r(radius * 0.12)}"/>`,
  )
}

/** A buttonhole: a short stitched slot. */
export function buttonhole(sheet: Sheet, [cx, cy]: Point, length: number, { tones }: Material, upright = true): void {
  const half = length / 2
  const d = upright
    ? `M${xy([cx, cy - half])}L${xy([cx, cy + half])}`
    : `M${xy([cx - half, cy])}L${xy([cx + half, cy])}`
  sheet.add(
    `<path d="${d}" stroke="${tones.light}" stroke-width="4.4" stroke-linecap="round" opacity="0.5"/>` +
      `<path d="${d}" stroke="${tones.deep}" stroke-width="1.4" stroke-linecap="round" opacity="0.75"/>`,
  )
}

/** Folds that fall from one edge to another, as in a skirt: `top` and `bottom` are the ends of the two edges. */
export function fallingFolds(
  sheet: Sheet,
  top: readonly [Point, Point],
  bottom: readonly [Point, Point],
  { count, width, depth, reach = 1 }: { count: number; width: number; depth: number; reach?: number },
): Fold[] {
  const { dice } = sheet
  return Array.from({ length: count }, (_, index) => {
    const share = (index + 0.5 + (dice.next() - 0.5) * 0.55) / count
    const start = between(top[0], top[1], share)
    const end = between(bottom[0], bottom[1], Math.min(0.98, Math.max(0.02, share + (dice.next() - 0.5) * 0.05)))
    const begin = dice.next() * 0.14
    const stop = reach * (0.72 + dice.next() * 0.34)
    const along = (part: number): Point => [
      start[0] + (end[0] - start[0]) * part,
      start[1] + (end[1] - start[1]) * part,
    ]
    return {
      from: along(begin),
      to: along(Math.min(1.02, stop)),
      bend: (dice.next() - 0.5) * 22,
      width: width * (0.6 + dice.next() * 0.8),
      depth: depth * (0.55 + dice.next() * 0.6),
    }
  })
}

/** Folds pulled towards a point: an armpit, a knot, a button under strain. Angles in degrees, 0 right, 90 down. */
export function pulledFolds(
  sheet: Sheet,
  [x, y]: Point,
  {
    from,
    to,
    count,
    length,
    width,
    depth,
  }: { from: number; to: number; count: number; length: number; width: number; depth: number },
): Fold[] {
  const { dice } = sheet
  return Array.from({ length: count }, (_, index) => {
    const angle = ((from + ((to - from) * (index + 0.5 + (dice.next() - 0.5) * 0.5)) / count) * Math.PI) / 180
    const far = length * (0.6 + dice.next() * 0.6)
    const near = 8 + dice.next() * 16
    return {
      from: [x + Math.cos(angle) * near, y + Math.sin(angle) * near],
      to: [x + Math.cos(angle) * far, y + Math.sin(angle) * far],
      bend: (dice.next() - 0.5) * far * 0.22,
      width: width * (0.6 + dice.next() * 0.7),
      depth: depth * (0.6 + dice.next() * 0.6),
    }
  })
}

/** The small creases washed linen never loses, scattered over an area. */
export function linenCreases(
  sheet: Sheet,
  area: { x: number; y: number; width: number; height: number },
  count: number,
  depth = 0.3,
): Fold[] {
  const { dice } = sheet
  return Array.from({ length: count }, () => {
    const at: Point = [area.x + dice.next() * area.width, area.y + dice.next() * area.height]
    const angle = (dice.chance(0.7) ? 35 + dice.next() * 110 : dice.next() * 180) * (Math.PI / 180)
    const length = 26 + dice.next() * 70
    return {
      from: at,
      to: [at[0] + Math.cos(angle) * length, at[1] + Math.sin(angle) * length],
      bend: (dice.next() - 0.5) * 16,
      width: 2 + dice.next() * 2.4,
      depth: depth * (0.4 + dice.next() * 0.7),
    }
  })
}

/** The woven label in the neck. */
export function label(sheet: Sheet, [cx, cy]: Point, width: number): void {
  const height = width * 0.42
  const left = cx - width / 2
  sheet.add(
    `<rect x="${r(left)}" y="${r(cy)}" width="${r(width)}" height="${r(height)}" rx="1.5" fill="#f4eee2" stroke="#8d7c66" stroke-width="0.7"/>` +
      `<path d="M${xy([left + width * 0.16, cy + height * 0.58])}C${xy([left + width * 0.34, cy + height * 0.1])} ${xy([left + width * 0.46, cy + height * 0.98])} ${xy([left + width * 0.84, cy + height * 0.4])}" fill="none" stroke="#3a3fb5" stroke-width="${r(width * 0.035)}" stroke-linecap="round"/>`,
  )
}

/** Loose threads along an edge, from one end to the other; `direction` is where they hang, in units. */
export function fringe(
  sheet: Sheet,
  [from, to]: readonly [Point, Point],
  direction: Point,
  { tones }: Material,
  { gap = 5, knots = false }: { gap?: number; knots?: boolean } = {},
): void {
  const { dice } = sheet
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  const count = Math.max(2, Math.round(length / gap))
  const threads: string[] = []
  for (let index = 0; index <= count; index++) {
    const share = index / count
    const at: Point = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
    const stretch = 0.82 + dice.next() * 0.3
    const sway = (dice.next() - 0.5) * gap * 1.6
    const end: Point = [at[0] + direction[0] * stretch + sway, at[1] + direction[1] * stretch + sway * 0.3]
    const half: Point = [(at[0] + end[0]) / 2 - sway * 0.6, (at[1] + end[1]) / 2]
    const color = [tones.base, mix(tones.base, tones.light, 0.6), mix(tones.base, tones.shade, 0.6)][dice.int(0, 2)]
    threads.push(
      `<path d="M${xy(at)}Q${xy(half)} ${xy(end)}" fill="none" stroke="${color}" stroke-width="${knots ? 3.6 : 1.7}" stroke-linecap="round"/>`,
    )
    if (knots) {
      const knot: Point = [at[0] + direction[0] * 0.3, at[1] + direction[1] * 0.3]
      threads.push(
        `<path d="${ellipse(knot[0], knot[1], 4.2, 4.8)}" fill="${tones.base}" stroke="${tones.deep}" stroke-width="0.9" stroke-opacity="0.6"/>`,
      )
    }
  }
  sheet.add(`<g>${threads.join('')}</g>`)
}
