import { mix } from '../color.ts'
import { fallingFolds, fringe, linenCreases, pulledFolds, seam, stitches } from '../details.ts'
import { ellipse, mirrored, type Point, throughPoints, xy } from '../path.ts'
import { type Fold, type Material, material, piece, type Sheet, softLine, softPatch } from '../sheet.ts'
import type { Cuts, DesignOf } from './kind.ts'
import { both, neckInside, patchPocket } from './parts.ts'

/** A long scarf laid in a loop, its two fringed ends hanging. */
export function drawScarf(sheet: Sheet, _design: DesignOf<'scarf'>, color: string): Cuts {
  const cloth = material(color, 'gauze')
  const back =
    'M404 214C440 150 560 150 596 214C640 300 640 420 604 520L548 500C570 420 566 330 540 270C520 240 480 240 460 270C434 330 430 420 452 500L396 520C360 420 360 300 404 214Z'
  piece(sheet, back, cloth, {
    folds: [
      ...fallingFolds(
        sheet,
        [
          [390, 260],
          [450, 280],
        ],
        [
          [402, 510],
          [450, 500],
        ],
        { count: 4, width: 6, depth: 0.5 },
      ),
      ...fallingFolds(
        sheet,
        [
          [550, 280],
          [612, 260],
        ],
        [
          [550, 500],
          [600, 510],
        ],
        { count: 4, width: 6, depth: 0.5 },
      ),
    ],
    turn: 0.5,
    round: 22,
    lift: 9,
  })
  const pleats = [
    'M418 500C384 400 388 300 432 224C468 184 530 182 566 224C612 300 616 400 584 500',
    'M436 502C408 404 408 312 446 248C474 214 526 214 554 248C592 312 594 404 564 502',
    'M404 470C372 380 378 290 420 214',
    'M596 470C628 380 622 290 580 214',
  ]
  for (const line of pleats) softLine(sheet, line, cloth, 11, 0.5)
  const ends: [string, [Point, Point], [Point, Point]][] = [
    [
      'M512 470C560 540 600 640 606 760C612 860 604 950 596 1040L472 1046C486 900 470 700 430 560Z',
      [
        [520, 500],
        [470, 560],
      ],
      [
        [592, 1036],
        [478, 1040],
      ],
    ],
    [
      'M490 470C440 540 408 640 398 760C388 850 384 920 380 980L506 992C512 840 540 680 574 560Z',
      [
        [480, 500],
        [540, 560],
      ],
      [
        [386, 976],
        [500, 986],
      ],
    ],
  ]
  for (const [d, top, bottom] of ends) {
    fringe(sheet, bottom, [2, 46], cloth, { gap: 5 })
    piece(sheet, d, cloth, {
      folds: fallingFolds(sheet, top, bottom, { count: 8, width: 9, depth: 0.56 }),
      creases: linenCreases(sheet, { x: 420, y: 620, width: 140, height: 320 }, 6, 0.2),
      turn: 0.5,
      round: 18,
      lift: 10,
    })
  }
  const knot =
    'M428 452C456 420 550 424 578 456C592 490 588 532 566 560C530 588 470 586 438 558C414 530 412 486 428 452Z'
  const pulls = [
    ...pulledFolds(sheet, [500, 590], { from: 215, to: 325, count: 7, length: 130, width: 8, depth: 0.56 }),
  ]
  piece(sheet, knot, cloth, { folds: pulls, turn: 0.5, round: 30, lift: 10 })
  return { front: { at: [500, 610], width: 860 }, detail: { at: [500, 500], width: 380 } }
}

