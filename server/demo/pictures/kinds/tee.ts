import { button, buttonColors, buttonhole, fallingFolds, pulledFolds, seam, stitches } from '../details.ts'
import { mirrored, type Point, symmetric } from '../path.ts'
import { houseGround, stripes } from '../prints.ts'
import { type Fold, type Material, material, piece, type Sheet } from '../sheet.ts'
import type { Cuts, DesignOf } from './kind.ts'
import { across, both, neckInside, patchPocket, sleeve } from './parts.ts'

type Tee = DesignOf<'tee'>

const necks: Record<Tee['neck'], { side: Point; depth: number }> = {
  crew: { side: [424, 232], depth: 290 },
  boat: { side: [372, 250], depth: 276 },
  v: { side: [414, 234], depth: 372 },
}

/** T-shirts, the sailor shirt, the tank top and the polo. */
export function drawTee(sheet: Sheet, design: Tee, color: string): Cuts {
  const cloth = material(design.stripes ? houseGround : color, 'knit')
  const { side, depth } = necks[design.neck]
  const shoulder: Point = design.sleeve === 'none' ? [366, 250] : [300, 290]
  const armpit: Point = design.sleeve === 'none' ? [336, 470] : [326, 474]
  neckInside(
    sheet,
    cloth,
    `M${side[0] - 6} ${side[1]}C${side[0] + 24} ${side[1] - 30} ${976 - side[0]} ${side[1] - 30} ${1006 - side[0]} ${side[1]}L${design.neck === 'v' ? 512 : 560} ${depth + 6}L${design.neck === 'v' ? 488 : 440} ${depth + 6}Z`,
    [500, side[1] - 2],
  )
  if (design.sleeve === 'none') armholeInside(sheet, cloth)
  else for (const right of [false, true]) drawTeeSleeve(sheet, cloth, design, shoulder, armpit, right, color)
  drawTeeBody(sheet, cloth, design, shoulder, armpit, color)
  drawNeckband(sheet, cloth, design)
  if (design.pocket) {
    patchPocket(
      sheet,
      cloth,
      'M556 446L644 442L646 534L602 552L560 540Z',
      'M557 464L645 460',
      'M561 452L565 536L602 546L641 530L640 448',
    )
  }
  return { front: { at: [500, 605], width: 860 }, detail: { at: [510, 370], width: 370 } }
}

function armholeInside(sheet: Sheet, cloth: Material): void {
  for (const d of both('M372 250C352 320 344 410 338 470L392 500L410 260Z')) neckInside(sheet, cloth, d, null)
}

function drawTeeSleeve(
  sheet: Sheet,
  cloth: Material,
  design: Tee,
  shoulder: Point,
  armpit: Point,
  right: boolean,
  color: string,
): void {
  const long = design.sleeve === 'long'
  const [outer, inner]: [Point, Point] = long
    ? [
        [166, 858],
        [228, 876],
      ]
    : [
        [206, 482],
        [316, 524],
      ]
  const area = { x: right ? 620 : 80, y: 220, width: 300, height: 760 }
  const print = design.stripes ? stripes(area, { angle: right ? 78 : -78, gap: 30, width: 10, color }) : ''
  sleeve(sheet, cloth, { shoulder, armpit, outer, inner, right, elbowFolds: long, print, creases: 0 })
  const hem = long
    ? `M${outer[0] + 8} ${outer[1] - 26}C${outer[0] + 24} ${outer[1] - 14} ${inner[0] - 12} ${inner[1] - 22} ${inner[0] + 6} ${inner[1] - 22}`
    : `M${outer[0] + 4} ${outer[1] - 18}C${outer[0] + 26} ${outer[1] - 6} ${inner[0] - 20} ${inner[1] - 14} ${inner[0] + 2} ${inner[1] - 18}`
  stitches(sheet, right ? mirrored(hem) : hem, cloth, 0.5)
}

