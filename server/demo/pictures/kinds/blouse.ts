import { button, buttonColors, fallingFolds, linenCreases, pulledFolds, seam, stitches } from '../details.ts'
import { mirrored, type Point, symmetric } from '../path.ts'
import { dots } from '../prints.ts'
import { type Fold, type Material, material, piece, type Sheet, softLine } from '../sheet.ts'
import type { Cuts, DesignOf } from './kind.ts'
import { across, both, bow, neckInside, sleeve } from './parts.ts'

type Blouse = DesignOf<'blouse'>

/** Blouses: the dotted one with puffed sleeves, the kimono cut in two pieces, the one with a bow. */
export function drawBlouse(sheet: Sheet, design: Blouse, color: string): Cuts {
  const cloth = material(color, design.sleeve === 'puff' ? 'gauze' : 'linen')
  if (design.sleeve === 'kimono') drawKimonoBlouse(sheet, cloth)
  else drawSetInBlouse(sheet, cloth, design)
  return { front: { at: [500, 590], width: 860 }, detail: { at: [480, 380], width: 390 } }
}

function drawKimonoBlouse(sheet: Sheet, cloth: Material): void {
  neckInside(sheet, cloth, 'M366 250C420 226 580 226 634 250L600 290L400 290Z', [500, 242])
  const outline = symmetric(
    'M500 284C452 284 400 274 366 250L322 258C262 284 196 400 154 540C186 566 232 588 268 596C292 560 312 556 322 594' +
      'C330 690 322 800 312 874C380 890 440 894 500 894',
  )
  const folds: Fold[] = [
    ...pulledFolds(sheet, [318, 588], { from: -58, to: 74, count: 5, length: 165, width: 10, depth: 0.36 }),
    ...pulledFolds(sheet, [682, 588], { from: 106, to: 238, count: 5, length: 165, width: 10, depth: 0.36 }),
    ...fallingFolds(
      sheet,
      [
        [360, 600],
        [640, 600],
      ],
      [
        [330, 890],
        [670, 890],
      ],
      { count: 6, width: 14, depth: 0.34 },
    ),
  ]
  piece(sheet, outline, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 300, y: 340, width: 400, height: 500 }, 24),
    turn: 0.7,
    round: 22,
    lift: 9,
  })
  for (const d of both('M372 262C406 284 452 294 500 294')) stitches(sheet, d, cloth, 0.5)
  for (const d of both('M162 522C196 548 240 568 276 578')) stitches(sheet, d, cloth, 0.5)
  for (const d of both('M316 856C380 872 440 876 500 876')) stitches(sheet, d, cloth, 0.5)
}

function drawSetInBlouse(sheet: Sheet, cloth: Material, design: Blouse): void {
  const shoulder: Point = [306, 288]
  const armpit: Point = [328, 476]
  const tie = design.neck === 'tie'
  const depth = tie ? 330 : 392
  const bottom = tie ? 912 : 872
  neckInside(
    sheet,
    cloth,
    `M416 236C440 206 560 206 584 236L${tie ? 580 : 510} ${depth + 8}L${tie ? 420 : 490} ${depth + 8}Z`,
    [500, 232],
  )
  const print = tie ? '' : dots({ x: 150, y: 200, width: 700, height: 720 }, 24, cloth.tones.light)
  for (const right of [false, true]) drawBlouseSleeve(sheet, cloth, design, shoulder, armpit, right, print)
  const neckline = tie ? `C452 ${depth} 424 286 416 236` : 'L412 236'
  const outline = symmetric(
    `M500 ${depth}${neckline}L${shoulder[0]} ${shoulder[1]}C330 350 344 410 ${armpit[0]} ${armpit[1]}C340 600 330 760 306 ${bottom - 16}C390 ${bottom} 450 ${bottom + 4} 500 ${bottom + 4}`,
  )
  const folds: Fold[] = [
    ...fallingFolds(
      sheet,
      [
        [392, 330],
        [608, 330],
      ],
      [
        [352, 640],
        [648, 640],
      ],
      { count: 8, width: 8, depth: 0.34, reach: 0.8 },
    ),
    ...fallingFolds(
      sheet,
      [
        [340, 540],
        [660, 540],
      ],
      [
        [312, bottom],
        [688, bottom],
      ],
      { count: 9, width: 13, depth: 0.4 },
    ),
    ...pulledFolds(sheet, armpit, { from: 30, to: 84, count: 3, length: 170, width: 9, depth: 0.36 }),
    ...pulledFolds(sheet, across(armpit), { from: 96, to: 150, count: 3, length: 170, width: 9, depth: 0.36 }),
  ]
  piece(sheet, outline, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 330, y: 480, width: 340, height: 380 }, 14, 0.2),
    turn: 0.6,
    round: 20,
    lift: 9,
    print,
  })
  for (const d of both(`M310 ${bottom - 32}C390 ${bottom - 16} 450 ${bottom - 12} 500 ${bottom - 12}`))
    stitches(sheet, d, cloth, 0.45)
  if (tie) return drawTie(sheet, cloth, depth)
  for (const d of both('M412 238C438 292 468 344 500 380L500 404C462 366 424 306 398 244Z'))
    piece(sheet, d, cloth, { turn: 0.3, round: 8, lift: 3 })
  piece(sheet, 'M412 238C436 204 564 204 588 238C560 220 440 220 412 238Z', cloth, { turn: 0.2, round: 6, lift: 0 })
}

