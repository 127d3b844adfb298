import { mix } from '../color.ts'
import { fallingFolds, fringe, linenCreases, pulledFolds, seam, stitches } from '../details.ts'
import { ellipse, mirrored, type Point, roundedRect } from '../path.ts'
import { houseGround } from '../prints.ts'
import { type Fold, type Material, material, piece, type Sheet, softLine, softPatch } from '../sheet.ts'
import { standShadow } from './ceramics.ts'
import type { Cuts, DesignOf } from './kind.ts'
import { across, both, bow, neckInside, patchPocket, sleeve } from './parts.ts'
import { foldedStack } from './stack.ts'
import { sprig } from './table.ts'

/** Towels: terry folded in a stack, waffle hanging from a peg. */
export function drawTowel(sheet: Sheet, { weave }: DesignOf<'towel'>, color: string): Cuts {
  if (weave === 'waffle') return drawHangingTowel(sheet, material(color, 'waffle'))
  const cloth = material(color, 'terry')
  foldedStack(sheet, cloth, {
    x: 500,
    bottom: 980,
    layers: [
      [620, 190],
      [600, 170],
      [500, 140],
      [330, 104],
    ],
    border: true,
    leaves: 2,
  })
  return { front: { at: [500, 690], width: 880 }, detail: { at: [620, 840], width: 420 } }
}

function drawHangingTowel(sheet: Sheet, cloth: Material): Cuts {
  const wood = material('#BF9768', 'twill')
  const d =
    'M478 300C440 330 330 350 312 440C298 640 300 880 310 1060C380 1084 430 1062 500 1078C570 1062 624 1084 690 1056C700 880 702 640 688 440C670 350 560 330 522 300Z'
  const folds: Fold[] = [
    ...fallingFolds(
      sheet,
      [
        [480, 330],
        [520, 330],
      ],
      [
        [330, 1060],
        [670, 1060],
      ],
      { count: 9, width: 20, depth: 0.5 },
    ),
    { from: [486, 320], to: [340, 560], bend: -26, width: 18, depth: 0.46 },
    { from: [514, 320], to: [660, 560], bend: 26, width: 18, depth: 0.46 },
  ]
  piece(sheet, d, cloth, { folds, turn: 0.6, round: 26, lift: 18, softness: 10 })
  for (const line of ['M312 1022C380 1046 430 1024 500 1040C570 1024 624 1046 688 1018'])
    stitches(sheet, line, cloth, 0.5)
  piece(sheet, 'M474 308C480 268 520 268 526 308L516 308C512 284 488 284 484 308Z', material('#EFE7D8', 'canvas'), {
    lift: 2,
    round: 4,
  })
  piece(sheet, ellipse(500, 262, 40, 40), wood, { turn: 0.9, round: 26, lift: 22 })
  for (const radius of [30, 20, 10])
    sheet.add(
      `<path d="${ellipse(498, 260, radius, radius)}" fill="none" stroke="#7d5a33" stroke-width="1.4" opacity="0.4"/>`,
    )
  return { front: { at: [500, 655], width: 900 }, detail: { at: [460, 800], width: 380 } }
}