/** A soft hat with a stitched brim, seen a little from above. */
export function drawHat(sheet: Sheet, _design: DesignOf<'hat'>, color: string): Cuts {
  const cloth = material(color, 'canvas')
  const brim =
    'M196 690C180 600 330 560 500 560C670 560 820 600 804 690C790 780 650 826 500 826C350 826 210 780 196 690Z'
  piece(sheet, brim, cloth, { turn: 0.7, round: 30, lift: 26 })
  for (let ring = 1; ring <= 7; ring++) {
    const share = ring * 0.052
    stitches(sheet, ellipse(500, 692 - ring * 3, 300 * (1 - share), 130 * (1 - share * 1.25)), cloth, 0.34)
  }
  softPatch(sheet, ellipse(520, 690, 226, 78), { bright: false, opacity: 0.34, soft: 18 })
  const crown =
    'M300 676C296 560 316 440 362 396C420 352 580 352 638 396C684 440 704 560 700 676C660 724 580 744 500 744C420 744 340 724 300 676Z'
  const folds: Fold[] = [
    ...pulledFolds(sheet, [500, 396], { from: 40, to: 140, count: 5, length: 210, width: 14, depth: 0.3 }),
    { from: [396, 420], to: [604, 424], bend: 36, width: 20, depth: 0.34 },
  ]
  piece(sheet, crown, cloth, { folds, turn: 1, round: 56, lift: 6, softness: 12 })
  const crease = 'M362 400C420 446 580 446 638 400'
  seam(sheet, crease, cloth, 0.5)
  stitches(sheet, 'M370 414C426 458 574 458 630 414', cloth, 0.4)
  seam(sheet, 'M500 436C504 540 504 640 500 700', cloth, 0.4)
  piece(
    sheet,
    'M300 636C340 690 420 712 500 712C580 712 660 690 700 636L700 678C660 726 580 746 500 746C420 746 340 726 300 678Z',
    material(mix(color, '#2a1f17', 0.32), 'canvas'),
    { turn: 0.8, round: 14, lift: 3 },
  )
  return { front: { at: [500, 600], width: 820 }, detail: { at: [430, 680], width: 400 } }
}

/** A pair of espadrilles from above: jute sole around, canvas upper, reinforced toe. */
export function drawEspadrilles(sheet: Sheet, _design: DesignOf<'espadrilles'>, color: string): Cuts {
  const cloth = material(color, 'canvas')
  const jute = material('#C7A878', 'twill')
  for (const right of [false, true]) {
    const on = (d: string) => (right ? mirrored(d) : d)
    const sole = on(
      'M356 240C432 226 482 300 484 400C486 500 458 580 454 680C452 780 470 860 452 940C434 1016 318 1020 292 944C268 860 292 780 280 680C268 580 246 500 252 400C256 320 296 252 356 240Z',
    )
    piece(sheet, sole, jute, { turn: right ? 0.6 : 0.4, round: 18, lift: 16 })
    const insole = on(
      'M360 300C420 296 462 340 464 420C466 510 440 590 436 680C434 770 450 850 436 924C420 986 332 990 310 926C290 850 310 770 300 680C290 590 268 510 272 420C276 350 310 304 360 300Z',
    )
    piece(sheet, insole, material('#E3D6BE', 'canvas'), { turn: 0.4, round: 20, lift: 0 })
    stitches(sheet, on('M376 640C380 720 380 800 374 900'), material('#E3D6BE', 'canvas'), 0.3)
    const heel = on(
      'M282 740C276 800 274 880 290 938C316 1010 432 1008 452 934C466 880 458 800 452 740L424 748C430 810 436 870 424 916C408 968 340 970 320 918C306 870 306 810 312 748Z',
    )
    piece(sheet, heel, cloth, { turn: 0.6, round: 18, lift: 8 })
    const upper = on(
      'M358 250C430 240 474 306 476 400C478 480 456 556 446 632C430 660 408 628 376 620C344 622 322 650 296 634C284 556 258 480 262 400C264 324 300 262 358 250Z',
    )
    const folds = pulledFolds(sheet, right ? [628, 640] : [372, 640], {
      from: 225,
      to: 315,
      count: 4,
      length: 120,
      width: 9,
      depth: 0.26,
    })
    piece(sheet, upper, cloth, { folds, turn: right ? 0.8 : 0.5, round: 44, lift: 8, softness: 10 })
    stitches(sheet, on('M442 618C428 640 406 612 376 604C346 606 324 632 302 620'), cloth, 0.6)
    const toe = on('M272 380C290 330 440 320 466 372')
    sheet.add(
      `<path d="${toe}" fill="none" stroke="#EFE4CC" stroke-width="5" stroke-dasharray="2.5 3" opacity="0.95"/>`,
    )
    softLine(sheet, toe, cloth, 8, 0.3)
    const overcast = on(
      'M296 628C268 540 254 470 260 396C266 316 304 256 358 246C430 238 476 304 478 400C480 480 458 556 448 630',
    )
    sheet.add(
      `<path d="${overcast}" fill="none" stroke="#EFE4CC" stroke-width="9" stroke-dasharray="2 9" opacity="0.9"/>`,
    )
  }
  return { front: { at: [500, 630], width: 860 }, detail: { at: [380, 400], width: 360 } }
}

