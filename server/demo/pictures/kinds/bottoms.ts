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
import { across, both, bow, neckInside, patchPocket } from './parts.ts'

/** Skirts: buttoned A-line, wrapped, tiered. */
export function drawSkirt(sheet: Sheet, { style }: DesignOf<'skirt'>, color: string): Cuts {
  if (style === 'buttons') drawButtonedSkirt(sheet, material(color, 'linen'))
  else if (style === 'wrap') drawWrapSkirt(sheet, material(color, 'twill'))
  else drawTieredSkirt(sheet, material(color, 'gauze'))
  return { front: { at: [500, 640], width: 860 }, detail: { at: [480, 380], width: 390 } }
}

const waistBack = 'M366 262C420 244 580 244 634 262L630 330L370 330Z'

function drawButtonedSkirt(sheet: Sheet, cloth: Material): void {
  neckInside(sheet, cloth, waistBack, [500, 256])
  const d = symmetric('M500 300C450 300 400 292 362 276L350 330C320 540 268 800 232 1000C330 1034 430 1040 500 1040')
  const folds = fallingFolds(
    sheet,
    [
      [360, 340],
      [640, 340],
    ],
    [
      [250, 1030],
      [750, 1030],
    ],
    { count: 11, width: 16, depth: 0.46 },
  )
  piece(sheet, d, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 320, y: 420, width: 360, height: 520 }, 22),
    turn: 0.65,
    round: 20,
    lift: 10,
  })
  waistband(sheet, cloth)
  piece(sheet, 'M482 344L518 344L520 1040L480 1040Z', cloth, { turn: 0.3, round: 8, lift: 3 })
  for (let y = 386; y < 1000; y += 86) {
    buttonhole(sheet, [500, y], 18, cloth)
    button(sheet, [500, y], 10, buttonColors.coconut)
  }
  button(sheet, [500, 320], 10, buttonColors.coconut)
  for (const turned of [false, true]) {
    const on = (line: string) => (turned ? mirrored(line) : line)
    patchPocket(
      sheet,
      cloth,
      on('M346 440L448 446L446 580L392 600L332 574Z'),
      on('M346 460L448 466'),
      on('M350 448L338 570L392 592L440 574L442 450'),
    )
  }
  for (const line of both('M238 976C334 1008 430 1016 482 1016')) stitches(sheet, line, cloth, 0.5)
}

function waistband(sheet: Sheet, cloth: Material): void {
  piece(
    sheet,
    'M362 274C400 292 450 300 500 300C550 300 600 292 638 274L646 326C600 342 550 348 500 348C450 348 400 342 354 326Z',
    cloth,
    { turn: 0.6, round: 10, lift: 4 },
  )
  stitches(sheet, 'M358 318C402 334 450 340 500 340C550 340 598 334 642 318', cloth, 0.45)
}

function drawWrapSkirt(sheet: Sheet, cloth: Material): void {
  neckInside(sheet, cloth, waistBack, [500, 256])
  const under = 'M638 276L650 330C680 520 726 760 752 930C680 962 560 970 430 960L500 320Z'
  piece(sheet, under, cloth, {
    folds: fallingFolds(
      sheet,
      [
        [540, 350],
        [640, 350],
      ],
      [
        [520, 960],
        [740, 950],
      ],
      { count: 5, width: 14, depth: 0.42 },
    ),
    turn: 0.5,
    round: 18,
    lift: 10,
  })
  const over =
    'M362 276L350 330C320 540 272 760 244 912C340 976 470 1044 600 1070C640 900 640 560 612 300C560 304 420 300 362 276Z'
  const folds: Fold[] = [
    ...pulledFolds(sheet, [606, 330], { from: 108, to: 176, count: 7, length: 330, width: 12, depth: 0.44 }),
    ...fallingFolds(
      sheet,
      [
        [360, 420],
        [580, 420],
      ],
      [
        [270, 960],
        [590, 1040],
      ],
      { count: 8, width: 15, depth: 0.42 },
    ),
  ]
  piece(sheet, over, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 320, y: 420, width: 260, height: 480 }, 12),
    turn: 0.6,
    round: 18,
    lift: 9,
  })
  stitches(sheet, 'M250 894C344 954 470 1020 594 1046', cloth, 0.5)
  stitches(sheet, 'M600 310C626 560 626 860 588 1060', cloth, 0.4)
  waistband(sheet, cloth)
  bow(sheet, [610, 322], 62, cloth.color, 2)
}

