import { mix } from '../color.ts'
import { fallingFolds, fringe, linenCreases, seam, stitches } from '../details.ts'
import { ellipse, type Point, roundedRect } from '../path.ts'
import { houseGround, stripes } from '../prints.ts'
import { type Fold, type Material, material, piece, type Sheet, softLine, softPatch } from '../sheet.ts'
import type { Cuts, DesignOf } from './kind.ts'
import { both } from './parts.ts'

const wood = () => material('#B48A5E', 'twill')

/** A laid table: the top in perspective, the drop in folds, two corners falling in points. */
export function drawTablecloth(sheet: Sheet, { edge }: DesignOf<'tablecloth'>, color: string): Cuts {
  const bordered = edge === 'stripe'
  const cloth = material(bordered ? houseGround : color, 'linen')
  for (const d of both('M212 700L246 700L240 1096L222 1096Z')) piece(sheet, d, wood(), { turn: 0.7, round: 8, lift: 6 })
  softPatch(sheet, ellipse(500, 1098, 360, 18), { bright: false, opacity: 0.3, soft: 16 })
  const drop =
    'M148 520L852 520C866 640 874 720 886 812C852 846 824 842 796 872C760 838 730 846 690 866C640 842 600 846 560 868C510 846 470 846 430 868C390 844 350 846 306 868C266 844 236 842 204 872C176 842 148 846 114 812C126 720 134 640 148 520Z'
  const folds: Fold[] = [
    ...fallingFolds(
      sheet,
      [
        [240, 530],
        [760, 530],
      ],
      [
        [200, 860],
        [800, 860],
      ],
      { count: 15, width: 17, depth: 0.52 },
    ),
    { from: [156, 530], to: [204, 868], bend: 14, width: 26, depth: 0.6 },
    { from: [844, 530], to: [796, 868], bend: -14, width: 26, depth: 0.6 },
  ]
  const border = bordered ? borderPrint(color) : ''
  piece(sheet, drop, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 180, y: 560, width: 640, height: 240 }, 14),
    turn: 0.5,
    round: 20,
    lift: 20,
    print: border,
  })
  stitches(
    sheet,
    'M124 792C150 822 178 820 204 850C236 820 266 822 306 846C350 824 390 822 430 846C470 824 510 824 560 846C600 824 640 820 690 844C730 824 760 816 796 850C824 820 850 822 876 792',
    cloth,
    0.5,
  )
  const top = 'M264 396L736 396L852 520C640 534 360 534 148 520Z'
  const pressed: Fold[] = [
    { from: [500, 400], to: [500, 526], width: 4, depth: 0.34 },
    { from: [206, 460], to: [794, 460], bend: -3, width: 4, depth: 0.3 },
  ]
  piece(sheet, top, cloth, {
    folds: pressed,
    creases: linenCreases(sheet, { x: 260, y: 410, width: 480, height: 100 }, 12),
    turn: 0.25,
    round: 12,
    lift: 0,
    softness: 3,
  })
  softLine(sheet, 'M148 522C360 536 640 536 852 522', cloth, 12, 0.34)
  tableSetting(sheet, color, bordered)
  return { front: { at: [500, 690], width: 860 }, detail: { at: [700, 650], width: 420 } }
}

function borderPrint(color: string): string {
  const line = (y: number, width: number) =>
    `<path d="M60 ${y}C300 ${y + 12} 700 ${y + 12} 940 ${y}" fill="none" stroke="${color}" stroke-width="${width}"/>`
  return line(700, 10) + line(726, 26) + line(752, 10)
}

