import { mix } from '../color.ts'
import { button, buttonColors, fallingFolds, fringe, linenCreases, pulledFolds, seam, stitches } from '../details.ts'
import { type Point, roundedRect } from '../path.ts'
import { houseGround } from '../prints.ts'
import { type Fold, type Material, material, piece, type Sheet, softLine, softPatch } from '../sheet.ts'
import type { Cuts, DesignOf } from './kind.ts'
import { both, bow } from './parts.ts'
import { foldedStack } from './stack.ts'

/** A made bed seen from its foot: headboard, two pillows, the cover falling to the floor. */
export function drawBedding(sheet: Sheet, { style }: DesignOf<'bedding'>, color: string): Cuts {
  const cloth = material(color, 'linen')
  const reverse = material(mix(color, houseGround, 0.6), 'linen')
  const wood = material('#B48A5E', 'twill')
  piece(sheet, 'M196 330Q196 300 226 300L774 300Q804 300 804 330L804 640L196 640Z', wood, {
    turn: 0.3,
    round: 16,
    lift: 14,
  })
  for (let x = 272; x < 780; x += 76) softLine(sheet, `M${x} 312L${x} 620`, wood, 5, 0.4)
  piece(sheet, 'M214 560L786 560L800 660L200 660Z', material(houseGround, 'linen'), { turn: 0.3, round: 14, lift: 8 })
  for (const d of both(
    'M226 560C216 520 226 452 250 440C310 424 420 428 476 444C496 470 498 540 488 578C420 596 290 596 226 560Z',
  )) {
    const pillow = d.startsWith('M226') ? reverse : material(mix(color, houseGround, 0.3), 'linen')
    const left = d.startsWith('M226')
    const folds = pulledFolds(sheet, left ? [240, 450] : [520, 450], {
      from: 20,
      to: 70,
      count: 3,
      length: 140,
      width: 10,
      depth: 0.34,
    })
    piece(sheet, d, pillow, { folds, turn: 0.6, round: 46, lift: 12 })
  }
  const fall =
    'M186 640C300 604 700 604 814 640C850 780 872 920 884 1062C820 1086 760 1064 700 1080C630 1064 570 1086 500 1070C430 1086 370 1064 300 1080C240 1064 180 1086 116 1062C128 920 150 780 186 640Z'
  const folds: Fold[] = [
    ...fallingFolds(
      sheet,
      [
        [220, 820],
        [780, 820],
      ],
      [
        [140, 1070],
        [860, 1070],
      ],
      { count: 12, width: 20, depth: 0.42 },
    ),
    { from: [214, 700], to: [150, 1040], bend: 16, width: 26, depth: 0.46 },
    { from: [786, 700], to: [850, 1040], bend: -16, width: 26, depth: 0.46 },
    ...[0, 1, 2, 3, 4].map(
      (index): Fold => ({
        from: [300 + index * 90, 690 + sheet.dice.int(0, 60)],
        to: [380 + index * 84, 770 + sheet.dice.int(0, 80)],
        bend: sheet.dice.int(-26, 26),
        width: 17,
        depth: 0.3,
      }),
    ),
  ]
  piece(sheet, fall, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 220, y: 690, width: 560, height: 320 }, 30, 0.3),
    turn: 0.4,
    round: 30,
    lift: 18,
    softness: 11,
  })
  if (style === 'quilt') quiltLines(sheet, cloth)
  else for (let x = 300; x <= 700; x += 80) button(sheet, [x, 1046], 9, buttonColors.coconut)
  const turnDown =
    'M180 640C300 600 700 600 820 640C826 670 832 700 836 726C700 690 300 690 164 726C168 700 174 670 180 640Z'
  piece(sheet, turnDown, reverse, {
    folds: fallingFolds(
      sheet,
      [
        [240, 630],
        [760, 630],
      ],
      [
        [220, 710],
        [780, 710],
      ],
      { count: 6, width: 13, depth: 0.26 },
    ),
    turn: 0.4,
    round: 20,
    lift: 10,
  })
  stitches(sheet, 'M172 706C300 672 700 672 828 706', reverse, 0.5)
  return { front: { at: [500, 690], width: 920 }, detail: { at: [640, 720], width: 440 } }
}

function quiltLines(sheet: Sheet, cloth: Material): void {
  for (let row = 0; row < 11; row++) {
    const y = 752 + row * 30
    const half = 322 + row * 5
    const line = `M${500 - half} ${y}C${500 - half * 0.4} ${y - 22} ${500 + half * 0.4} ${y - 22} ${500 + half} ${y}`
    softLine(sheet, line, cloth, 10, 0.34)
    stitches(sheet, line, cloth, 0.4)
  }
}