function drawTieredSkirt(sheet: Sheet, cloth: Material): void {
  neckInside(sheet, cloth, waistBack, null)
  const lower = symmetric(
    'M500 660C420 660 340 650 286 636C256 770 220 930 196 1046C260 1074 320 1060 360 1078C410 1094 450 1078 500 1090',
  )
  piece(sheet, lower, cloth, {
    folds: fallingFolds(
      sheet,
      [
        [290, 660],
        [710, 660],
      ],
      [
        [200, 1080],
        [800, 1080],
      ],
      { count: 22, width: 11, depth: 0.5 },
    ),
    turn: 0.6,
    round: 20,
    lift: 10,
  })
  const upper = symmetric(
    'M500 300C450 300 400 292 362 276L352 320C330 430 300 550 276 656C330 680 380 672 430 686C460 690 480 684 500 688',
  )
  piece(sheet, upper, cloth, {
    folds: fallingFolds(
      sheet,
      [
        [358, 330],
        [642, 330],
      ],
      [
        [284, 680],
        [716, 680],
      ],
      { count: 18, width: 10, depth: 0.5 },
    ),
    turn: 0.6,
    round: 16,
    lift: 8,
  })
  softLine(sheet, 'M274 668C330 692 380 684 430 698C470 704 530 704 570 698C620 684 670 692 726 668', cloth, 14, 0.5)
  const band =
    'M362 272C400 290 450 298 500 298C550 298 600 290 638 272L644 318C600 334 550 340 500 340C450 340 400 334 356 318Z'
  const ruffs = fallingFolds(
    sheet,
    [
      [368, 282],
      [632, 282],
    ],
    [
      [364, 324],
      [636, 324],
    ],
    { count: 26, width: 4, depth: 0.5 },
  )
  piece(sheet, band, cloth, { folds: ruffs, turn: 0.5, round: 10, lift: 4, softness: 2.5 })
  for (const line of both('M202 1028C262 1056 320 1044 364 1060C412 1074 450 1062 500 1072'))
    stitches(sheet, line, cloth, 0.45)
}

type Trousers = DesignOf<'trousers'>
type LegCut = { hip: Point; knee: Point; outer: Point; inner: Point }

const legs: Record<Trousers['leg'], LegCut> = {
  wide: { hip: [338, 470], knee: [318, 780], outer: [292, 1150], inner: [478, 1158] },
  straight: { hip: [344, 470], knee: [352, 800], outer: [358, 1156], inner: [462, 1160] },
  tapered: { hip: [338, 470], knee: [352, 780], outer: [384, 1086], inner: [462, 1090] },
  short: { hip: [336, 460], knee: [326, 560], outer: [312, 672], inner: [486, 690] },
}

