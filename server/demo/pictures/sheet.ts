import type { Dice } from '../seed.ts'
import { type Tones, tonesOf } from './color.ts'
import { type Box, between, boxAround, boxOf, type Point, r, xy } from './path.ts'
import type { Weave } from './weaves.ts'

// A picture is two drawings of the same scene. The first holds what is crisp: colour, prints, weave, seams, buttons. The
// second holds light alone, as soft greys around 50 %: shadows, folds, the turning of edges. Light is drawn small, because
// blurring a full-size picture thirty times costs a second, then enlarged and laid over the first (render.ts).

/** What one surface is made of. */
export type Material = { color: string; weave: Weave; tones: Tones }

/** Builds a material from a colour. */
export function material(color: string, weave: Weave): Material {
  return { color, weave, tones: tonesOf(color) }
}

/**
 * A fold: a soft valley from one point to another, bent sideways by `bend` units, `width` units wide at its middle.
 * `depth` 0 to 1 is how dark it falls.
 */
export type Fold = { from: Point; to: Point; bend?: number; width: number; depth: number }

export type PieceOptions = {
  folds?: readonly Fold[]
  /** Short sharp creases of washed linen. */
  creases?: readonly Fold[]
  /** Light across the piece, from -1 (falls off to the left) to 1 (falls off to the right); 0 is flat. */
  turn?: number
  /** Units of rounding at the edge: thin cloth 10, a cushion 60. */
  round?: number
  /** Height above what lies beneath, in units: how long its shadow is. 0 casts none. */
  lift?: number
  /** Printed or woven decoration, drawn on the cloth below folds and weave, cut to the piece. */
  print?: string
  /** Outline strength, 0 to 1. */
  outline?: number
  /** How soft the folds are, in units of blur. */
  softness?: number
}

/** A drawing under way: crisp shapes and soft light in paint order, and the definitions they use. */
export type Sheet = {
  dice: Dice
  weavesUsed: Set<Weave>
  /** Adds crisp shapes. */
  add(shapes: string): void
  /** Adds light and shadow. */
  addLight(shapes: string): void
  /** Adds a definition; gives the reference to it, for example `url(#d3)`. */
  define(write: (id: string) => string): string
  shapes(): string
  light(): string
  definitions(): string
}

/** An empty sheet; `dice` make its folds the same on every machine. */
export function newSheet(dice: Dice): Sheet {
  const shapes: string[] = []
  const light: string[] = []
  const definitions: string[] = []
  let count = 0
  return {
    dice,
    weavesUsed: new Set(),
    add: (text) => {
      shapes.push(text)
    },
    addLight: (text) => {
      light.push(text)
    },
    define: (write) => {
      const id = `d${count++}`
      definitions.push(write(id))
      return `url(#${id})`
    },
    shapes: () => shapes.join('\n'),
    light: () => light.join('\n'),
    definitions: () => definitions.join('\n'),
  }
}

/** The greys of the light drawing: neutral, full shadow and full light, both a little warm. */
export const lightNeutral = '#808080'
const darkest = '#261c16'
const brightest = '#fff8ec'

const r2 = (value: number) => String(Math.round(Math.min(1, value) * 100) / 100)

/** A blur filter for things inside this box; only the box is blurred. */
export function blur(sheet: Sheet, deviation: number, box: Box): string {
  const grow = deviation * 3
  return sheet.define(
    (id) =>
      `<filter id="${id}" filterUnits="userSpaceOnUse" x="${r(box.x - grow)}" y="${r(box.y - grow)}" width="${r(box.width + 2 * grow)}" ` +
      `height="${r(box.height + 2 * grow)}" color-interpolation-filters="sRGB"><feGaussianBlur stdDeviation="${r(deviation)}"/></filter>`,
  )
}

export function clipTo(sheet: Sheet, d: string): string {
  return sheet.define((id) => `<clipPath id="${id}"><path d="${d}"/></clipPath>`)
}