/** A bowl of lemons and a folded napkin give the table its scale. */
function tableSetting(sheet: Sheet, color: string, bordered: boolean): void {
  for (const [x, y, size] of [
    [474, 374, 40],
    [528, 376, 38],
    [500, 352, 38],
  ] as const) {
    piece(
      sheet,
      `M${x - size} ${y}C${x - size} ${y - size * 0.8} ${x + size * 0.9} ${y - size * 0.9} ${x + size * 1.12} ${y}C${x + size * 0.9} ${y + size * 0.8} ${x - size} ${y + size * 0.8} ${x - size} ${y}Z`,
      material('#DDB13A', 'clay'),
      { turn: 0.9, round: 20, lift: 4 },
    )
  }
  const bowl = 'M404 380C440 396 560 396 596 380C590 432 552 460 500 460C448 460 410 432 404 380Z'
  piece(sheet, bowl, material(bordered ? color : mix(color, '#3d3a36', 0.5), 'clay'), { turn: 1, round: 24, lift: 10 })
}

/** Napkins folded in four, fanned out, the top one with its corner turned. */
export function drawNapkins(sheet: Sheet, { edge }: DesignOf<'napkins'>, color: string): Cuts {
  const cloth = material(color, edge === 'fringe' ? 'canvas' : 'linen')
  const pale = material(mix(color, houseGround, 0.3), cloth.weave)
  for (const [angle, x, y, stuff] of [
    [-13, -52, 34, pale],
    [-5, -18, 12, cloth],
    [4, 16, -8, pale],
    [11, 44, -26, cloth],
  ] as const) {
    const last = angle === 11
    sheet.add(`<g transform="rotate(${angle} 500 640) translate(${x} ${y})">`)
    sheet.addLight(`<g transform="rotate(${angle} 500 640) translate(${x} ${y})">`)
    foldedSquare(sheet, stuff, edge === 'fringe', last)
    sheet.add('</g>')
    sheet.addLight('</g>')
  }
  return { front: { at: [500, 630], width: 900 }, detail: { at: [610, 820], width: 400 } }
}

function foldedSquare(sheet: Sheet, cloth: Material, fringed: boolean, top: boolean): void {
  const [left, upper, side] = [270, 410, 460]
  const [right, lower] = [left + side, upper + side]
  if (fringed) {
    fringe(
      sheet,
      [
        [left + 4, lower],
        [right - 4, lower],
      ],
      [0, 26],
      cloth,
      { gap: 4 },
    )
    fringe(
      sheet,
      [
        [right, upper + 4],
        [right, lower - 4],
      ],
      [26, 0],
      cloth,
      { gap: 4 },
    )
  }
  for (const shift of [9, 4.5])
    piece(sheet, roundedRect(left + shift, upper + shift, side, side, 5), cloth, { turn: 0.2, round: 8, lift: 5 })
  const folds: Fold[] = [
    { from: [left + 30, upper + 60], to: [right - 60, lower - 120], bend: 40, width: 20, depth: 0.16 },
    { from: [left + 120, upper + 20], to: [left + 90, lower - 30], bend: 14, width: 14, depth: 0.16 },
  ]
  piece(sheet, roundedRect(left, upper, side, side, 6), cloth, {
    folds,
    creases: linenCreases(sheet, { x: left + 20, y: upper + 20, width: side - 60, height: side - 60 }, 14, 0.24),
    turn: 0.35,
    round: 12,
    lift: 7,
  })
  if (!fringed) {
    stitches(sheet, `M${left + 16} ${lower - 18}L${right - 18} ${lower - 18}L${right - 18} ${upper + 16}`, cloth, 0.55)
    seam(sheet, `M${right - 18} ${lower - 18}L${right} ${lower}`, cloth, 0.5)
  } else {
    stitches(sheet, `M${left + 10} ${lower - 8}L${right - 8} ${lower - 8}L${right - 8} ${upper + 10}`, cloth, 0.6)
  }
  if (!top) return
  const flap = `M${right - 150} ${lower - 2}C${right - 118} ${lower - 88} ${right - 80} ${lower - 122} ${right} ${lower - 152}L${right - 26} ${lower - 128}C${right - 72} ${lower - 92} ${right - 104} ${lower - 60} ${right - 128} ${lower - 24}Z`
  softLine(sheet, flap, cloth, 6, 0.2)
}