function drawTeeBody(sheet: Sheet, cloth: Material, design: Tee, shoulder: Point, armpit: Point, color: string): void {
  const { side, depth } = necks[design.neck]
  const bottom = design.sleeve === 'none' ? 850 : 904
  const neckline =
    design.neck === 'v'
      ? `L${side[0]} ${side[1]}`
      : `C${(500 + side[0]) / 2} ${depth} ${side[0] + 12} ${(depth + side[1]) / 2} ${side[0]} ${side[1]}`
  const armhole =
    design.sleeve === 'none'
      ? `C${shoulder[0] + 18} 340 ${armpit[0] + 34} 430 ${armpit[0]} ${armpit[1]}`
      : `C${shoulder[0] + 22} ${shoulder[1] + 60} ${armpit[0] + 16} ${armpit[1] - 66} ${armpit[0]} ${armpit[1]}`
  const d = symmetric(
    `M500 ${depth}${neckline}L${shoulder[0]} ${shoulder[1]}${armhole}C${armpit[0] + 10} 600 ${armpit[0] + 2} 760 ${armpit[0] - 4} ${bottom - 6}C400 ${bottom + 6} 450 ${bottom + 8} 500 ${bottom + 8}`,
  )
  const folds: Fold[] = [
    ...pulledFolds(sheet, armpit, { from: 24, to: 84, count: 3, length: 140, width: 9, depth: 0.3 }),
    ...pulledFolds(sheet, across(armpit), { from: 96, to: 156, count: 3, length: 140, width: 9, depth: 0.3 }),
    ...fallingFolds(
      sheet,
      [
        [350, 580],
        [650, 580],
      ],
      [
        [330, bottom],
        [670, bottom],
      ],
      { count: 5, width: 15, depth: 0.26 },
    ),
  ]
  const area = { x: 300, y: 330, width: 400, height: bottom - 300 }
  const print = design.stripes ? stripes({ ...area, width: 420 }, { angle: 90, gap: 30, width: 10, color }) : ''
  piece(sheet, d, cloth, { folds, turn: 0.7, round: 22, lift: 9, print, softness: 9 })
  const hem = `M${armpit[0]} ${bottom - 24}C400 ${bottom - 12} 450 ${bottom - 10} 500 ${bottom - 10}`
  for (const line of both(hem)) stitches(sheet, line, cloth, 0.5)
  if (design.sleeve === 'none') {
    for (const line of both(
      `M${shoulder[0] + 10} ${shoulder[1] + 2}C${shoulder[0] + 28} 340 ${armpit[0] + 44} 430 ${armpit[0] + 8} ${armpit[1] + 6}`,
    ))
      seam(sheet, line, cloth, 0.5)
  }
}

function drawNeckband(sheet: Sheet, cloth: Material, design: Tee): void {
  if (design.collar) return drawPoloCollar(sheet, cloth)
  const bands: Record<Tee['neck'], [front: string, back: string]> = {
    crew: [
      'M422 234C434 274 462 298 500 298C538 298 566 274 578 234L560 226C552 254 534 272 500 272C466 272 448 254 440 226Z',
      'M422 234C444 204 556 204 578 234L560 228C540 218 460 218 440 228Z',
    ],
    boat: [
      'M370 252C400 274 450 284 500 284C550 284 600 274 630 252L622 242C594 260 550 266 500 266C450 266 406 260 378 242Z',
      'M370 252C400 226 600 226 630 252L620 248C590 238 410 238 380 248Z',
    ],
    v: [
      'M412 236C430 290 462 346 500 384C538 346 570 290 588 236L570 230C556 278 530 324 500 356C470 324 444 278 430 230Z',
      'M412 236C436 204 564 204 588 236L570 230C540 216 460 216 430 230Z',
    ],
  }
  const [front, back] = bands[design.neck]
  piece(sheet, back, cloth, { turn: 0.2, round: 6, lift: 0 })
  piece(sheet, front, cloth, { turn: 0.3, round: 8, lift: 3 })
}

function drawPoloCollar(sheet: Sheet, cloth: Material): void {
  piece(sheet, 'M478 330L522 330L522 470L478 470Z', cloth, { turn: 0.3, round: 8, lift: 3 })
  stitches(sheet, 'M482 462L518 462L518 444L482 444Z', cloth, 0.5)
  for (const y of [372, 424]) {
    buttonhole(sheet, [500, y], 18, cloth)
    button(sheet, [500, y], 8.5, buttonColors.shell)
  }
  piece(sheet, 'M410 244C428 198 572 198 590 244C566 224 536 216 500 216C464 216 434 224 410 244Z', cloth, {
    turn: 0.3,
    round: 10,
    lift: 0,
  })
  for (const d of both('M416 222C436 264 466 302 500 330L462 372C432 346 402 308 388 272C394 248 404 232 416 222Z')) {
    piece(sheet, d, cloth, { turn: 0.45, round: 14, lift: 7 })
  }
  for (const d of both('M492 336L462 364C436 340 410 306 396 274')) seam(sheet, d, cloth, 0.4)
}