/** Sheets folded and tied: the flat one with its hemstitched turn-down, the fitted one with its elastic edge. */
export function drawSheets(sheet: Sheet, { style }: DesignOf<'sheets'>, color: string): Cuts {
  const cloth = material(color, style === 'flat' ? 'paper' : 'linen')
  foldedStack(sheet, cloth, {
    x: 500,
    bottom: 960,
    layers:
      style === 'flat'
        ? [
            [640, 132],
            [616, 118],
          ]
        : [[640, 170]],
    leaves: style === 'flat' ? 3 : 4,
  })
  const top = style === 'flat' ? 724 : 796
  const lid = `M192 ${top}Q188 ${top - 12} 200 ${top - 24}L268 ${top - 128}Q278 ${top - 140} 294 ${top - 140}L706 ${top - 140}Q722 ${top - 140} 732 ${top - 128}L800 ${top - 24}Q812 ${top - 12} 808 ${top}Q800 ${top + 14} 780 ${top + 14}L220 ${top + 14}Q200 ${top + 14} 192 ${top}Z`
  piece(sheet, lid, cloth, {
    creases: linenCreases(sheet, { x: 290, y: top - 120, width: 420, height: 110 }, style === 'flat' ? 3 : 12, 0.24),
    turn: 0.3,
    round: 18,
    lift: 4,
  })
  if (style === 'flat') {
    for (const shift of [0, 9])
      sheet.add(
        `<path d="M${222 - shift * 0.6} ${top - 34 + shift}L${778 + shift * 0.6} ${top - 34 + shift}" stroke="${cloth.tones.deep}" stroke-width="5" stroke-dasharray="2.6 5" opacity="0.6"/>`,
      )
    stitches(sheet, `M230 ${top - 46}L770 ${top - 46}`, cloth, 0.5)
  } else {
    const edge =
      'M196 930C240 946 280 932 320 948C360 934 400 950 440 938C480 952 520 938 560 950C600 936 640 950 680 938C720 948 760 934 804 930'
    softLine(sheet, edge, cloth, 10, 0.5)
    stitches(sheet, edge, cloth, 0.5)
  }
  const ribbon = material('#C9A77C', 'canvas')
  piece(sheet, `M474 ${top + 12}L526 ${top + 12}L528 958L472 958Z`, ribbon, { turn: 0.4, round: 8, lift: 4 })
  piece(sheet, `M482 ${top - 138}L518 ${top - 138}L526 ${top + 14}L474 ${top + 14}Z`, ribbon, {
    turn: 0.4,
    round: 8,
    lift: 4,
  })
  bow(sheet, [500, top - 58], 62, ribbon.color, 1.1)
  return { front: { at: [500, 780], width: 880 }, detail: { at: [620, top - 20], width: 420 } }
}

/** A pillow in its case, flange around. */
export function drawPillowcase(sheet: Sheet, _design: DesignOf<'pillowcase'>, color: string): Cuts {
  const cloth = material(color, 'linen')
  const outer =
    'M124 420C128 404 140 396 156 398C380 412 620 412 844 398C860 396 872 404 876 420C866 560 866 720 876 860C872 876 860 884 844 882C620 868 380 868 156 882C140 884 128 876 124 860C134 720 134 560 124 420Z'
  piece(sheet, outer, cloth, {
    folds: fallingFolds(
      sheet,
      [
        [160, 400],
        [840, 400],
      ],
      [
        [160, 440],
        [840, 440],
      ],
      { count: 12, width: 6, depth: 0.24 },
    ),
    turn: 0.3,
    round: 12,
    lift: 22,
  })
  const inner =
    'M184 462C190 450 200 446 214 448C400 462 600 462 786 448C800 446 810 450 816 462C806 580 806 700 816 818C810 830 800 834 786 832C600 818 400 818 214 832C200 834 190 830 184 818C194 700 194 580 184 462Z'
  const folds: Fold[] = (
    [
      [[206, 468], 20, 70],
      [[794, 468], 110, 160],
      [[206, 812], -70, -20],
      [[794, 812], 200, 250],
    ] as [Point, number, number][]
  ).flatMap(([at, from, to]) => pulledFolds(sheet, at, { from, to, count: 5, length: 210, width: 13, depth: 0.4 }))
  piece(sheet, inner, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 260, y: 500, width: 480, height: 280 }, 18),
    turn: 0.4,
    round: 22,
    lift: 0,
    softness: 11,
    outline: 0.2,
  })
  softPatch(sheet, roundedRect(280, 510, 380, 200, 100), { bright: true, opacity: 0.24, soft: 46 })
  stitches(sheet, inner, cloth, 0.5)
  return { front: { at: [500, 640], width: 900 }, detail: { at: [270, 540], width: 400 } }
}

