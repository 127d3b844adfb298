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
import { mirrored, type Point } from '../path.ts'
import { type Fold, type Material, material, piece, type Sheet, softLine } from '../sheet.ts'
import type { Cuts, DesignOf } from './kind.ts'
import { across, both, neckInside, patchPocket, sleeve } from './parts.ts'

type Jacket = DesignOf<'jacket'>

const tops: Cuts = { front: { at: [500, 610], width: 860 }, detail: { at: [490, 410], width: 400 } }

/** Jackets: boxy, workman's, blazer, kimono, waistcoat. Each is two fronts that meet or do not. */
export function drawJacket(sheet: Sheet, { style }: Jacket, color: string): Cuts {
  switch (style) {
    case 'boxy':
      return drawBoxy(sheet, material(color, 'canvas'))
    case 'work':
      return drawWork(sheet, material(color, 'canvas'))
    case 'blazer':
      return drawBlazer(sheet, material(color, 'linen'))
    case 'kimono':
      return drawKimono(sheet, material(color, 'gauze'))
    case 'vest':
      return drawVest(sheet, material(color, 'linen'))
    default: {
      const never: never = style
      throw new Error(`no jacket ${String(never)}`)
    }
  }
}

function frontFolds(sheet: Sheet, armpit: Point, bottom: number): Fold[] {
  return [
    ...pulledFolds(sheet, armpit, { from: 30, to: 84, count: 3, length: 150, width: 10, depth: 0.36 }),
    ...pulledFolds(sheet, across(armpit), { from: 96, to: 150, count: 3, length: 150, width: 10, depth: 0.36 }),
    ...fallingFolds(
      sheet,
      [
        [340, 560],
        [660, 560],
      ],
      [
        [320, bottom],
        [680, bottom],
      ],
      { count: 5, width: 16, depth: 0.28 },
    ),
  ]
}

/** Both fronts, the left one over the right; `d` is the left front. */
function fronts(sheet: Sheet, cloth: Material, d: string, folds: Fold[], over: string = d): void {
  const area = { x: 330, y: 420, width: 340, height: 380 }
  piece(sheet, mirrored(d), cloth, { folds, creases: linenCreases(sheet, area, 8, 0.2), turn: 0.6, round: 20, lift: 9 })
  piece(sheet, over, cloth, { folds, creases: linenCreases(sheet, area, 8, 0.2), turn: 0.4, round: 20, lift: 9 })
}

function longSleeves(sheet: Sheet, cloth: Material, shoulder: Point, armpit: Point, outer: Point, inner: Point): void {
  for (const right of [false, true]) {
    sleeve(sheet, cloth, { shoulder, armpit, outer, inner, right, elbowFolds: true, creases: 4, full: 4 })
    const hem = `M${outer[0] + 8} ${outer[1] - 34}C${outer[0] + 26} ${outer[1] - 22} ${inner[0] - 12} ${inner[1] - 30} ${inner[0] + 6} ${inner[1] - 32}`
    stitches(sheet, right ? mirrored(hem) : hem, cloth, 0.5)
  }
}

function drawBoxy(sheet: Sheet, cloth: Material): Cuts {
  const shoulder: Point = [286, 296]
  const armpit: Point = [304, 500]
  neckInside(sheet, cloth, 'M412 240C440 208 560 208 588 240L548 310L452 310Z', [500, 238])
  longSleeves(sheet, cloth, shoulder, armpit, [148, 806], [236, 832])
  const left =
    'M414 240L286 296C312 362 322 430 304 500C310 620 304 740 296 868C370 884 450 888 522 888L522 312C470 304 432 280 414 240Z'
  const right =
    'M414 240L286 296C312 362 322 430 304 500C310 620 304 740 296 868C370 884 440 888 500 888L500 308C466 300 432 280 414 240Z'
  fronts(sheet, cloth, right, frontFolds(sheet, armpit, 870), left)
  for (const d of both('M414 240C432 280 470 304 520 312L520 330C462 322 420 294 398 248Z'))
    piece(sheet, d, cloth, { turn: 0.3, round: 8, lift: 2 })
  stitches(sheet, 'M511 330L511 884', cloth, 0.4)
  for (const y of [372, 488, 604, 720]) {
    buttonhole(sheet, [496, y], 24, cloth, false)
    button(sheet, [499, y], 15, buttonColors.horn)
  }
  for (const turned of [false, true]) {
    const on = (d: string) => (turned ? mirrored(d) : d)
    patchPocket(
      sheet,
      cloth,
      on('M332 640L446 646L444 800L336 794Z'),
      on('M332 668L446 674'),
      on('M339 648L343 787L437 792L438 652'),
    )
  }
  for (const d of both('M300 846C370 862 440 866 500 866')) stitches(sheet, d, cloth, 0.45)
  return tops
}