/** Trousers and shorts. */
export function drawTrousers(sheet: Sheet, { leg, waist }: Trousers, color: string): Cuts {
  const cloth = material(color, leg === 'straight' ? 'twill' : 'linen')
  const cut = legs[leg]
  neckInside(sheet, cloth, 'M370 232C420 216 580 216 630 232L626 266L374 266Z', [500, 226])
  for (const right of [true, false]) drawLeg(sheet, cloth, cut, right)
  const fly = waist === 'band' ? 'M500 276C502 330 502 380 500 430C496 448 486 458 474 462' : 'M500 276L500 440'
  seam(sheet, 'M500 276L500 470', cloth, 0.55)
  stitches(sheet, fly, cloth, 0.45)
  for (const line of both('M378 290C374 330 366 366 352 396')) {
    softLine(sheet, line, cloth, 8, 0.4)
    seam(sheet, line, cloth, 0.5)
    stitches(sheet, line.replace('M378', 'M385').replace('366 366 352 396', '373 371 360 401'), cloth, 0.35)
  }
  if (leg === 'wide') for (const line of both('M420 290C416 380 412 460 410 560')) softLine(sheet, line, cloth, 10, 0.5)
  const band =
    'M366 238C410 254 460 260 500 260C540 260 590 254 634 238L640 288C594 302 546 308 500 308C454 308 406 302 360 288Z'
  const gathers =
    waist === 'drawstring'
      ? fallingFolds(
          sheet,
          [
            [374, 250],
            [626, 250],
          ],
          [
            [370, 296],
            [630, 296],
          ],
          { count: 20, width: 4, depth: 0.44 },
        )
      : []
  piece(sheet, band, cloth, { folds: gathers, turn: 0.6, round: 10, lift: 4, softness: 2.5 })
  if (waist === 'drawstring') bow(sheet, [500, 292], 46, '#EFE7D8', 1.6)
  else drawBeltLoops(sheet, cloth)
  const short = leg === 'short'
  return {
    front: short ? { at: [500, 480], width: 820 } : { at: [500, 690], width: 900 },
    detail: { at: [450, 340], width: 380 },
  }
}

function drawLeg(sheet: Sheet, cloth: Material, { hip, knee, outer, inner }: LegCut, right: boolean): void {
  const flip = (point: Point) => (right ? across(point) : point)
  const handle = Math.min(120, (knee[1] - hip[1]) * 0.6)
  const d =
    `M368 250L358 300C350 360 ${hip[0]} 410 ${hip[0]} ${hip[1]}C${knee[0]} ${knee[1] - handle} ${knee[0]} ${knee[1] - 40} ${knee[0]} ${knee[1]}L${outer[0]} ${outer[1]}` +
    `C${outer[0] + 30} ${outer[1] + 10} ${inner[0] - 30} ${inner[1] + 6} ${inner[0]} ${inner[1]}C${inner[0] + 6} ${(inner[1] + 520) / 2} 496 560 502 476L502 256Z`
  const length = outer[1] - hip[1]
  const folds: Fold[] = [
    ...pulledFolds(
      sheet,
      flip([500, 474]),
      right
        ? { from: 20, to: 74, count: 3, length: 130, width: 9, depth: 0.42 }
        : { from: 106, to: 160, count: 3, length: 130, width: 9, depth: 0.42 },
    ),
    ...fallingFolds(
      sheet,
      [flip([366, 320]), flip([480, 320])],
      [flip([outer[0] + 8, outer[1]]), flip([inner[0] - 8, inner[1]])],
      { count: 5, width: 13, depth: 0.42 },
    ),
    ...(length > 300
      ? [0, 1, 2].map(
          (index): Fold => ({
            from: flip([knee[0] + 16, knee[1] - 30 + index * 44]),
            to: flip([knee[0] + 90, knee[1] - 10 + index * 40]),
            bend: right ? -8 : 8,
            width: 7,
            depth: 0.3,
          }),
        )
      : []),
  ]
  const area = { x: right ? 540 : 350, y: 420, width: 110, height: Math.max(120, length - 80) }
  piece(sheet, right ? mirrored(d) : d, cloth, {
    folds,
    creases: linenCreases(sheet, area, 9),
    turn: right ? 0.8 : 0.5,
    round: 20,
    lift: 9,
  })
  const hem = `M${outer[0] + 4} ${outer[1] - 26}C${outer[0] + 32} ${outer[1] - 16} ${inner[0] - 30} ${inner[1] - 20} ${inner[0] + 1} ${inner[1] - 26}`
  stitches(sheet, right ? mirrored(hem) : hem, cloth, 0.5)
}