/** A cushion: piped canvas, or handwoven with fringes. */
export function drawCushion(sheet: Sheet, { style }: DesignOf<'cushion'>, color: string): Cuts {
  const cloth = material(color, style === 'piped' ? 'canvas' : 'gauze')
  const d =
    'M196 346C210 320 236 318 262 326C420 350 580 350 738 326C764 318 790 320 804 346C812 372 806 398 800 424C780 560 780 720 800 856C806 882 812 908 804 934C790 960 764 962 738 954C580 930 420 930 262 954C236 962 210 960 196 934C188 908 194 882 200 856C220 720 220 560 200 424C194 398 188 372 196 346Z'
  const corners: [Point, number, number][] = [
    [[214, 344], 25, 65],
    [[786, 344], 115, 155],
    [[214, 936], -65, -25],
    [[786, 936], 205, 245],
  ]
  const folds = corners.flatMap(([at, from, to]) =>
    pulledFolds(sheet, at, { from, to, count: 4, length: 200, width: 13, depth: 0.42 }),
  )
  if (style === 'fringe') {
    fringe(
      sheet,
      [
        [206, 350],
        [206, 930],
      ],
      [-64, 6],
      cloth,
      { gap: 5 },
    )
    fringe(
      sheet,
      [
        [794, 350],
        [794, 930],
      ],
      [64, 6],
      cloth,
      { gap: 5 },
    )
  }
  piece(sheet, d, cloth, {
    folds,
    turn: 0.5,
    round: 90,
    lift: 26,
    softness: 12,
    print: style === 'fringe' ? waves(cloth) : '',
  })
  softPatch(sheet, roundedRect(320, 440, 260, 220, 100), { bright: true, opacity: 0.2, soft: 60 })
  if (style === 'piped') {
    const cord = material(mix(color, color === '#E9DFCB' ? '#B5654A' : '#E9DFCB', 0.5), 'canvas')
    sheet.add(
      `<path d="${d}" fill="none" stroke="${cord.tones.deep}" stroke-width="13" stroke-linejoin="round" opacity="0.6"/><path d="${d}" fill="none" stroke="${cord.tones.base}" stroke-width="10.5" stroke-linejoin="round"/><path d="${d}" fill="none" stroke="${cord.tones.deep}" stroke-width="10" stroke-dasharray="1.6 8" opacity="0.34"/>`,
    )
  }
  return { front: { at: [500, 640], width: 900 }, detail: { at: [300, 430], width: 400 } }
}

/** Bands of uneven yarn, like sand after the tide. */
function waves(cloth: Material): string {
  const rows = Array.from({ length: 22 }, (_, row) => {
    const y = 350 + row * 28
    const sway = Math.sin(row * 1.7) * 9
    return `<path d="M180 ${y}C300 ${y + sway} 420 ${y - sway} 520 ${y + sway * 0.6}C640 ${y - sway} 720 ${y + sway} 820 ${y}" fill="none" stroke="${row % 2 === 0 ? cloth.tones.light : cloth.tones.shade}" stroke-width="${7 + (row % 3) * 3}" opacity="${row % 2 === 0 ? 0.4 : 0.24}"/>`
  })
  return rows.join('')
}

/** A folded throw, fringe to the front. */
export function drawThrow(sheet: Sheet, _design: DesignOf<'throw'>, color: string): Cuts {
  const cloth = material(color, 'twill')
  fringe(
    sheet,
    [
      [250, 986],
      [742, 980],
    ],
    [4, 62],
    cloth,
    { gap: 6 },
  )
  const under =
    'M262 402C420 388 580 388 742 400C752 600 756 800 750 984C580 996 420 998 244 990C240 800 246 600 262 402Z'
  piece(sheet, under, cloth, { turn: 0.3, round: 22, lift: 20, print: herringbone(cloth) })
  fringe(
    sheet,
    [
      [246, 926],
      [752, 918],
    ],
    [3, 60],
    cloth,
    { gap: 6 },
  )
  const upper =
    'M254 366C420 348 590 348 754 364C770 380 772 396 772 410C774 600 772 780 766 922C590 938 420 940 236 930C234 780 234 600 238 410C238 392 242 376 254 366Z'
  const folds: Fold[] = [
    ...fallingFolds(
      sheet,
      [
        [280, 400],
        [730, 400],
      ],
      [
        [270, 920],
        [740, 920],
      ],
      { count: 6, width: 20, depth: 0.3 },
    ),
    { from: [250, 392], to: [760, 390], bend: -8, width: 16, depth: 0.24 },
  ]
  piece(sheet, upper, cloth, { folds, turn: 0.4, round: 30, lift: 14, softness: 11, print: herringbone(cloth) })
  seam(sheet, 'M242 420C420 404 590 404 768 418', cloth, 0.24)
  return { front: { at: [500, 690], width: 860 }, detail: { at: [600, 860], width: 400 } }
}

/** Slanting ribs that turn back at every stripe. */
function herringbone(cloth: Material): string {
  const lines: string[] = []
  for (let column = 0; column < 22; column++) {
    const x = 220 + column * 26
    for (let y = 330; y < 1010; y += 13) lines.push(column % 2 === 0 ? `M${x} ${y}l26 16` : `M${x} ${y + 16}l26 -16`)
  }
  return `<path d="${lines.join('')}" fill="none" stroke="${cloth.tones.shade}" stroke-width="3.4" opacity="0.3"/>`
}