function drawBlouseSleeve(
  sheet: Sheet,
  cloth: Material,
  design: Blouse,
  shoulder: Point,
  armpit: Point,
  right: boolean,
  print: string,
): void {
  const puff = design.sleeve === 'puff'
  const [outer, inner]: [Point, Point] = puff
    ? [
        [216, 566],
        [290, 592],
      ]
    : [
        [150, 838],
        [226, 862],
      ]
  const flip = (point: Point) => (right ? across(point) : point)
  const gathers = fallingFolds(
    sheet,
    [flip([outer[0] - 6, outer[1] - 120]), flip([inner[0] + 20, inner[1] - 110])],
    [flip(outer), flip(inner)],
    {
      count: 7,
      width: 6,
      depth: 0.5,
    },
  )
  const head = fallingFolds(sheet, [flip([262, 300]), flip([318, 288])], [flip([236, 400]), flip([320, 420])], {
    count: 5,
    width: 6,
    depth: 0.42,
    reach: 0.9,
  })
  sleeve(
    sheet,
    cloth,
    { shoulder, armpit, outer, inner, right, full: puff ? 34 : 20, elbowFolds: !puff, creases: 4, print },
    { folds: [...gathers, ...head] },
  )
  const height = puff ? 26 : 58
  const d =
    `M${outer[0] - 10} ${outer[1] - 8}C${outer[0] + 18} ${outer[1] + 8} ${inner[0] - 14} ${inner[1]} ${inner[0] + 10} ${inner[1] - 6}` +
    `L${inner[0] + 2} ${inner[1] + height - 6}C${inner[0] - 18} ${inner[1] + height} ${outer[0] + 10} ${outer[1] + height + 6} ${outer[0] - 18} ${outer[1] + height - 8}Z`
  piece(sheet, right ? mirrored(d) : d, cloth, { turn: 0.5, round: 12, lift: 4, print })
  if (puff) {
    const ruffs = fallingFolds(
      sheet,
      [flip([outer[0] - 6, outer[1] - 4]), flip([inner[0] + 6, inner[1] - 4])],
      [flip([outer[0] - 12, outer[1] + 20]), flip([inner[0], inner[1] + 20])],
      { count: 8, width: 3, depth: 0.5 },
    )
    for (const fold of ruffs)
      softLine(sheet, `M${fold.from[0]} ${fold.from[1]}L${fold.to[0]} ${fold.to[1]}`, cloth, 4, 0.4)
    return
  }
  for (const y of [12, 38]) button(sheet, flip([inner[0] - 10, inner[1] + y]), 6, buttonColors.shell)
}

function drawTie(sheet: Sheet, cloth: Material, depth: number): void {
  piece(sheet, 'M410 240C436 204 564 204 590 240C562 220 438 220 410 240Z', cloth, { turn: 0.2, round: 8, lift: 0 })
  for (const d of both(`M408 240C420 292 456 326 500 ${depth + 4}L500 ${depth + 30}C446 350 406 306 390 246Z`))
    piece(sheet, d, cloth, { turn: 0.4, round: 12, lift: 4 })
  seam(sheet, `M500 ${depth + 40}L500 560`, cloth, 0.4)
  bow(sheet, [500, depth + 16], 84, cloth.color, 1.25)
}
