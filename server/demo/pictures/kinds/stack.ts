import { mix } from '../color.ts'
import { stitches } from '../details.ts'
import { roundedRect } from '../path.ts'
import { type Material, piece, type Sheet, softLine } from '../sheet.ts'
import { standShadow } from './ceramics.ts'

export type Stack = {
  /** Middle and foot of the pile, in units. */
  x: number
  bottom: number
  /** Width and height of each folded thing, lowest first. */
  layers: readonly (readonly [width: number, height: number])[]
  /** A flat woven band near the fold, as towels have. */
  border?: boolean
  /** Folds seen at the front edge of each. */
  leaves?: number
}

/** A pile of folded cloth seen from the front: rounded folds, inner leaves at the right end. */
export function foldedStack(
  sheet: Sheet,
  cloth: Material,
  { x, bottom, layers, border = false, leaves = 3 }: Stack,
): void {
  const widest = Math.max(...layers.map(([width]) => width))
  standShadow(sheet, x, bottom, widest)
  let floor = bottom
  for (const [index, [width, height]] of layers.entries()) {
    const sway = (index % 2 === 0 ? -1 : 1) * sheet.dice.int(3, 9)
    foldedSlab(sheet, cloth, { left: x - width / 2 + sway, top: floor - height, width, height }, leaves, border)
    floor -= height - 6
  }
}

type Slab = { left: number; top: number; width: number; height: number }

function foldedSlab(
  sheet: Sheet,
  cloth: Material,
  { left, top, width, height }: Slab,
  leaves: number,
  border: boolean,
): void {
  const [right, radius] = [left + width, Math.min(height * 0.46, 60)]
  const shell = roundedRect(left, top, width, height, radius)
  const dark = { ...cloth, tones: { ...cloth.tones, base: mix(cloth.color, cloth.tones.deep, 0.16) } }
  piece(sheet, shell, dark, { turn: 0.4, round: 18, lift: 10 })
  const each = height / leaves
  for (let leaf = leaves - 1; leaf >= 0; leaf--) {
    const y = top + leaf * each
    const inset = leaf === 0 ? 0 : 10 + (leaf % 2) * 8
    const d =
      `M${left + each * 0.5} ${y + 2}L${right - inset - each * 0.5} ${y + 2}Q${right - inset} ${y + 2} ${right - inset} ${y + each * 0.5}Q${right - inset} ${y + each - 1} ${right - inset - each * 0.5} ${y + each - 1}` +
      `L${left + each * 0.5} ${y + each - 1}Q${left + 2} ${y + each - 1} ${left + 2} ${y + each * 0.5}Q${left + 2} ${y + 2} ${left + each * 0.5} ${y + 2}Z`
    piece(sheet, d, cloth, { turn: 0.35, round: Math.min(22, each * 0.5), lift: 3, outline: 0.3 })
  }
  softLine(
    sheet,
    `M${left + radius * 0.3} ${top + height * 0.5}L${left + radius * 0.8} ${top + height * 0.5}`,
    cloth,
    7,
    0.3,
  )
  if (!border) return
  const at = right - width * 0.2
  for (const shift of [0, 26]) {
    stitches(sheet, `M${at + shift} ${top + 4}L${at + shift} ${top + each - 3}`, cloth, 0.6)
    softLine(sheet, `M${at + shift} ${top + 4}L${at + shift} ${top + each - 3}`, cloth, 6, 0.5)
  }
}