/** A runner half unrolled over the edge of a table. */
export function drawRunner(sheet: Sheet, _design: DesignOf<'runner'>, color: string): Cuts {
  const cloth = material(color, 'canvas')
  const board = material('#BE9667', 'twill')
  piece(sheet, 'M130 430L870 430L930 640L70 640Z', board, { turn: 0.4, round: 10, lift: 0 })
  for (const y of [470, 512, 560, 604])
    sheet.add(
      `<path d="M${130 - (y - 430) * 0.28} ${y}L${870 + (y - 430) * 0.28} ${y}" stroke="#8f6a3f" stroke-width="1.4" opacity="0.4"/>`,
    )
  piece(sheet, 'M70 640L930 640L930 690L70 690Z', material('#A77F52', 'twill'), { turn: 0.5, round: 10, lift: 14 })
  piece(sheet, 'M372 430L628 430L652 640C560 646 440 646 348 640Z', cloth, {
    creases: linenCreases(sheet, { x: 370, y: 440, width: 250, height: 180 }, 10),
    turn: 0.35,
    round: 12,
    lift: 5,
  })
  const hang = 'M348 638C440 646 560 646 652 638C660 760 662 900 656 1046L344 1046C338 900 340 760 348 638Z'
  piece(sheet, hang, cloth, {
    folds: fallingFolds(
      sheet,
      [
        [360, 660],
        [640, 660],
      ],
      [
        [352, 1040],
        [648, 1040],
      ],
      { count: 6, width: 15, depth: 0.4 },
    ),
    creases: linenCreases(sheet, { x: 370, y: 680, width: 250, height: 300 }, 14),
    turn: 0.5,
    round: 16,
    lift: 14,
  })
  softLine(sheet, 'M348 640C440 648 560 648 652 640', cloth, 12, 0.34)
  for (const y of [962, 972, 982, 992])
    sheet.add(
      `<path d="M346 ${y}L654 ${y}" stroke="${cloth.tones.deep}" stroke-width="4.4" stroke-dasharray="2.4 5" opacity="0.62"/>`,
    )
  stitches(sheet, 'M346 954L654 954', cloth, 0.5)
  stitches(sheet, 'M345 1002L655 1002', cloth, 0.5)
  sprig(sheet, [500, 540], 1)
  return { front: { at: [500, 720], width: 1000 }, detail: { at: [540, 900], width: 380 } }
}

/** A twig of olive, drawn around a point. */
export function sprig(sheet: Sheet, [x, y]: Point, size: number): void {
  const green = material('#7C8A5C', 'clay')
  sheet.add(
    `<path d="M${x - 110 * size} ${y + 18 * size}C${x - 40 * size} ${y - 6 * size} ${x + 40 * size} ${y - 6 * size} ${x + 118 * size} ${y - 34 * size}" fill="none" stroke="#6b5a3d" stroke-width="${4 * size}" stroke-linecap="round"/>`,
  )
  for (const [dx, dy, lean] of [
    [-78, 6, -1],
    [-52, 2, 1],
    [-24, -2, -1],
    [6, -4, 1],
    [34, -8, -1],
    [62, -14, 1],
    [90, -24, -1],
    [114, -36, 1],
  ] as const) {
    const [px, py] = [x + dx * size, y + dy * size]
    const [ex, ey] = [px + 44 * size, py + lean * 34 * size]
    piece(
      sheet,
      `M${px} ${py}Q${px + 14 * size} ${py + lean * 28 * size} ${ex} ${ey}Q${px + 40 * size} ${py + lean * 8 * size} ${px} ${py}Z`,
      green,
      { turn: 0.6, round: 6, lift: 4 },
    )
  }
}