function drawBeltLoops(sheet: Sheet, cloth: Material): void {
  for (const x of [404, 584])
    piece(sheet, `M${x} 244L${x + 13} 246L${x + 13} 308L${x} 306Z`, cloth, { turn: 0.4, round: 5, lift: 4 })
  stitches(sheet, 'M364 280C406 294 454 300 500 300C546 300 594 294 636 280', cloth, 0.4)
  button(sheet, [512, 284], 9.5, buttonColors.corozo)
}

/** The sleeveless jumpsuit: a bodice, a tie, two wide legs. */
export function drawJumpsuit(sheet: Sheet, _design: DesignOf<'jumpsuit'>, color: string): Cuts {
  const cloth = material(color, 'linen')
  neckInside(sheet, cloth, 'M430 150C456 132 544 132 570 150L506 286L494 286Z', [500, 148])
  for (const right of [true, false]) {
    const d =
      'M398 500C372 560 356 640 346 740C326 880 302 1020 292 1140C350 1156 420 1158 474 1152C484 1000 492 820 502 690L502 500Z'
    const flip = (point: Point) => (right ? across(point) : point)
    const folds = [
      ...fallingFolds(sheet, [flip([402, 520]), flip([490, 520])], [flip([300, 1140]), flip([468, 1146])], {
        count: 7,
        width: 13,
        depth: 0.44,
      }),
      ...pulledFolds(
        sheet,
        flip([500, 690]),
        right
          ? { from: 20, to: 70, count: 3, length: 110, width: 8, depth: 0.4 }
          : { from: 110, to: 160, count: 3, length: 110, width: 8, depth: 0.4 },
      ),
    ]
    piece(sheet, right ? mirrored(d) : d, cloth, { folds, turn: right ? 0.8 : 0.5, round: 20, lift: 9 })
    stitches(
      sheet,
      right ? mirrored('M296 1116C352 1130 420 1132 474 1126') : 'M296 1116C352 1130 420 1132 474 1126',
      cloth,
      0.45,
    )
  }
  const bodice = symmetric(
    'M500 284L434 152L378 168C386 240 380 300 356 344C376 400 392 450 398 506C430 514 470 518 500 518',
  )
  const folds = [
    ...fallingFolds(
      sheet,
      [
        [396, 420],
        [604, 420],
      ],
      [
        [404, 506],
        [596, 506],
      ],
      { count: 10, width: 7, depth: 0.42 },
    ),
    ...pulledFolds(sheet, [360, 350], { from: 10, to: 64, count: 3, length: 120, width: 8, depth: 0.32 }),
    ...pulledFolds(sheet, [640, 350], { from: 116, to: 170, count: 3, length: 120, width: 8, depth: 0.32 }),
  ]
  piece(sheet, bodice, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 390, y: 220, width: 220, height: 240 }, 8),
    turn: 0.6,
    round: 18,
    lift: 8,
  })
  for (const d of both('M430 152C452 206 476 250 500 286L500 310C466 266 436 214 416 156Z'))
    piece(sheet, d, cloth, { turn: 0.3, round: 8, lift: 3 })
  for (const d of both('M388 170C396 240 390 300 366 346')) stitches(sheet, d, cloth, 0.45)
  seam(sheet, 'M500 300L500 500', cloth, 0.5)
  seam(sheet, 'M500 540L500 690', cloth, 0.5)
  for (let y = 324; y < 490; y += 40) button(sheet, [509, y], 7.5, buttonColors.corozo)
  piece(sheet, 'M392 494C450 506 550 506 608 494L612 532C550 544 450 544 388 532Z', cloth, {
    turn: 0.6,
    round: 12,
    lift: 6,
  })
  bow(sheet, [472, 520], 52, cloth.color, 1.6)
  return { front: { at: [500, 650], width: 930 }, detail: { at: [490, 400], width: 390 } }
}