/** A striped flat-woven towel over a bar, fringes below. */
export function drawBeachTowel(sheet: Sheet, _design: DesignOf<'beachTowel'>, color: string): Cuts {
  const cloth = material(houseGround, 'linen')
  piece(sheet, roundedRect(130, 232, 740, 34, 17), material('#BF9768', 'twill'), { turn: 0.2, round: 14, lift: 14 })
  const back = 'M300 246L716 246C722 520 724 700 718 860L306 860Z'
  fringe(
    sheet,
    [
      [308, 858],
      [716, 858],
    ],
    [0, 52],
    cloth,
    { gap: 14, knots: true },
  )
  const print = (bands: readonly [number, number][]) =>
    bands
      .map(
        ([y, height]) =>
          `<path d="M200 ${y}C400 ${y + 6} 600 ${y + 6} 800 ${y}L800 ${y + height}C600 ${y + height + 6} 400 ${y + height + 6} 200 ${y + height}Z" fill="${color}" opacity="0.93"/>`,
      )
      .join('')
  piece(sheet, back, cloth, {
    turn: 0.5,
    round: 16,
    lift: 12,
    print: print([
      [690, 60],
      [770, 14],
      [800, 14],
    ]),
  })
  fringe(
    sheet,
    [
      [282, 1010],
      [690, 1010],
    ],
    [0, 58],
    cloth,
    { gap: 14, knots: true },
  )
  const front =
    'M286 240C420 232 560 232 694 240C704 500 704 780 694 1012C560 1022 420 1022 278 1012C272 780 276 500 286 240Z'
  const folds = fallingFolds(
    sheet,
    [
      [300, 260],
      [680, 260],
    ],
    [
      [290, 1010],
      [680, 1010],
    ],
    { count: 8, width: 18, depth: 0.44 },
  )
  const bands: [number, number][] = [
    [300, 70],
    [390, 16],
    [424, 16],
    [520, 120],
    [668, 16],
    [702, 16],
    [800, 70],
    [890, 16],
    [924, 16],
  ]
  piece(sheet, front, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 310, y: 320, width: 360, height: 640 }, 12),
    turn: 0.5,
    round: 18,
    lift: 16,
    print: print(bands),
  })
  softLine(sheet, 'M286 262C420 254 560 254 694 262', cloth, 14, 0.3)
  return { front: { at: [500, 650], width: 880 }, detail: { at: [560, 930], width: 400 } }
}

/** A bath mat from above with pebbles in relief. */
export function drawBathMat(sheet: Sheet, _design: DesignOf<'bathMat'>, color: string): Cuts {
  const cloth = material(color, 'terry')
  const turn = '<g transform="rotate(-6 500 630)">'
  sheet.add(turn)
  sheet.addLight(turn)
  piece(sheet, roundedRect(186, 340, 628, 580, 34), cloth, { turn: 0.4, round: 34, lift: 22 })
  const { dice } = sheet
  for (let row = 0; row < 7; row++)
    for (let column = 0; column < 7; column++) {
      const x = 262 + column * 82 + (row % 2) * 36 + dice.int(-6, 6)
      const y = 408 + row * 75 + dice.int(-4, 4)
      if (x > 764) continue
      const pebble = ellipse(x, y, 35 + dice.int(0, 6), 30 + dice.int(0, 6))
      piece(sheet, pebble, cloth, { turn: 0.3, round: 11, lift: 2, outline: 0 })
    }
  stitches(sheet, roundedRect(206, 360, 588, 540, 24), cloth, 0.4)
  sheet.add('</g>')
  sheet.addLight('</g>')
  return { front: { at: [500, 630], width: 900 }, detail: { at: [380, 520], width: 400 } }
}

