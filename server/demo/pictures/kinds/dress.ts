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
import { type Fold, type Material, material, piece, type Sheet, softLine } from '../sheet.ts'
import type { Cuts, DesignOf } from './kind.ts'
import { across, both, bow, neckInside, sleeve } from './parts.ts'

type Dress = DesignOf<'dress'>

const front = { at: [500, 672] as const, width: 930 }

/** Dresses: the belted shirt dress, the strap dress, the tunic and the wrap. */
export function drawDress(sheet: Sheet, design: Dress, color: string): Cuts {
  switch (design.style) {
    case 'shirt':
      return drawShirtDress(sheet, material(color, 'linen'))
    case 'strap':
      return drawStrapDress(sheet, material(color, 'linen'))
    case 'tunic':
      return drawTunic(sheet, material(color, 'gauze'))
    case 'wrap':
      return drawWrapDress(sheet, material(color, 'linen'))
    default: {
      const never: never = design.style
      throw new Error(`no dress ${String(never)}`)
    }
  }
}

function skirtFolds(
  sheet: Sheet,
  waist: number,
  hem: number,
  half: [waist: number, hem: number],
  count: number,
): Fold[] {
  return fallingFolds(
    sheet,
    [
      [500 - half[0], waist],
      [500 + half[0], waist],
    ],
    [
      [500 - half[1], hem],
      [500 + half[1], hem],
    ],
    { count, width: 15, depth: 0.46 },
  )
}

function drawShirtDress(sheet: Sheet, cloth: Material): Cuts {
  const shoulder: Point = [356, 250]
  const armpit: Point = [372, 396]
  neckInside(sheet, cloth, 'M436 210C456 188 544 188 564 210L542 316L458 316Z', [500, 206])
  for (const right of [false, true]) {
    sleeve(sheet, cloth, { shoulder, armpit, outer: [270, 492], inner: [346, 516], right, creases: 4 })
    const cuff = 'M266 476C286 492 330 502 352 500L348 530C322 532 282 522 260 506Z'
    piece(sheet, right ? mirrored(cuff) : cuff, cloth, { turn: 0.5, round: 10, lift: 4 })
  }
  const outline = symmetric(
    'M500 300L440 208L356 250C372 300 380 350 372 396C386 460 404 510 404 552C384 700 330 930 296 1120C360 1142 430 1150 500 1150',
  )
  const folds = [
    ...skirtFolds(sheet, 566, 1140, [92, 196], 11),
    ...fallingFolds(
      sheet,
      [
        [404, 470],
        [596, 470],
      ],
      [
        [410, 556],
        [590, 556],
      ],
      { count: 8, width: 7, depth: 0.42 },
    ),
    ...pulledFolds(sheet, armpit, { from: 30, to: 80, count: 3, length: 130, width: 8, depth: 0.36 }),
    ...pulledFolds(sheet, across(armpit), { from: 100, to: 150, count: 3, length: 130, width: 8, depth: 0.36 }),
  ]
  piece(sheet, outline, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 350, y: 600, width: 300, height: 480 }, 22),
    turn: 0.65,
    round: 20,
    lift: 10,
  })
  piece(sheet, 'M485 296L515 296L517 1150L483 1150Z', cloth, { turn: 0.3, round: 7, lift: 3 })
  for (let y = 330; y < 1080; y += 66) {
    if (y > 520 && y < 610) continue
    buttonhole(sheet, [500, y], 15, cloth)
    button(sheet, [500, y], 7, buttonColors.corozo)
  }
  for (const d of both('M302 1098C366 1120 430 1128 484 1128')) stitches(sheet, d, cloth, 0.45)
  piece(sheet, 'M440 212C460 186 540 186 560 212C540 198 460 198 440 212Z', cloth, { turn: 0.2, round: 8, lift: 0 })
  for (const d of both('M436 198C450 238 472 272 500 294L458 346C434 306 420 262 414 226C420 212 428 202 436 198Z')) {
    piece(sheet, d, cloth, { turn: 0.45, round: 12, lift: 6 })
  }
  piece(sheet, 'M398 540C450 550 550 550 602 540L606 576C550 588 450 588 394 576Z', cloth, {
    turn: 0.6,
    round: 12,
    lift: 6,
  })
  stitches(sheet, 'M398 546C450 556 550 556 602 546', cloth, 0.4)
  bow(sheet, [470, 564], 52, cloth.color, 1.5)
  return { front, detail: { at: [490, 430], width: 400 } }
}