function drawWork(sheet: Sheet, cloth: Material): Cuts {
  const shoulder: Point = [284, 298]
  const armpit: Point = [308, 506]
  neckInside(sheet, cloth, 'M412 240C440 208 560 208 588 240L540 330L460 330Z', [500, 236])
  longSleeves(sheet, cloth, shoulder, armpit, [142, 884], [228, 910])
  const edge = 'C312 370 326 440 308 506C314 660 310 800 304 968C380 982 450 984 '
  fronts(
    sheet,
    cloth,
    `M414 236L284 298${edge}500 984L500 330Z`,
    frontFolds(sheet, armpit, 970),
    `M414 236L284 298${edge}520 984L520 340L488 322Z`,
  )
  stitches(sheet, 'M509 350L509 980', cloth, 0.5)
  for (const y of [372, 496, 620, 744, 868]) {
    buttonhole(sheet, [498, y], 22, cloth, false)
    button(sheet, [500, y], 12, buttonColors.corozo)
  }
  for (const turned of [false, true]) {
    const on = (d: string) => (turned ? mirrored(d) : d)
    patchPocket(
      sheet,
      cloth,
      on('M330 716L458 720L456 900Q456 914 442 914L346 910Q332 910 332 896Z'),
      on('M330 744L458 748'),
      on('M339 724L341 902L448 906L449 728'),
    )
    stitches(sheet, on('M346 730L348 895L441 899L442 732'), cloth, 0.35)
  }
  patchPocket(
    sheet,
    cloth,
    mirrored('M348 470L446 474L444 590Q444 600 434 600L358 597Q350 597 350 588Z'),
    mirrored('M348 494L446 498'),
    mirrored('M355 478L357 590L437 593L439 482'),
  )
  piece(sheet, 'M408 246C424 196 576 196 592 246C570 222 536 214 500 214C464 214 430 222 408 246Z', cloth, {
    turn: 0.3,
    round: 10,
    lift: 0,
  })
  for (const d of both('M412 222C430 268 462 310 500 336L444 404C414 362 392 312 380 266C390 246 402 232 412 222Z'))
    piece(sheet, d, cloth, { turn: 0.45, round: 14, lift: 8 })
  for (const d of both('M490 340L445 392C418 354 400 310 390 268')) stitches(sheet, d, cloth, 0.5)
  for (const d of both('M308 946C382 960 450 962 498 962')) stitches(sheet, d, cloth, 0.45)
  return { ...tops, front: { at: [500, 620], width: 890 } }
}

function drawBlazer(sheet: Sheet, cloth: Material): Cuts {
  const shoulder: Point = [288, 282]
  const armpit: Point = [316, 494]
  const lining = material(mix(cloth.color, '#E9DFCB', 0.5), 'linen')
  piece(sheet, 'M414 232C440 204 560 204 586 232L560 640L440 640Z', lining, { turn: 0.3, round: 30, lift: 0 })
  neckInside(sheet, cloth, 'M414 232C440 204 560 204 586 232L560 290L440 290Z', [500, 240])
  longSleeves(sheet, cloth, shoulder, armpit, [150, 884], [232, 908])
  const left =
    'M420 226L288 282C314 352 330 424 316 494C334 600 336 680 318 790C310 860 306 910 302 966C370 988 430 990 470 976C506 962 526 900 528 820C530 740 524 690 512 640Z'
  fronts(sheet, cloth, left, frontFolds(sheet, armpit, 960))
  const lapel =
    'M420 214C432 300 460 480 516 646C470 588 412 510 366 432L398 392L352 372C358 318 376 264 398 236C404 226 412 218 420 214Z'
  for (const d of [mirrored(lapel), lapel]) piece(sheet, d, cloth, { turn: 0.45, round: 14, lift: 8 })
  for (const d of both('M352 372L398 392L428 330')) {
    softLine(sheet, d, cloth, 7, 0.5)
    seam(sheet, d, cloth, 0.6)
  }
  piece(sheet, 'M408 240C424 196 576 196 592 240C568 214 432 214 408 240Z', cloth, { turn: 0.2, round: 10, lift: 0 })
  for (const y of [664, 768]) {
    buttonhole(sheet, [508, y], 24, cloth, false)
    button(sheet, [500, y], 12.5, buttonColors.horn)
  }
  for (const turned of [false, true]) {
    const on = (d: string) => (turned ? mirrored(d) : d)
    patchPocket(
      sheet,
      cloth,
      on('M338 734L452 738L450 884Q450 902 432 902L358 898Q340 898 340 880Z'),
      on('M338 760L452 764'),
      on('M346 742L348 886L440 892L443 746'),
    )
  }
  const breast = mirrored('M372 470L446 460L448 482L374 492Z')
  piece(sheet, breast, cloth, { turn: 0.3, round: 5, lift: 3 })
  for (const right of [false, true])
    for (const step of [0, 1, 2]) {
      const at: Point = [222 - step * 1, 852 - step * 22]
      button(sheet, right ? across(at) : at, 6, buttonColors.horn)
    }
  return { front: { at: [500, 610], width: 890 }, detail: { at: [460, 440], width: 420 } }
}

