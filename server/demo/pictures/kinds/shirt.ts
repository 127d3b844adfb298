import { mix } from '../color.ts'
import {
  button,
  buttonColors,
  buttonhole,
  fallingFolds,
  linenCreases,
  pulledFolds,
  seam,
  stitches,
} from '../details.ts'
import { mirrored, type Point, symmetric } from '../path.ts'
import { houseGround, stripes } from '../prints.ts'
import { type Fold, type Material, material, piece, type Sheet, softLine } from '../sheet.ts'
import type { Cuts, DesignOf } from './kind.ts'
import { neckInside, sleeve } from './parts.ts'

type Shirt = DesignOf<'shirt'>

/** The measures of a cut, in units from the upper left: tip of the shoulder, armpit and hem on the left side. */
type Pattern = { shoulder: Point; armpit: Point; hem: Point; bottom: number }

const cuts: Record<Shirt['cut'], Pattern> = {
  straight: { shoulder: [296, 292], armpit: [322, 486], hem: [316, 902], bottom: 992 },
  loose: { shoulder: [276, 306], armpit: [298, 520], hem: [284, 934], bottom: 1010 },
}

/** A shirt: collar, placket and cuffs are what tells one from another. */
export function drawShirt(sheet: Sheet, design: Shirt, color: string): Cuts {
  const cloth = material(design.stripes ? houseGround : color, 'linen')
  const trim = design.stripes ? { ...cloth, tones: material(mix(houseGround, color, 0.2), 'linen').tones } : cloth
  const cut = cuts[design.cut]
  const deep = design.collar === 'camp' ? 400 : 372
  neckInside(sheet, cloth, `M414 240C440 208 560 208 586 240L560 ${deep}L440 ${deep}Z`, [500, 236])
  drawSleeve(sheet, cloth, design, cut, color, false)
  drawSleeve(sheet, cloth, design, cut, color, true)
  drawBody(sheet, cloth, design, cut, color)
  drawPlacket(sheet, trim, design, cut)
  for (let index = 0; index < design.pockets; index++) drawPocket(sheet, cloth, index === 0, color, design.stripes)
  drawCollar(sheet, trim, design.collar)
  return { front: { at: [500, 610], width: 860 }, detail: { at: [520, 400], width: 380 } }
}

function drawBody(sheet: Sheet, cloth: Material, design: Shirt, cut: Pattern, color: string): void {
  const { shoulder, armpit, hem, bottom } = cut
  const neck = design.collar === 'camp' ? 392 : design.collar === 'band' ? 352 : 348
  const curved = design.collar !== 'camp'
  const foot = curved
    ? `C${hem[0]} ${hem[1] + 28} ${hem[0] + 14} ${hem[1] + 44} ${hem[0] + 52} ${hem[1] + 58}C400 ${bottom - 4} 450 ${bottom} 500 ${bottom}`
    : `L${hem[0] + 2} ${bottom - 26}C380 ${bottom - 14} 440 ${bottom - 12} 500 ${bottom - 12}`
  const outline = symmetric(
    `M500 ${neck}L418 238C380 250 ${shoulder[0] + 26} ${shoulder[1] - 22} ${shoulder[0]} ${shoulder[1]}` +
      `C${shoulder[0] + 26} ${shoulder[1] + 66} ${armpit[0] + 18} ${armpit[1] - 70} ${armpit[0]} ${armpit[1]}` +
      `C${armpit[0] + 10} 620 ${hem[0] + 8} 760 ${hem[0]} ${hem[1]}${foot}`,
  )
  const folds: Fold[] = [
    ...pulledFolds(sheet, armpit, { from: 20, to: 88, count: 4, length: 210, width: 9, depth: 0.42 }),
    ...pulledFolds(sheet, [1000 - armpit[0], armpit[1]], {
      from: 92,
      to: 160,
      count: 4,
      length: 210,
      width: 9,
      depth: 0.42,
    }),
    ...fallingFolds(
      sheet,
      [
        [340, 560],
        [660, 560],
      ],
      [
        [310, bottom - 20],
        [690, bottom - 20],
      ],
      { count: 7, width: 13, depth: 0.34 },
    ),
  ]
  piece(sheet, outline, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 320, y: 420, width: 360, height: 500 }, 26, 0.26),
    turn: 0.7,
    round: 20,
    lift: 9,
    print: design.stripes
      ? stripes({ x: 260, y: 200, width: 480, height: 820 }, { angle: 0, gap: 26, width: 9, color })
      : '',
  })
  const yoke = `M${shoulder[0] + 10} ${shoulder[1] + 22}C360 ${shoulder[1] - 4} 395 282 412 274`
  seam(sheet, yoke, cloth, 0.35)
  seam(sheet, mirrored(yoke), cloth, 0.35)
  if (curved) {
    const inset = `M${hem[0] + 6} ${hem[1] + 4}C${hem[0] + 14} ${hem[1] + 34} ${hem[0] + 44} ${hem[1] + 44} ${hem[0] + 66} ${hem[1] + 48}C410 ${bottom - 14} 450 ${bottom - 10} 500 ${bottom - 10}`
    stitches(sheet, inset, cloth, 0.4)
    stitches(sheet, mirrored(inset), cloth, 0.4)
  } else {
    stitches(
      sheet,
      `M${hem[0] + 6} ${bottom - 42}C380 ${bottom - 30} 440 ${bottom - 28} 500 ${bottom - 28}C560 ${bottom - 28} 620 ${bottom - 30} ${994 - hem[0]} ${bottom - 42}`,
      cloth,
      0.45,
    )
  }
}