/** A bathrobe with shawl collar, belt tied. */
export function drawRobe(sheet: Sheet, _design: DesignOf<'robe'>, color: string): Cuts {
  const cloth = material(color, 'waffle')
  const shoulder: Point = [330, 236]
  const armpit: Point = [352, 424]
  neckInside(sheet, cloth, 'M428 186C454 166 546 166 572 186L540 420L460 420Z', [500, 184])
  for (const right of [false, true]) {
    sleeve(sheet, cloth, {
      shoulder,
      armpit,
      outer: [184, 728],
      inner: [274, 754],
      right,
      elbowFolds: true,
      creases: 0,
      full: 10,
    })
    const cuff = 'M192 662C216 684 262 700 292 694L280 760C250 768 202 752 172 732Z'
    piece(sheet, right ? mirrored(cuff) : cuff, cloth, { turn: 0.5, round: 14, lift: 6 })
  }
  const left =
    'M428 186L330 236C350 300 362 360 352 424C362 500 372 560 370 602C352 760 328 940 314 1090C390 1112 470 1116 560 1110C580 900 574 740 560 600C548 540 522 470 500 420C470 340 444 260 428 186Z'
  const folds = [
    ...fallingFolds(
      sheet,
      [
        [380, 630],
        [560, 630],
      ],
      [
        [330, 1100],
        [560, 1100],
      ],
      { count: 8, width: 15, depth: 0.42 },
    ),
    ...pulledFolds(sheet, armpit, { from: 30, to: 84, count: 3, length: 140, width: 10, depth: 0.36 }),
    ...pulledFolds(sheet, across(armpit), { from: 96, to: 150, count: 3, length: 140, width: 10, depth: 0.36 }),
    ...fallingFolds(
      sheet,
      [
        [560, 630],
        [630, 630],
      ],
      [
        [570, 1100],
        [680, 1100],
      ],
      { count: 5, width: 13, depth: 0.4 },
    ),
  ]
  piece(sheet, mirrored(left), cloth, { folds, turn: 0.7, round: 20, lift: 10 })
  piece(sheet, left, cloth, { folds, turn: 0.4, round: 20, lift: 10 })
  const collar =
    'M430 168C440 260 474 360 520 440C546 490 560 540 566 598L520 600C500 540 470 480 440 430C400 360 376 290 372 222C390 196 410 178 430 168Z'
  for (const d of [mirrored(collar), collar]) piece(sheet, d, cloth, { turn: 0.5, round: 22, lift: 9 })
  piece(sheet, 'M414 184C438 150 562 150 586 184C560 166 440 166 414 184Z', cloth, { turn: 0.2, round: 10, lift: 0 })
  piece(sheet, 'M366 578C440 594 560 594 634 578L638 632C560 648 440 648 362 632Z', cloth, {
    turn: 0.6,
    round: 16,
    lift: 8,
  })
  bow(sheet, [506, 608], 66, cloth.color, 2.2)
  for (const turned of [false, true]) {
    const on = (d: string) => (turned ? mirrored(d) : d)
    patchPocket(
      sheet,
      cloth,
      on('M352 736L450 742L448 884L350 874Z'),
      on('M353 764L449 770'),
      on('M360 742L358 866L441 874L443 748'),
    )
  }
  for (const d of both('M320 1066C386 1086 440 1092 500 1092')) stitches(sheet, d, cloth, 0.4)
  return { front: { at: [500, 640], width: 930 }, detail: { at: [470, 400], width: 400 } }
}