/** Bags: the upright market tote and the wide beach bag with rope handles. */
export function drawTote(sheet: Sheet, { style }: DesignOf<'tote'>, color: string): Cuts {
  const cloth = material(color, 'canvas')
  if (style === 'market') return drawMarketTote(sheet, cloth)
  return drawBeachBag(sheet, cloth)
}

function drawMarketTote(sheet: Sheet, cloth: Material): Cuts {
  const strap = (lift: number, stuff: Material) => {
    const d =
      'M376 520C372 330 404 190 500 190C596 190 628 330 624 520L588 520C590 350 572 232 500 232C428 232 410 350 412 520Z'
    piece(sheet, d, stuff, { turn: 0.5, round: 10, lift })
  }
  sheet.add('<g transform="translate(0 -16)">')
  strap(8, material(mix(cloth.color, '#2a1f17', 0.2), 'canvas'))
  sheet.add('</g>')
  neckInside(sheet, cloth, 'M268 500C340 480 660 480 732 500L726 540L274 540Z', null)
  const body =
    'M262 508C340 520 660 520 738 508C746 690 750 880 742 1046C660 1064 340 1064 258 1046C250 880 254 690 262 508Z'
  const folds: Fold[] = [
    ...fallingFolds(
      sheet,
      [
        [300, 540],
        [700, 540],
      ],
      [
        [290, 1040],
        [710, 1040],
      ],
      { count: 5, width: 20, depth: 0.3 },
    ),
    ...pulledFolds(sheet, [394, 700], { from: 60, to: 120, count: 3, length: 240, width: 12, depth: 0.3 }),
    ...pulledFolds(sheet, [606, 700], { from: 60, to: 120, count: 3, length: 240, width: 12, depth: 0.3 }),
    { from: [270, 950], to: [420, 1040], bend: -10, width: 12, depth: 0.36 },
    { from: [730, 950], to: [580, 1040], bend: 10, width: 12, depth: 0.36 },
  ]
  piece(sheet, body, cloth, { folds, turn: 0.6, round: 24, lift: 16, softness: 10 })
  stitches(sheet, 'M264 546C340 558 660 558 736 546', cloth, 0.5)
  strap(7, cloth)
  for (const x of [376, 588]) {
    piece(sheet, `M${x} 516L${x + 36} 516L${x + 36} 700L${x} 700Z`, cloth, { turn: 0.4, round: 7, lift: 3 })
    stitches(
      sheet,
      `M${x + 5} 522L${x + 5} 694L${x + 31} 694L${x + 31} 522M${x + 6} 640L${x + 30} 692M${x + 30} 640L${x + 6} 692M${x + 5} 640L${x + 31} 640`,
      cloth,
      0.55,
    )
  }
  return { front: { at: [500, 625], width: 880 }, detail: { at: [440, 600], width: 400 } }
}

