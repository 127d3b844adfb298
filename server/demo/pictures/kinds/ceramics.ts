import { mix } from '../color.ts'
import { fallingFolds, stitches } from '../details.ts'
import { ellipse } from '../path.ts'
import { type Material, material, piece, type Sheet, softLine, softPatch } from '../sheet.ts'
import type { Cuts, DesignOf } from './kind.ts'

const bareClay = '#C39A72'
const oliveWood = '#A87B4A'

/** The shadow a standing thing leaves on the table. */
export function standShadow(sheet: Sheet, x: number, y: number, width: number): void {
  softPatch(sheet, ellipse(x + width * 0.06, y + 4, width * 0.56, width * 0.075), {
    bright: false,
    opacity: 0.42,
    soft: 20,
  })
  softPatch(sheet, ellipse(x + 4, y, width * 0.5, width * 0.05), { bright: false, opacity: 0.5, soft: 7 })
}

/** A streak of reflected window along a glazed side. */
function gloss(sheet: Sheet, d: string, opacity = 0.34): void {
  softPatch(sheet, d, { bright: true, opacity, soft: 9 })
}

/** Flecks of iron in the glaze. */
function flecks(
  sheet: Sheet,
  area: { x: number; y: number; width: number; height: number },
  count: number,
  color: string,
): string {
  const { dice } = sheet
  const spots = Array.from({ length: count }, () => {
    const size = 0.8 + dice.next() * 1.9
    return `<circle cx="${(area.x + dice.next() * area.width).toFixed(1)}" cy="${(area.y + dice.next() * area.height).toFixed(1)}" r="${size.toFixed(1)}" opacity="${(0.25 + dice.next() * 0.4).toFixed(2)}"/>`
  })
  return `<g fill="${color}">${spots.join('')}</g>`
}

/** The ring a potter's fingers leave. */
function throwingRings(
  sheet: Sheet,
  cloth: Material,
  rows: readonly number[],
  half: (y: number) => number,
  sag = 16,
): void {
  for (const y of rows)
    softLine(
      sheet,
      `M${500 - half(y)} ${y}C${500 - half(y) * 0.5} ${y + sag} ${500 + half(y) * 0.5} ${y + sag} ${500 + half(y)} ${y}`,
      cloth,
      7,
      0.12,
    )
}

/** A thrown mug with bare clay at its foot. */
export function drawMug(sheet: Sheet, _design: DesignOf<'mug'>, color: string): Cuts {
  const glaze = material(color, 'clay')
  const clay = material(bareClay, 'clay')
  standShadow(sheet, 480, 838, 360)
  const handle =
    'M676 520C780 500 838 560 828 640C818 722 750 766 668 756L668 706C728 714 772 684 780 634C786 588 748 558 680 572Z'
  piece(sheet, handle, glaze, { turn: 0.8, round: 26, lift: 6 })
  const foot = 'M292 776C294 820 306 836 330 842C430 858 530 858 630 842C654 836 666 820 668 776Z'
  piece(sheet, foot, clay, { turn: 1, round: 18, lift: 0 })
  const body =
    'M272 470C276 580 280 690 290 788C330 812 400 806 440 816C500 824 560 806 610 810C640 806 660 800 670 788C680 690 684 580 688 470C620 500 340 500 272 470Z'
  piece(sheet, body, glaze, {
    turn: 1,
    round: 24,
    lift: 0,
    print: flecks(sheet, { x: 270, y: 480, width: 420, height: 320 }, 70, glaze.tones.deep),
  })
  throwingRings(sheet, glaze, [540, 590, 645, 700, 752], () => 196)
  gloss(sheet, 'M322 520C318 610 324 700 334 770L368 776C356 700 350 610 352 526Z')
  piece(sheet, ellipse(480, 470, 208, 44), glaze, { turn: 0.4, round: 14, lift: 0 })
  piece(sheet, ellipse(480, 472, 190, 35), material(mix(color, '#2a1f17', 0.34), 'clay'), {
    turn: -0.6,
    round: 20,
    lift: 0,
  })
  const coffee = 'M306 482C360 506 600 506 654 482C620 504 560 508 480 508C400 508 340 504 306 482Z'
  piece(sheet, coffee, material('#5a3b25', 'clay'), { turn: 0.4, round: 4, lift: 0, outline: 0.2 })
  return { front: { at: [530, 640], width: 860 }, detail: { at: [430, 720], width: 420 } }
}