function drawKimono(sheet: Sheet, cloth: Material): Cuts {
  neckInside(sheet, cloth, 'M426 184C452 164 548 164 574 184L566 960L434 960Z', [500, 182])
  const left =
    'M426 184L340 206C262 232 186 330 130 470C176 500 240 524 300 530C322 500 340 520 342 560C338 720 326 880 316 1046C360 1056 400 1060 440 1060C446 800 448 460 426 184Z'
  const folds = [
    ...pulledFolds(sheet, [336, 540], { from: -60, to: 74, count: 5, length: 150, width: 10, depth: 0.4 }),
    ...pulledFolds(sheet, [664, 540], { from: 106, to: 240, count: 5, length: 150, width: 10, depth: 0.4 }),
    ...fallingFolds(
      sheet,
      [
        [346, 580],
        [440, 580],
      ],
      [
        [322, 1050],
        [440, 1050],
      ],
      { count: 6, width: 11, depth: 0.42 },
    ),
    ...fallingFolds(
      sheet,
      [
        [560, 580],
        [654, 580],
      ],
      [
        [560, 1050],
        [678, 1050],
      ],
      { count: 6, width: 11, depth: 0.42 },
    ),
  ]
  fronts(sheet, cloth, left, folds)
  for (const d of both('M410 188C442 300 456 700 448 1062L414 1062C424 700 412 320 384 196Z'))
    piece(sheet, d, cloth, { turn: 0.4, round: 10, lift: 4 })
  piece(sheet, 'M412 190C440 158 560 158 588 190C560 176 440 176 412 190Z', cloth, { turn: 0.2, round: 8, lift: 0 })
  for (const d of both('M138 454C184 482 246 506 306 514')) stitches(sheet, d, cloth, 0.5)
  for (const d of both('M320 1024C350 1032 384 1038 414 1040')) stitches(sheet, d, cloth, 0.5)
  return { front: { at: [500, 630], width: 920 }, detail: { at: [440, 330], width: 400 } }
}

function drawVest(sheet: Sheet, cloth: Material): Cuts {
  neckInside(sheet, cloth, 'M408 240C440 210 560 210 592 240L520 470L480 470Z', [500, 238])
  for (const d of both('M346 264C372 330 378 410 336 488L420 520L430 260Z')) neckInside(sheet, cloth, d, null)
  const left = 'M412 236L340 262C376 330 384 410 332 490C344 600 348 700 336 800L420 868L512 806L512 470Z'
  fronts(sheet, cloth, left, frontFolds(sheet, [340, 500], 800), left.replace('L512 806L512 470', 'L520 806L520 476'))
  for (const d of both('M404 240C430 320 466 400 500 462')) stitches(sheet, d, cloth, 0.4)
  for (const d of both('M352 264C388 330 396 414 344 492')) stitches(sheet, d, cloth, 0.45)
  stitches(sheet, 'M344 792L422 854L514 794', cloth, 0.4)
  for (const y of [500, 568, 636, 704, 772]) {
    buttonhole(sheet, [505, y], 20, cloth, false)
    button(sheet, [500, y], 10.5, buttonColors.horn)
  }
  for (const d of both('M364 668L452 654L454 676L366 690Z')) piece(sheet, d, cloth, { turn: 0.3, round: 5, lift: 3 })
  for (const d of both('M402 470C408 540 412 600 410 640')) seam(sheet, d, cloth, 0.4)
  return { front: { at: [500, 560], width: 800 }, detail: { at: [450, 560], width: 380 } }
}