/** The outline of a fold: a lens, thin at both ends. `shift` moves it across its own direction. */
function lens({ from, to, bend = 0, width }: Fold, shift: number): string {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const length = Math.hypot(dx, dy) || 1
  const across: Point = [-dy / length, dx / length]
  const middle = between(from, to, 0.5)
  const side = (distance: number): Point => [middle[0] + across[0] * distance, middle[1] + across[1] * distance]
  const moved = ([x, y]: Point): Point => [x + across[0] * shift, y + across[1] * shift]
  return `M${xy(moved(from))}Q${xy(moved(side(bend + width)))} ${xy(moved(to))}Q${xy(moved(side(bend - width)))} ${xy(moved(from))}Z`
}

/** Light comes from the upper left: the far side of a ridge is its right or lower one. */
function litSide({ from, to }: Fold): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  return -dy * 0.8 + dx * 0.6 > 0 ? 1 : -1
}

/** Folds as valleys with a lit ridge beside them, in the light drawing. */
function foldLight(sheet: Sheet, folds: readonly Fold[], tones: Tones, softness: number): string {
  if (folds.length === 0) return ''
  const box = boxAround(folds.map((fold) => boxOf(lens(fold, 0), fold.width * 2)))
  const lines = folds.map((fold) => {
    const away = litSide(fold) * fold.width * 1.1
    const dark = `<path d="${lens(fold, 0)}" fill="${darkest}" opacity="${r2(fold.depth * tones.shadeForce)}"/>`
    const light = `<path d="${lens({ ...fold, width: fold.width * 0.9 }, -away)}" fill="${brightest}" opacity="${r2(fold.depth * 0.8 * tones.lightForce)}"/>`
    return dark + light
  })
  return `<g filter="${blur(sheet, softness, box)}">${lines.join('')}</g>`
}

/** Creases are crisp: a hair of shadow with a hair of light above it. */
function creaseLines(creases: readonly Fold[], tones: Tones): string {
  return creases
    .map((crease) => {
      const away = litSide(crease) * crease.width * 0.9
      return (
        `<path d="${lens(crease, 0)}" fill="${tones.shade}" opacity="${r2(crease.depth * tones.shadeForce * 0.8)}"/>` +
        `<path d="${lens(crease, -away)}" fill="${tones.light}" opacity="${r2(crease.depth * tones.lightForce * 0.7)}"/>`
      )
    })
    .join('')
}

/** The shadow a thing throws on what lies beneath it. */
export function dropShadow(sheet: Sheet, d: string, lift: number, strength = 0.42): void {
  const box = boxOf(d)
  const cast = (dx: number, dy: number, soft: number, opacity: number) =>
    `<path d="${d}" transform="translate(${r(dx)} ${r(dy)})" fill="${darkest}" opacity="${r2(opacity)}" filter="${blur(sheet, soft, box)}"/>`
  sheet.addLight(
    cast(lift * 0.45, lift * 0.8, lift * 0.9, strength) +
      cast(lift * 0.12, lift * 0.22, lift * 0.25 + 1, strength * 0.8),
  )
}

/** The weave laid over a shape. */
export function weaveOver(sheet: Sheet, d: string, weave: Weave, opacity = 1): string {
  sheet.weavesUsed.add(weave)
  return `<path d="${d}" fill="url(#weave-${weave})" opacity="${r2(opacity)}"/>`
}

/**
 * Draws one piece of cloth (or clay, or paper): colour, print, creases, weave and outline; and its light: shadow cast,
 * turning of the form, folds, rounded edge.
 * @param d closed outline of absolute M, L, Q, C commands
 */