/** A pitcher with its spout to the left. */
export function drawPitcher(sheet: Sheet, _design: DesignOf<'pitcher'>, color: string): Cuts {
  const glaze = material(color, 'clay')
  standShadow(sheet, 480, 1010, 360)
  const handle =
    'M610 388C740 352 812 450 790 580C772 690 712 764 640 796L624 752C684 722 728 660 742 572C756 480 710 418 622 438Z'
  piece(sheet, handle, glaze, { turn: 0.8, round: 24, lift: 6 })
  const body =
    'M316 318C350 380 374 420 366 480C352 570 286 650 276 790C268 900 300 978 360 1006C440 1030 520 1030 600 1006C660 978 692 900 684 790C674 650 612 570 604 480C602 420 612 370 622 330C560 352 400 350 316 318Z'
  piece(sheet, body, glaze, {
    turn: 1,
    round: 30,
    lift: 0,
    print: flecks(sheet, { x: 270, y: 330, width: 420, height: 680 }, 120, glaze.tones.deep),
  })
  throwingRings(sheet, glaze, [470, 540, 620, 700, 780, 860, 930], (y) => (y < 560 ? 110 : y < 650 ? 160 : 196))
  const base =
    'M300 946C320 984 336 998 360 1006C440 1030 520 1030 600 1006C624 998 640 984 660 946C560 984 400 984 300 946Z'
  piece(sheet, base, material(bareClay, 'clay'), { turn: 1, round: 16, lift: 0 })
  gloss(sheet, 'M388 440C380 560 316 680 318 830L356 850C352 700 410 580 416 446Z')
  const mouth =
    'M300 300C330 292 380 292 420 292C500 284 590 292 624 326C604 350 560 356 500 354C420 352 360 346 300 300Z'
  piece(sheet, mouth, material(mix(color, '#2a1f17', 0.3), 'clay'), { turn: -0.5, round: 16, lift: 0 })
  const lip = 'M296 300C330 288 380 288 420 288C500 280 594 288 630 326'
  sheet.add(
    `<path d="${lip}" fill="none" stroke="${glaze.tones.light}" stroke-width="7" stroke-linecap="round" opacity="0.7"/><path d="${lip}" fill="none" stroke="${glaze.tones.deep}" stroke-width="1.3" opacity="0.4" transform="translate(0 -4)"/>`,
  )
  return { front: { at: [520, 650], width: 900 }, detail: { at: [420, 460], width: 420 } }
}

/** A plate from above, leaning shadows, the glaze pooling to a ring. */
export function drawPlate(sheet: Sheet, _design: DesignOf<'plate'>, color: string): Cuts {
  const glaze = material(color, 'clay')
  const at = [500, 630] as const
  piece(sheet, ellipse(at[0], at[1], 372, 372), glaze, {
    turn: 0.5,
    round: 26,
    lift: 26,
    print: flecks(sheet, { x: 130, y: 260, width: 740, height: 740 }, 210, glaze.tones.deep),
  })
  sheet.add(
    `<path d="${ellipse(at[0], at[1], 366, 366)}" fill="none" stroke="${bareClay}" stroke-width="7" opacity="0.85"/>`,
  )
  softLine(sheet, ellipse(at[0], at[1], 304, 304), glaze, 26, 0.4)
  const well = material(mix(color, glaze.tones.deep, 0.1), 'clay')
  piece(sheet, ellipse(at[0], at[1], 292, 292), well, {
    turn: -0.5,
    round: 34,
    lift: 0,
    outline: 0.2,
    print: flecks(sheet, { x: 210, y: 340, width: 580, height: 580 }, 120, glaze.tones.deep),
  })
  for (const [radius, opacity] of [
    [250, 0.2],
    [206, 0.26],
    [150, 0.2],
  ] as const) {
    softLine(sheet, ellipse(at[0] + 4, at[1] + 3, radius, radius), glaze, 12, opacity)
  }
  softPatch(sheet, ellipse(at[0], at[1], 150, 150), { bright: false, opacity: 0.16, soft: 50 })
  gloss(sheet, 'M236 500C270 420 330 370 400 350C340 400 290 450 268 520Z', 0.5)
  return { front: { at: [500, 630], width: 900 }, detail: { at: [330, 470], width: 420 } }
}