function drawBeachBag(sheet: Sheet, cloth: Material): Cuts {
  const rope = (points: Point[]) => {
    const d = throughPoints(points)
    sheet.addLight(
      `<path d="${d}" fill="none" stroke="#261c16" stroke-width="22" opacity="0.3" transform="translate(7 10)"/>`,
    )
    sheet.add(
      `<path d="${d}" fill="none" stroke="#8f7a58" stroke-width="25" stroke-linecap="round"/><path d="${d}" fill="none" stroke="#E6D8BC" stroke-width="21" stroke-linecap="round"/>` +
        `<path d="${d}" fill="none" stroke="#a68f68" stroke-width="21" stroke-dasharray="3 9" opacity="0.75"/>`,
    )
  }
  rope([
    [330, 480],
    [340, 340],
    [420, 240],
    [500, 226],
    [580, 240],
    [660, 340],
    [670, 480],
  ])
  neckInside(sheet, cloth, 'M150 500C300 462 700 462 850 500L838 560L162 560Z', null)
  const body =
    'M146 506C300 536 700 536 854 506C846 680 812 860 776 1000C660 1040 340 1040 224 1000C188 860 154 680 146 506Z'
  const folds: Fold[] = [
    ...fallingFolds(
      sheet,
      [
        [190, 560],
        [810, 560],
      ],
      [
        [250, 1010],
        [750, 1010],
      ],
      { count: 6, width: 24, depth: 0.34 },
    ),
    ...pulledFolds(sheet, [330, 560], { from: 40, to: 140, count: 4, length: 240, width: 12, depth: 0.34 }),
    ...pulledFolds(sheet, [670, 560], { from: 40, to: 140, count: 4, length: 240, width: 12, depth: 0.34 }),
  ]
  piece(sheet, body, cloth, { folds, turn: 0.7, round: 30, lift: 20, softness: 11 })
  const base = 'M202 880C330 918 670 918 798 880L776 1000C660 1040 340 1040 224 1000Z'
  piece(sheet, base, material(mix(cloth.color, '#E9DFCB', 0.78), 'canvas'), { turn: 0.7, round: 20, lift: 2 })
  stitches(sheet, 'M204 892C330 930 670 930 796 892', cloth, 0.5)
  stitches(sheet, 'M152 540C300 568 700 568 848 540', cloth, 0.5)
  for (const x of [330, 670]) {
    const ring = `<circle cx="${x}" cy="588" r="20" fill="#b08d4f"/><circle cx="${x}" cy="588" r="20" fill="none" stroke="#6f5527" stroke-width="1.4"/><circle cx="${x}" cy="588" r="11" fill="#3b2c1c"/>`
    sheet.add(ring)
  }
  rope([
    [330, 588],
    [322, 460],
    [390, 330],
    [500, 300],
    [610, 330],
    [678, 460],
    [670, 588],
  ])
  for (const x of [330, 670])
    piece(sheet, ellipse(x, 612, 20, 24), material('#E6D8BC', 'twill'), { turn: 0.6, round: 16, lift: 6 })
  return { front: { at: [500, 620], width: 900 }, detail: { at: [370, 600], width: 400 } }
}

/** Aprons: with a bib and neck loop, or with straps crossing behind. */
export function drawApron(sheet: Sheet, { style }: DesignOf<'apron'>, color: string): Cuts {
  const cloth = material(color, style === 'bib' ? 'canvas' : 'linen')
  if (style === 'bib') drawBibApron(sheet, cloth)
  else drawCrossApron(sheet, cloth)
  return { front: { at: [500, 640], width: 900 }, detail: { at: [470, 660], width: 420 } }
}