/** A wash bag with a brass zip. */
export function drawPouch(sheet: Sheet, _design: DesignOf<'pouch'>, color: string): Cuts {
  const cloth = material(color, 'canvas')
  standShadow(sheet, 490, 862, 560)
  const body =
    'M196 500C300 478 700 478 804 500C836 600 846 720 832 820C810 868 760 876 700 878L300 878C240 876 190 868 168 820C154 720 164 600 196 500Z'
  const folds: Fold[] = [
    ...pulledFolds(sheet, [212, 520], { from: 20, to: 76, count: 4, length: 240, width: 14, depth: 0.36 }),
    ...pulledFolds(sheet, [788, 520], { from: 104, to: 160, count: 4, length: 240, width: 14, depth: 0.36 }),
    ...fallingFolds(
      sheet,
      [
        [300, 560],
        [700, 560],
      ],
      [
        [280, 870],
        [720, 870],
      ],
      { count: 5, width: 18, depth: 0.24 },
    ),
  ]
  piece(sheet, body, cloth, { folds, turn: 0.7, round: 46, lift: 10, softness: 10 })
  const base =
    'M160 780C164 800 166 812 168 820C190 868 240 876 300 878L700 878C760 876 810 868 832 820C834 812 836 800 840 780C700 806 300 806 160 780Z'
  piece(sheet, base, material(mix(color, '#2a1f17', 0.2), 'canvas'), { turn: 0.7, round: 18, lift: 0 })
  stitches(sheet, 'M162 772C300 798 700 798 838 772', cloth, 0.5)
  piece(sheet, 'M196 482C300 458 700 458 804 482L806 516C700 492 300 492 194 516Z', cloth, {
    turn: 0.5,
    round: 10,
    lift: 4,
  })
  const teeth = 'M208 498C310 476 690 476 792 498'
  sheet.add(
    `<path d="${teeth}" fill="none" stroke="#7d5f2c" stroke-width="13"/><path d="${teeth}" fill="none" stroke="#d6b36a" stroke-width="10" stroke-dasharray="3.4 3"/>`,
  )
  piece(sheet, roundedRect(724, 474, 40, 26, 7), material('#C79F52', 'clay'), { turn: 0.6, round: 8, lift: 5 })
  const cord = 'M764 487C812 490 842 528 836 586C834 606 830 618 826 632'
  sheet.add(
    `<path d="${cord}" fill="none" stroke="#8f7a58" stroke-width="9" stroke-linecap="round"/><path d="${cord}" fill="none" stroke="#E6D8BC" stroke-width="6.4" stroke-linecap="round"/>`,
  )
  piece(sheet, ellipse(825, 640, 9, 11), material('#E6D8BC', 'twill'), { turn: 0.6, round: 8, lift: 4 })
  seam(sheet, 'M500 488L500 492', cloth, 0.3)
  return { front: { at: [500, 660], width: 860 }, detail: { at: [690, 580], width: 400 } }
}

/** Two bars of olive oil soap, a band of paper around one, a twig beside. */
export function drawSoap(sheet: Sheet, _design: DesignOf<'soap'>, _color: string): Cuts {
  const soap = material('#C9CB9B', 'paper')
  const paper = material('#F1EADC', 'paper')
  standShadow(sheet, 490, 842, 520)
  barOf(sheet, soap, 0)
  const band = 'M404 634L404 842L596 842L596 634Z'
  piece(sheet, band, paper, { turn: 0.3, round: 8, lift: 2 })
  piece(sheet, 'M430 540L592 540L596 634L404 634Z', paper, { turn: 0.2, round: 8, lift: 0 })
  sheet.add(
    '<path d="M436 742C466 700 488 790 516 738C540 700 552 752 568 736" fill="none" stroke="#3A3FB5" stroke-width="5" stroke-linecap="round"/><path d="M446 790L554 790" stroke="#6b5a3d" stroke-width="2" opacity="0.6"/>',
  )
  sheet.add('<g transform="translate(34 -198) rotate(-5 500 700) ">')
  sheet.addLight('<g transform="translate(34 -198) rotate(-5 500 700)">')
  barOf(sheet, material('#BFC38D', 'paper'), 8)
  sheet.add(
    '<g fill="none" stroke="#7f8455" stroke-width="4" opacity="0.7" stroke-linecap="round"><path d="M430 760C460 724 484 800 514 756C538 724 556 770 574 752"/><path d="M352 690L352 816M648 690L648 816" opacity="0.5"/></g>',
  )
  sheet.add('</g>')
  sheet.addLight('</g>')
  sprig(sheet, [330, 930], 1.25)
  return { front: { at: [500, 720], width: 860 }, detail: { at: [510, 600], width: 400 } }
}

function barOf(sheet: Sheet, soap: Material, lift: number): void {
  piece(
    sheet,
    'M266 640Q262 626 276 618L352 546Q362 538 376 538L632 538Q646 538 654 548L728 622Q738 632 734 644Z',
    soap,
    { turn: 0.2, round: 12, lift },
  )
  piece(sheet, roundedRect(262, 630, 476, 212, 16), soap, { turn: 0.5, round: 20, lift: 0 })
  softPatch(sheet, roundedRect(286, 650, 200, 60, 20), { bright: true, opacity: 0.2, soft: 20 })
}