type SleeveEnd = { outer: Point; inner: Point; cuff: number }
const sleeveEnds: Record<Shirt['sleeve'], SleeveEnd> = {
  long: { outer: [150, 886], inner: [222, 908], cuff: 62 },
  rolled: { outer: [182, 668], inner: [276, 694], cuff: 54 },
  short: { outer: [204, 502], inner: [308, 540], cuff: 0 },
}

function drawSleeve(sheet: Sheet, cloth: Material, design: Shirt, cut: Pattern, color: string, right: boolean): void {
  const { outer, inner, cuff } = sleeveEnds[design.sleeve]
  const area = { x: right ? 620 : 100, y: 240, width: 300, height: 720 }
  sleeve(sheet, cloth, {
    ...cut,
    outer,
    inner,
    right,
    elbowFolds: design.sleeve !== 'short',
    creases: design.sleeve === 'short' ? 3 : 9,
    print: design.stripes ? stripes(area, { angle: right ? -12 : 12, gap: 26, width: 9, color }) : '',
  })
  if (cuff > 0) return drawCuff(sheet, cloth, design, outer, inner, cuff, right)
  const hem = `M${outer[0] + 3} ${outer[1] - 20}C${outer[0] + 24} ${outer[1] - 8} ${inner[0] - 20} ${inner[1] - 14} ${inner[0] + 2} ${inner[1] - 20}`
  stitches(sheet, right ? mirrored(hem) : hem, cloth, 0.45)
}

function drawCuff(
  sheet: Sheet,
  cloth: Material,
  design: Shirt,
  outer: Point,
  inner: Point,
  height: number,
  right: boolean,
): void {
  const turned = (d: string) => (right ? mirrored(d) : d)
  const wide = design.sleeve === 'rolled' ? 7 : -3
  const lean = height * 0.26
  const d = turned(
    `M${outer[0] + lean - wide} ${outer[1] - height}C${outer[0] + lean + 16} ${outer[1] - height + 12} ${inner[0] - 16} ${inner[1] - height + 8} ${inner[0] + lean * 0.5 + wide} ${inner[1] - height + 2}` +
      `L${inner[0] + wide - 2} ${inner[1] + 4}C${inner[0] - 18} ${inner[1] + 10} ${outer[0] + 16} ${outer[1] + 18} ${outer[0] - wide} ${outer[1] + 4}Z`,
  )
  piece(sheet, d, cloth, { turn: right ? 0.8 : 0.5, round: 14, lift: 5 })
  if (design.sleeve === 'rolled') {
    const line = turned(
      `M${outer[0] + lean * 0.55 - wide} ${outer[1] - height * 0.5}C${outer[0] + lean + 10} ${outer[1] - height * 0.5 + 13} ${inner[0] - 16} ${inner[1] - height * 0.5 + 9} ${inner[0] + lean * 0.2 + wide} ${inner[1] - height * 0.5 + 3}`,
    )
    softLine(sheet, line, cloth, 9, 0.4)
    seam(sheet, line, cloth, 0.4)
    return
  }
  const center: Point = [right ? 1000 - inner[0] + 18 : inner[0] - 14, inner[1] - height * 0.36]
  button(sheet, center, 7.5, buttonColors.shell)
}