export function piece(sheet: Sheet, d: string, stuff: Material, options: PieceOptions = {}): void {
  const {
    folds = [],
    creases = [],
    turn = 0.5,
    round = 14,
    lift = 6,
    print = '',
    outline = 0.42,
    softness = 7,
  } = options
  const { tones } = stuff
  const clip = clipTo(sheet, d)
  sheet.add(
    `<path d="${d}" fill="${tones.base}"/>` +
      `<g clip-path="${clip}">${print}${creaseLines(creases, tones)}</g>${weaveOver(sheet, d, stuff.weave)}` +
      `<path d="${d}" fill="none" stroke="${tones.deep}" stroke-width="1.3" stroke-linejoin="round" opacity="${r2(outline)}"/>`,
  )
  if (lift > 0) dropShadow(sheet, d, lift)
  const light = [
    turn === 0 ? '' : formLight(sheet, d, tones, turn),
    foldLight(sheet, folds, tones, softness),
    edgeLight(sheet, d, tones, round),
  ]
  sheet.addLight(`<path d="${d}" fill="${lightNeutral}"/><g clip-path="${clip}">${light.join('')}</g>`)
}

/** Light that falls off across the piece, as on a body or a jar. */
function formLight(sheet: Sheet, d: string, tones: Tones, turn: number): string {
  const [from, to] = turn > 0 ? [0, 1] : [1, 0]
  const force = Math.abs(turn)
  const fill = sheet.define(
    (id) =>
      `<linearGradient id="${id}" x1="${from}" y1="0" x2="${to}" y2="0.2">` +
      `<stop offset="0" stop-color="${brightest}" stop-opacity="${r2(0.06 * force * tones.lightForce)}"/>` +
      `<stop offset="0.3" stop-color="${brightest}" stop-opacity="${r2(0.24 * force * tones.lightForce)}"/>` +
      `<stop offset="0.58" stop-color="${brightest}" stop-opacity="0"/><stop offset="0.59" stop-color="${darkest}" stop-opacity="0"/>` +
      `<stop offset="1" stop-color="${darkest}" stop-opacity="${r2(0.34 * force * tones.shadeForce)}"/></linearGradient>`,
  )
  return `<path d="${d}" fill="${fill}"/>`
}

/** The edge turns away: darker all round, darkest at the lower right, with a lit rim at the upper left. */
function edgeLight(sheet: Sheet, d: string, tones: Tones, round: number): string {
  if (round <= 0) return ''
  const filter = blur(sheet, round * 0.5, boxOf(d, round))
  const stroke = (color: string, opacity: number, dx: number, dy: number, width: number) =>
    `<path d="${d}" transform="translate(${r(dx)} ${r(dy)})" fill="none" stroke="${color}" stroke-width="${r(width)}" opacity="${r2(opacity)}"/>`
  const shade = stroke(darkest, 0.34 * tones.shadeForce, 0, 0, round)
  const low = stroke(darkest, 0.3 * tones.shadeForce, -round * 0.1, -round * 0.2, round)
  const rim = stroke(brightest, 0.34 * tones.lightForce, round * 0.6, round * 0.65, round * 0.5)
  return `<g filter="${filter}">${shade}${low}${rim}</g>`
}

/** A soft shadow along a line: where one layer ends upon another. */
export function softLine(sheet: Sheet, d: string, { tones }: Material, width: number, opacity: number): void {
  sheet.addLight(
    `<path d="${d}" fill="none" stroke="${darkest}" stroke-width="${r(width)}" opacity="${r2(opacity * tones.shadeForce)}" filter="${blur(sheet, width * 0.4, boxOf(d, width))}"/>`,
  )
}

/** A soft patch of light (or of shadow) inside a shape, for glaze, glass and swelling cloth. */
export function softPatch(
  sheet: Sheet,
  d: string,
  { bright, opacity, soft }: { bright: boolean; opacity: number; soft: number },
): void {
  sheet.addLight(
    `<path d="${d}" fill="${bright ? brightest : darkest}" opacity="${r2(opacity)}" filter="${blur(sheet, soft, boxOf(d))}"/>`,
  )
}