/** A squat pot for salt under an olive wood lid. */
export function drawSaltCellar(sheet: Sheet, _design: DesignOf<'saltCellar'>, color: string): Cuts {
  const glaze = material(color, 'clay')
  const wood = material(oliveWood, 'twill')
  standShadow(sheet, 490, 880, 420)
  const body =
    'M270 600C246 680 248 790 300 850C360 892 640 892 700 850C752 790 754 680 730 600C640 640 360 640 270 600Z'
  piece(sheet, body, glaze, {
    turn: 1,
    round: 40,
    lift: 0,
    print: flecks(sheet, { x: 250, y: 610, width: 500, height: 270 }, 90, glaze.tones.deep),
  })
  const foot =
    'M284 826C290 840 296 846 300 850C360 892 640 892 700 850C706 846 712 838 716 826C640 868 360 868 284 826Z'
  piece(sheet, foot, material(bareClay, 'clay'), { turn: 1, round: 10, lift: 0 })
  throwingRings(sheet, glaze, [660, 710, 762, 812], () => 236, 24)
  gloss(sheet, 'M300 640C284 710 290 780 320 826L356 840C328 780 324 710 336 652Z', 0.4)
  const rim = 'M262 590C340 630 660 630 738 590L738 560C660 520 340 520 262 560Z'
  piece(sheet, rim, wood, { turn: 1, round: 14, lift: 8 })
  piece(sheet, ellipse(500, 558, 238, 46), wood, { turn: 0.5, round: 16, lift: 0 })
  for (const [rx, ry] of [
    [200, 37],
    [150, 27],
    [98, 17],
  ] as const)
    sheet.add(`<path d="${ellipse(486, 556, rx, ry)}" fill="none" stroke="#6d4a25" stroke-width="2.2" opacity="0.36"/>`)
  const knob = 'M462 540C454 510 460 484 500 484C540 484 546 510 538 540C524 552 476 552 462 540Z'
  piece(sheet, knob, wood, { turn: 1, round: 22, lift: 10 })
  return { front: { at: [500, 680], width: 860 }, detail: { at: [420, 600], width: 420 } }
}

/** A soft basket of linen with its edge turned, and two loaves in it. */
export function drawBreadBasket(sheet: Sheet, _design: DesignOf<'breadBasket'>, color: string): Cuts {
  const cloth = material(color, 'canvas')
  const lining = material(mix(color, '#E9DFCB', 0.6), 'linen')
  standShadow(sheet, 490, 960, 500)
  piece(sheet, ellipse(500, 606, 262, 62), material(mix(color, '#2a1f17', 0.4), 'linen'), {
    turn: -0.4,
    round: 20,
    lift: 0,
  })
  const loaves: [string, string][] = [
    ['M316 620C290 500 360 400 470 410C570 420 610 520 590 640Z', '#C58A4C'],
    ['M470 640C450 540 520 452 620 470C700 488 720 560 690 640Z', '#B87A3E'],
  ]
  for (const [d, crust] of loaves) piece(sheet, d, material(crust, 'clay'), { turn: 0.9, round: 40, lift: 8 })
  for (const d of [
    'M372 470C400 492 424 520 430 556',
    'M436 440C470 464 496 496 504 540',
    'M540 520C566 534 586 556 594 588',
    'M600 500C630 516 650 540 658 576',
  ]) {
    sheet.add(`<path d="${d}" fill="none" stroke="#F0DDB8" stroke-width="9" stroke-linecap="round" opacity="0.8"/>`)
    softLine(sheet, d, material('#C58A4C', 'clay'), 10, 0.3)
  }
  const body = 'M240 690C244 800 258 890 280 940C360 984 640 984 720 940C742 890 756 800 760 690Z'
  piece(sheet, body, cloth, {
    folds: fallingFolds(
      sheet,
      [
        [270, 700],
        [730, 700],
      ],
      [
        [300, 960],
        [700, 960],
      ],
      { count: 7, width: 18, depth: 0.36 },
    ),
    turn: 1,
    round: 30,
    lift: 0,
  })
  const cuff =
    'M226 610C300 664 700 664 774 610C780 660 776 716 768 756C690 806 310 806 232 756C224 716 220 660 226 610Z'
  piece(sheet, cuff, lining, {
    folds: fallingFolds(
      sheet,
      [
        [260, 640],
        [740, 640],
      ],
      [
        [260, 780],
        [740, 780],
      ],
      { count: 8, width: 14, depth: 0.34 },
    ),
    turn: 1,
    round: 24,
    lift: 8,
  })
  stitches(sheet, 'M234 738C312 788 688 788 766 738', lining, 0.5)
  return { front: { at: [500, 700], width: 860 }, detail: { at: [400, 720], width: 420 } }
}
