import { mix } from '../color.ts'
import { label, linenCreases, pulledFolds, stitches } from '../details.ts'
import { between, mirrored, type Point } from '../path.ts'
import { type Fold, type Material, material, type PieceOptions, piece, type Sheet } from '../sheet.ts'

/** A path and its mirror image. */
export const both = (d: string): [string, string] => [d, mirrored(d)]

/** The point on the right that answers to one on the left. */
export const across = ([x, y]: Point): Point => [1000 - x, y]

/** The inside of a garment's back, seen through the neck, with the label. */
export function neckInside(sheet: Sheet, cloth: Material, d: string, labelAt: Point | null): void {
  const dark = material(mix(cloth.color, cloth.tones.deep, 0.34), cloth.weave)
  piece(sheet, d, dark, { lift: 0, turn: 0.2, round: 26, outline: 0.4 })
  if (labelAt) label(sheet, labelAt, 44)
}

export type SleeveCut = {
  shoulder: Point
  armpit: Point
  /** The two ends of the hem. */
  outer: Point
  inner: Point
  right: boolean
  /** Units by which the sleeve swells outwards. */
  full?: number
  /** Cloth gathered at the elbow. */
  elbowFolds?: boolean
  print?: string
  creases?: number
}

/** A set-in sleeve, hanging. Gives its two edges at a share of the way up from the hem, for what is sewn on. */
export function sleeve(sheet: Sheet, cloth: Material, cut: SleeveCut, options: PieceOptions = {}): void {
  const { shoulder, armpit, outer, inner, right, full = 0 } = cut
  const flip = (point: Point) => (right ? across(point) : point)
  const out = (share: number) => between(outer, shoulder, share)
  const under = (share: number) => between(inner, armpit, share)
  const [elbowOut, elbowIn] = [out(0.45), under(0.4)]
  const d =
    `M${shoulder[0] + 22} ${shoulder[1] - 14}C${shoulder[0] - 40 - full} ${shoulder[1] + 8} ${shoulder[0] - 58 - full} ${shoulder[1] + 110} ${elbowOut[0] - 14 - full} ${elbowOut[1]}` +
    `L${outer[0] - full * 0.6} ${outer[1]}C${outer[0] + 20} ${outer[1] + 14} ${inner[0] - 20} ${inner[1] + 6} ${inner[0] + full * 0.3} ${inner[1]}` +
    `C${elbowIn[0] + 6 + full * 0.4} ${elbowIn[1]} ${armpit[0] - 6} ${armpit[1] + 60} ${armpit[0] + 26} ${armpit[1] - 10}Z`
  const elbow = cut.elbowFolds
    ? [0, 1, 2, 3].map(
        (index): Fold => ({
          from: flip([elbowIn[0] - 4, elbowIn[1] - 50 + index * 34]),
          to: flip([elbowOut[0] + 24, elbowOut[1] - 34 + index * 30 + sheet.dice.int(-12, 12)]),
          bend: right ? 10 : -10,
          width: 7 + sheet.dice.int(0, 3),
          depth: 0.34,
        }),
      )
    : []
  const pit = flip([armpit[0] - 14, armpit[1] + 10])
  const [from, to] = right ? [10, 80] : [100, 170]
  const creaseArea = {
    x: right ? 700 : 180,
    y: shoulder[1] + 120,
    width: 120,
    height: Math.max(40, outer[1] - shoulder[1] - 160),
  }
  piece(sheet, right ? mirrored(d) : d, cloth, {
    folds: [
      ...pulledFolds(sheet, pit, { from, to, count: 3, length: 120, width: 8, depth: 0.4 }),
      ...elbow,
      ...(options.folds ?? []),
    ],
    creases: linenCreases(sheet, creaseArea, cut.creases ?? 6, 0.26),
    turn: right ? 0.9 : 0.45,
    round: 22,
    lift: 8,
    print: cut.print ?? '',
  })
}

/** A patch pocket with its hem stitched. `d` is the outline, `mouth` the line of the hem, `edge` the line of stitches. */
export function patchPocket(sheet: Sheet, cloth: Material, d: string, mouth: string, edge: string): void {
  piece(sheet, d, cloth, { turn: 0.3, round: 10, lift: 3 })
  stitches(sheet, mouth, cloth, 0.45)
  stitches(sheet, edge, cloth, 0.4)
}

export type Drawstring = { at: Point; length: number; color: string }

/** A flat cord tied in a bow, with two ends hanging. */
export function bow(sheet: Sheet, [x, y]: Point, size: number, color: string, tail = 1): void {
  const cord = material(color, 'canvas')
  const loops = [
    `M${x} ${y}C${x - size * 0.5} ${y - size * 0.7} ${x - size * 1.3} ${y - size * 0.5} ${x - size * 1.15} ${y + size * 0.1}C${x - size} ${y + size * 0.45} ${x - size * 0.4} ${y + size * 0.2} ${x} ${y}Z`,
  ]
  const tails = [
    `M${x - size * 0.1} ${y}C${x - size * 0.3} ${y + size * 0.6 * tail} ${x - size * 0.62} ${y + size * 1.1 * tail} ${x - size * 0.55} ${y + size * 1.9 * tail}L${x - size * 0.28} ${y + size * 1.96 * tail}C${x - size * 0.3} ${y + size * 1.2 * tail} ${x - size * 0.06} ${y + size * 0.7 * tail} ${x + size * 0.1} ${y}Z`,
  ]
  const turn = (d: string) => mirrorAt(d, x)
  for (const d of [...tails, ...tails.map(turn), ...loops, ...loops.map(turn)])
    piece(sheet, d, cord, { turn: 0.6, round: size * 0.16, lift: 4 })
  const knot = `M${x - size * 0.2} ${y - size * 0.2}L${x + size * 0.2} ${y - size * 0.18}L${x + size * 0.22} ${y + size * 0.2}L${x - size * 0.18} ${y + size * 0.22}Z`
  piece(sheet, knot, cord, { turn: 0.5, round: size * 0.16, lift: 4 })
}

function mirrorAt(d: string, x: number): string {
  let index = 0
  return d.replace(/-?\d*\.?\d+/g, (text) => (index++ % 2 === 0 ? String(2 * x - Number(text)) : text))
}