function drawBibApron(sheet: Sheet, cloth: Material): void {
  piece(
    sheet,
    'M398 318C390 200 440 140 500 140C560 140 610 200 602 318L580 318C586 220 552 166 500 166C448 166 414 220 420 318Z',
    cloth,
    { turn: 0.4, round: 8, lift: 8 },
  )
  for (const d of both(
    'M272 560C210 590 170 660 190 760C204 840 170 900 150 950L172 958C196 902 228 846 214 762C198 680 226 620 282 586Z',
  ))
    piece(sheet, d, cloth, { turn: 0.4, round: 8, lift: 7 })
  const body =
    'M388 308C460 318 540 318 612 308C620 420 664 500 734 548C742 740 742 900 734 1088C600 1106 400 1106 266 1088C258 900 258 740 266 548C336 500 380 420 388 308Z'
  const folds = [
    ...fallingFolds(
      sheet,
      [
        [300, 640],
        [700, 640],
      ],
      [
        [280, 1090],
        [720, 1090],
      ],
      { count: 8, width: 18, depth: 0.38 },
    ),
    ...pulledFolds(sheet, [280, 560], { from: 6, to: 60, count: 4, length: 200, width: 11, depth: 0.34 }),
    ...pulledFolds(sheet, [720, 560], { from: 120, to: 174, count: 4, length: 200, width: 11, depth: 0.34 }),
  ]
  piece(sheet, body, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 320, y: 400, width: 360, height: 600 }, 12, 0.2),
    turn: 0.55,
    round: 20,
    lift: 12,
  })
  stitches(sheet, 'M392 326C460 336 540 336 608 326', cloth, 0.5)
  for (const d of both('M400 330C392 420 348 506 280 556')) stitches(sheet, d, cloth, 0.45)
  stitches(sheet, 'M272 1066C400 1084 600 1084 728 1066', cloth, 0.45)
  patchPocket(
    sheet,
    cloth,
    'M330 660C440 670 560 670 670 660L666 846C560 858 440 858 334 846Z',
    'M332 682C440 692 560 692 668 682',
    'M338 668L342 838C440 850 560 850 658 838L662 668',
  )
  seam(sheet, 'M530 668L530 852', cloth, 0.6)
  stitches(sheet, 'M537 668L537 850', cloth, 0.5)
  piece(sheet, 'M690 600L716 604L712 660L694 658Z', cloth, { turn: 0.3, round: 6, lift: 4 })
}

function drawCrossApron(sheet: Sheet, cloth: Material): void {
  for (const d of both(
    'M414 330C400 230 450 150 560 130C620 150 690 260 720 470L700 560C690 420 640 250 552 190C470 200 440 260 446 330Z',
  ))
    piece(sheet, d, cloth, { turn: 0.5, round: 14, lift: 8 })
  const body =
    'M394 322C460 336 540 336 606 322C616 430 670 520 752 560C764 760 766 920 756 1100C600 1122 400 1122 244 1100C234 920 236 760 248 560C330 520 384 430 394 322Z'
  const folds = fallingFolds(
    sheet,
    [
      [300, 520],
      [700, 520],
    ],
    [
      [264, 1100],
      [736, 1100],
    ],
    { count: 10, width: 18, depth: 0.42 },
  )
  piece(sheet, body, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 310, y: 420, width: 380, height: 620 }, 22),
    turn: 0.55,
    round: 22,
    lift: 12,
  })
  for (const d of both('M398 340C390 440 336 536 256 574')) stitches(sheet, d, cloth, 0.45)
  stitches(sheet, `M${xy([398, 340])}C460 354 540 354 602 340`, cloth, 0.5)
  for (const turned of [false, true]) {
    const on = (d: string) => (turned ? mirrored(d) : d)
    patchPocket(
      sheet,
      cloth,
      on('M300 664L462 676L458 876L306 862Z'),
      on('M301 692L461 704'),
      on('M308 672L314 854L451 868L455 684'),
    )
  }
  stitches(sheet, 'M250 1078C400 1100 600 1100 750 1078', cloth, 0.45)
}