/** Two quilted placemats, one over the other. */
export function drawPlacemats(sheet: Sheet, _design: DesignOf<'placemats'>, color: string): Cuts {
  for (const [angle, dx, dy, tone] of [
    [-9, -30, 96, 0.22],
    [5, 24, -60, 0],
  ] as const) {
    const cloth = material(mix(color, houseGround, tone), 'linen')
    const shift = `<g transform="rotate(${angle} 500 620) translate(${dx} ${dy})">`
    sheet.add(shift)
    sheet.addLight(shift)
    const d = roundedRect(180, 420, 640, 420, 46)
    piece(sheet, d, cloth, { turn: 0.35, round: 30, lift: 16 })
    for (let x = 226; x < 800; x += 32) {
      const line = `M${x} 436L${x} 824`
      softLine(sheet, line, cloth, 9, 0.3)
      stitches(sheet, line, cloth, 0.34)
    }
    stitches(sheet, roundedRect(194, 434, 612, 392, 36), cloth, 0.5)
    sheet.add('</g>')
    sheet.addLight('</g>')
  }
  return { front: { at: [500, 640], width: 900 }, detail: { at: [690, 700], width: 400 } }
}

/** Two cloths on a rail of pegs: one striped, one plain. */
export function drawKitchenTowels(sheet: Sheet, _design: DesignOf<'kitchenTowels'>, color: string): Cuts {
  const rail = material('#BF9768', 'twill')
  piece(sheet, roundedRect(150, 216, 700, 52, 10), rail, { turn: 0.2, round: 14, lift: 12 })
  const cloths: [number, string, string][] = [
    [336, houseGround, stripes({ x: 170, y: 280, width: 340, height: 800 }, { angle: 0, gap: 40, width: 13, color })],
    [664, color, ''],
  ]
  for (const [x, ground, print] of cloths) {
    const cloth = material(ground, 'linen')
    const d = `M${x - 18} 300C${x - 50} 330 ${x - 122} 350 ${x - 132} 430C${x - 142} 640 ${x - 138} 860 ${x - 132} 1030C${x - 80} 1052 ${x - 44} 1030 ${x} 1048C${x + 50} 1030 ${x + 84} 1052 ${x + 130} 1026C${x + 138} 840 ${x + 142} 640 ${x + 132} 430C${x + 122} 350 ${x + 50} 330 ${x + 18} 300Z`
    const folds = [
      ...fallingFolds(
        sheet,
        [
          [x - 20, 320],
          [x + 20, 320],
        ],
        [
          [x - 110, 1030],
          [x + 110, 1030],
        ],
        { count: 8, width: 14, depth: 0.5 },
      ),
      { from: [x - 10, 316] as Point, to: [x - 104, 520] as Point, bend: -16, width: 12, depth: 0.46 },
      { from: [x + 10, 316] as Point, to: [x + 104, 520] as Point, bend: 16, width: 12, depth: 0.46 },
    ]
    piece(sheet, d, cloth, {
      folds,
      creases: linenCreases(sheet, { x: x - 90, y: 460, width: 170, height: 500 }, 10),
      turn: 0.55,
      round: 20,
      lift: 14,
      print,
    })
    stitches(
      sheet,
      `M${x - 130} 1006C${x - 80} 1028 ${x - 44} 1008 ${x} 1024C${x + 50} 1008 ${x + 84} 1028 ${x + 128} 1004`,
      cloth,
      0.5,
    )
    piece(
      sheet,
      `M${x - 20} 306C${x - 14} 276 ${x + 14} 276 ${x + 20} 306L${x + 12} 306C${x + 8} 288 ${x - 8} 288 ${x - 12} 306Z`,
      material('#EFE7D8', 'canvas'),
      { lift: 2, round: 4 },
    )
    piece(sheet, ellipse(x, 270, 24, 24), rail, { turn: 0.8, round: 14, lift: 16 })
  }
  return { front: { at: [500, 640], width: 880 }, detail: { at: [400, 520], width: 400 } }
}