function drawStrapDress(sheet: Sheet, cloth: Material): Cuts {
  const inside = 'M400 330C450 352 550 352 600 330L604 396L396 396Z'
  neckInside(sheet, cloth, inside, null)
  for (const d of both('M404 336C398 290 398 240 408 196L430 198C424 244 424 296 432 344Z'))
    piece(sheet, d, cloth, { turn: 0.4, round: 8, lift: 6 })
  const outline = symmetric(
    'M500 372C460 366 430 346 410 322C388 348 372 384 362 420C368 452 372 470 374 486C350 700 300 930 258 1096C350 1136 430 1142 500 1142',
  )
  const folds = [
    ...skirtFolds(sheet, 486, 1136, [118, 232], 13),
    ...fallingFolds(
      sheet,
      [
        [390, 400],
        [610, 400],
      ],
      [
        [386, 476],
        [614, 476],
      ],
      { count: 6, width: 6, depth: 0.22 },
    ),
  ]
  piece(sheet, outline, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 330, y: 560, width: 340, height: 500 }, 20),
    turn: 0.65,
    round: 20,
    lift: 10,
  })
  const yoke = 'M372 484C440 500 560 500 628 484'
  softLine(sheet, yoke, cloth, 12, 0.4)
  seam(sheet, yoke, cloth, 0.6)
  for (const d of both('M366 428C378 386 392 352 412 332C432 354 462 374 500 380')) stitches(sheet, d, cloth, 0.5)
  for (const d of both('M264 1072C352 1112 430 1118 500 1118')) stitches(sheet, d, cloth, 0.45)
  for (const d of both('M394 570C388 600 380 646 372 690')) {
    softLine(sheet, d, cloth, 9, 0.4)
    seam(sheet, d, cloth, 0.5)
  }
  for (const x of [418, 582]) bow(sheet, [x, 204], 38, cloth.color, 1.1)
  return { front, detail: { at: [455, 350], width: 380 } }
}

function drawTunic(sheet: Sheet, cloth: Material): Cuts {
  neckInside(sheet, cloth, 'M420 214C446 194 554 194 580 214L540 340L460 340Z', [500, 210])
  const outline = symmetric(
    'M500 368L492 268C458 262 434 244 420 214L342 240C276 266 224 380 196 508C236 532 288 548 326 552C334 520 346 512 352 540C348 690 336 850 322 1010C390 1024 440 1028 500 1028',
  )
  const folds: Fold[] = [
    ...pulledFolds(sheet, [350, 536], { from: -58, to: 74, count: 5, length: 150, width: 10, depth: 0.36 }),
    ...pulledFolds(sheet, [650, 536], { from: 106, to: 238, count: 5, length: 150, width: 10, depth: 0.36 }),
    ...skirtFolds(sheet, 540, 1020, [130, 168], 10),
  ]
  piece(sheet, outline, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 340, y: 320, width: 320, height: 660 }, 34, 0.22),
    turn: 0.65,
    round: 20,
    lift: 10,
  })
  for (const d of both('M424 224C438 252 462 270 488 276L494 366')) stitches(sheet, d, cloth, 0.5)
  for (const d of both('M202 490C242 514 290 528 330 534')) stitches(sheet, d, cloth, 0.5)
  for (const d of both('M324 992C390 1006 440 1010 500 1010')) stitches(sheet, d, cloth, 0.5)
  for (const d of both('M344 800C338 870 332 930 326 990')) seam(sheet, d, cloth, 0.6)
  button(sheet, [490, 284], 7, buttonColors.shell)
  return { front: { at: [500, 640], width: 930 }, detail: { at: [470, 360], width: 380 } }
}

function drawWrapDress(sheet: Sheet, cloth: Material): Cuts {
  const shoulder: Point = [356, 246]
  const armpit: Point = [374, 396]
  neckInside(sheet, cloth, 'M430 206C456 186 544 186 570 206L530 420L470 420Z', [500, 204])
  for (const right of [false, true]) {
    sleeve(sheet, cloth, {
      shoulder,
      armpit,
      outer: [234, 640],
      inner: [306, 662],
      right,
      elbowFolds: true,
      creases: 5,
    })
    const hem = 'M240 622C260 636 290 644 310 644'
    stitches(sheet, right ? mirrored(hem) : hem, cloth, 0.5)
  }
  const under =
    'M570 206L644 246C628 300 620 350 626 396C612 460 596 510 596 552C616 700 670 930 704 1112C640 1136 560 1142 470 1142L420 552Z'
  piece(sheet, under, cloth, {
    folds: fallingFolds(
      sheet,
      [
        [500, 560],
        [590, 560],
      ],
      [
        [480, 1130],
        [690, 1130],
      ],
      { count: 7, width: 14, depth: 0.44 },
    ),
    turn: 0.5,
    round: 18,
    lift: 10,
  })
  const over =
    'M430 206L356 246C372 300 380 350 374 396C388 460 404 510 404 552C384 700 330 930 296 1112C380 1140 470 1146 560 1140C596 960 600 720 598 552C590 520 572 470 540 420C500 360 456 290 430 206Z'
  const folds: Fold[] = [
    ...pulledFolds(sheet, [590, 556], { from: 118, to: 228, count: 8, length: 300, width: 11, depth: 0.46 }),
    ...fallingFolds(
      sheet,
      [
        [410, 570],
        [560, 570],
      ],
      [
        [320, 1130],
        [550, 1130],
      ],
      { count: 8, width: 15, depth: 0.44 },
    ),
  ]
  piece(sheet, over, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 370, y: 600, width: 220, height: 460 }, 16),
    turn: 0.6,
    round: 18,
    lift: 8,
  })
  seam(sheet, 'M440 214C466 296 510 364 550 424C580 470 596 520 600 552', cloth, 0.5)
  stitches(sheet, 'M302 1092C380 1120 470 1126 556 1120', cloth, 0.45)
  const belt = 'M400 540C450 550 550 550 600 540L602 572C550 582 450 582 398 572Z'
  piece(sheet, belt, cloth, { turn: 0.6, round: 10, lift: 6 })
  bow(sheet, [572, 558], 50, cloth.color, 2.1)
  return { front, detail: { at: [540, 450], width: 400 } }
}