function drawPlacket(sheet: Sheet, cloth: Material, design: Shirt, { bottom }: Pattern): void {
  const top = design.collar === 'camp' ? 380 : 336
  const foot = design.placket === 'half' ? 600 : bottom - (design.collar === 'camp' ? 12 : 0)
  const half = 19
  const d = `M${500 - half} ${top}L${500 + half} ${top}L${500 + half} ${foot}L${500 - half} ${foot}Z`
  piece(sheet, d, cloth, { turn: 0.35, round: 8, lift: 3, outline: 0.4 })
  stitches(sheet, `M${500 - half + 5} ${top}L${500 - half + 5} ${foot}`, cloth, 0.4)
  stitches(sheet, `M${500 + half - 5} ${top}L${500 + half - 5} ${foot}`, cloth, 0.4)
  if (design.placket === 'half') {
    stitches(
      sheet,
      `M${500 - half + 4} ${foot - 8}L${500 + half - 4} ${foot - 8}L${500 + half - 4} ${foot - 34}L${500 - half + 4} ${foot - 34}Z`,
      cloth,
      0.5,
    )
  }
  const first = design.collar === 'camp' ? 424 : design.collar === 'band' ? 366 : 384
  const step = design.placket === 'half' ? 68 : 92
  for (let y = first; y < foot - 40; y += step) {
    buttonhole(sheet, [500, y + 1], 19, cloth)
    button(sheet, [500, y], 8.5, buttonColors.shell)
  }
}

function drawPocket(sheet: Sheet, cloth: Material, onHeart: boolean, color: string, striped = false): void {
  const d = 'M556 470L652 466L654 568L606 588L560 574Z'
  const at = onHeart ? d : mirrored(d)
  const print = striped
    ? stripes({ x: 540, y: 450, width: 130, height: 150 }, { angle: 0, gap: 26, width: 9, color })
    : ''
  piece(sheet, at, cloth, { turn: 0.3, round: 10, lift: 3, print, outline: 0.5 })
  const line = 'M557 488L653 484'
  seam(sheet, onHeart ? line : mirrored(line), cloth, 0.4)
  const edge = 'M562 480L565 570L606 582L649 564L647 478'
  stitches(sheet, onHeart ? edge : mirrored(edge), cloth, 0.4)
}

function drawCollar(sheet: Sheet, cloth: Material, collar: Shirt['collar']): void {
  if (collar === 'band') {
    piece(sheet, 'M404 244C440 196 560 196 596 244C574 226 540 218 500 218C460 218 426 226 404 244Z', cloth, {
      turn: 0.3,
      round: 8,
      lift: 0,
    })
    const leaf = 'M402 246C408 232 412 226 420 218C438 268 466 314 504 344L496 372C450 342 416 296 402 246Z'
    for (const d of [mirrored(leaf), leaf]) piece(sheet, d, cloth, { turn: 0.4, round: 10, lift: 4 })
    stitches(sheet, 'M410 248C424 294 456 336 494 362', cloth, 0.4)
    stitches(sheet, mirrored('M410 248C424 294 456 336 494 362'), cloth, 0.4)
    return
  }
  const roll = 'M408 246C424 196 576 196 592 246C570 222 536 214 500 214C464 214 430 222 408 246Z'
  piece(sheet, roll, cloth, { turn: 0.3, round: 10, lift: 0 })
  const leaf =
    collar === 'classic'
      ? 'M414 222C432 268 462 312 496 338L442 396C418 352 400 306 390 262C396 244 404 230 414 222Z'
      : 'M414 222C428 276 458 346 498 392L420 372C424 372 388 366 372 356C384 344 398 340 404 336C394 310 388 284 386 262C394 244 404 230 414 222Z'
  for (const d of [leaf, mirrored(leaf)]) {
    piece(sheet, d, cloth, { turn: 0.45, round: 14, lift: 7 })
  }
  const edge =
    collar === 'classic' ? 'M488 342L443 386C422 346 406 304 398 264' : 'M484 382L420 364C410 363 392 360 384 355'
  stitches(sheet, edge, cloth, 0.45)
  stitches(sheet, mirrored(edge), cloth, 0.45)
}
