import { houseColors } from '../products/colors.ts'
import type { PictureDesign } from '../products/designs.ts'
import { makeDice } from '../seed.ts'
import { mix } from './color.ts'
import { fallingFolds, linenCreases, stitches } from './details.ts'
import { drawKind } from './kinds/index.ts'
import { sprig } from './kinds/table.ts'
import { ellipse, roundedRect, throughPoints } from './path.ts'
import { type Drawing, finish } from './render.ts'
import { type Material, material, newSheet, piece, type Sheet, softLine, softPatch } from './sheet.ts'

/** The three wide pictures of the house. */
export const heroNames = ['hero-costa', 'hero-mesa', 'hero-tendedero'] as const
export type HeroName = (typeof heroNames)[number]

/** Weight limit of a wide picture at 1,600 pixels, in bytes. */
export const heroBytesMax = 70_000

const plane = { width: 1600, height: 1000 }
const hex = (color: keyof typeof houseColors) => houseColors[color].hex

/** Draws a wide picture, sixteen to ten; `width` in pixels. */
export function drawHero(name: HeroName, width: number): Promise<Drawing> {
  const sheet = newSheet(makeDice(name))
  const ground = { 'hero-costa': drawCoast, 'hero-mesa': drawTable, 'hero-tendedero': drawLine }[name](sheet)
  const cut = { at: [plane.width / 2, plane.height / 2], width: plane.width } as const
  return finish(sheet, cut, { width, height: Math.round((width * plane.height) / plane.width) }, ground)
}

/** Puts one thing of the shop into the scene: `x` and `y` are where the middle of its foot stands, `size` its scale. */
function stand(
  sheet: Sheet,
  design: PictureDesign,
  color: string,
  { x, y, size, foot, lean = 0 }: { x: number; y: number; size: number; foot: number; lean?: number },
): void {
  const open = `<g transform="translate(${x - 500 * size} ${y - foot * size}) scale(${size}) rotate(${lean} 500 ${foot})">`
  sheet.add(open)
  sheet.addLight(open)
  drawKind(sheet, design, color)
  sheet.add('</g>')
  sheet.addLight('</g>')
}

function sky(top: string, middle: string, low: string): string {
  return (
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="0.62" stop-color="${middle}"/>` +
    `<stop offset="1" stop-color="${low}"/></linearGradient></defs><rect width="1600" height="1000" fill="url(#sky)"/>`
  )
}

/** White houses with tiled roofs along a slope, from far to near. */
function village(sheet: Sheet, from: [x: number, y: number], count: number, rise: number): string {
  const { dice } = sheet
  const houses = Array.from({ length: count }, (_, index) => {
    const [x, y] = [from[0] + index * 29 + dice.int(-6, 6), from[1] - index * rise + dice.int(-9, 9)]
    const [wide, high] = [26 + dice.int(0, 16), 22 + dice.int(0, 18)]
    const windows = dice.chance(0.8)
      ? `<rect x="${x + wide * 0.3}" y="${y - high * 0.62}" width="5" height="8" fill="#8795a0"/><rect x="${x + wide * 0.64}" y="${y - high * 0.62}" width="5" height="8" fill="#8795a0"/>`
      : ''
    return (
      `<rect x="${x}" y="${y - high}" width="${wide}" height="${high}" fill="${dice.pick(['#F6F0E4', '#F1E7D6', '#EBDCC6'])}"/><rect x="${x + wide * 0.72}" y="${y - high}" width="${wide * 0.28}" height="${high}" fill="#cbb99e" opacity="0.55"/>` +
      `<path d="M${x - 3} ${y - high}L${x + wide * 0.5} ${y - high - 9}L${x + wide + 3} ${y - high}Z" fill="${dice.pick(['#BE7256', '#B5654A', '#C98A6C'])}"/>${windows}`
    )
  })
  return houses.join('')
}

/** A window over the sea: linen curtains, a sill with folded towels and a pitcher. */
function drawCoast(sheet: Sheet): string {
  const { dice } = sheet
  const glints = Array.from({ length: 90 }, () => {
    const y = 470 + dice.next() * 320
    const length = 10 + (y - 460) * 0.22 * dice.next()
    const x = 300 + dice.next() * 1100
    return `M${x.toFixed(0)} ${y.toFixed(0)}l${length.toFixed(0)} 0`
  })
  const ground =
    sky('#BBD0D2', '#EADFCB', '#F3E3CC') +
    `<circle cx="1010" cy="330" r="58" fill="#FBF1DC" opacity="0.9"/>` +
    '<defs><linearGradient id="sea" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#A8C0C0"/><stop offset="0.5" stop-color="#6E96A2"/><stop offset="1" stop-color="#4C7488"/></linearGradient></defs>' +
    '<rect y="455" width="1600" height="400" fill="url(#sea)"/>' +
    `<path d="M940 462L1090 462L1240 840L800 840Z" fill="#F6E7CB" opacity="0.22"/>` +
    `<path d="${glints.join('')}" stroke="#F4EBDA" stroke-width="2.4" stroke-linecap="round" opacity="0.5"/>` +
    '<path d="M0 456C180 420 320 400 470 424C560 436 640 452 700 456Z" fill="#A9B4AC"/>' +
    '<path d="M1600 300C1500 320 1440 372 1380 400C1300 436 1240 440 1170 474C1200 492 1300 520 1600 530Z" fill="#8F9F86"/>' +
    '<path d="M1600 380C1500 400 1400 450 1310 470C1260 482 1240 490 1216 500C1300 540 1450 560 1600 566Z" fill="#7C8D70"/>' +
    village(sheet, [1268, 506], 12, 5) +
    '<path d="M1352 470c-8 -40 -4 -66 4 -84c8 18 12 44 4 84ZM1470 452c-9 -44 -5 -74 5 -94c9 20 13 50 4 94Z" fill="#56664C"/>' +
    '<path d="M560 640l34 0l-8 12l-20 0ZM578 634l0 -44l22 40Z" fill="#F6F0E4"/>'
  const stone = material('#E4D6BF', 'clay')
  piece(sheet, 'M0 800L1600 800L1600 1000L0 1000Z', stone, { turn: 0.2, round: 16, lift: 0 })
  piece(sheet, 'M0 852L1600 852L1600 1000L0 1000Z', material('#D5C4A8', 'clay'), { turn: 0.2, round: 10, lift: 0 })
  stand(sheet, { kind: 'towel', weave: 'terry' }, hex('salvia'), { x: 760, y: 842, size: 0.46, foot: 984 })
  stand(sheet, { kind: 'pitcher' }, hex('crudo'), { x: 1090, y: 846, size: 0.5, foot: 1020 })
  branch(sheet)
  stand(sheet, { kind: 'mug' }, hex('terracota'), { x: 1330, y: 846, size: 0.3, foot: 848 })
  const gauze = material('#EFE6D6', 'gauze')
  curtain(sheet, gauze)
  return ground
}

/** Olive twigs standing in the pitcher. */
function branch(sheet: Sheet): void {
  for (const [turn, x, y, size] of [
    [-72, 1060, 420, 1.1],
    [-48, 1130, 450, 0.9],
    [-102, 1016, 470, 0.8],
  ] as const) {
    const open = `<g transform="rotate(${turn} ${x} ${y})">`
    sheet.add(open)
    sheet.addLight(open)
    sprig(sheet, [x, y], size)
    sheet.add('</g>')
    sheet.addLight('</g>')
  }
}

function curtain(sheet: Sheet, gauze: Material): void {
  const left = 'M-20 -20L430 -20C420 180 360 380 300 560C262 680 270 800 300 960L-20 980Z'
  const folds = fallingFolds(
    sheet,
    [
      [0, 0],
      [420, 0],
    ],
    [
      [-10, 960],
      [290, 960],
    ],
    { count: 13, width: 20, depth: 0.5 },
  )
  piece(sheet, left, gauze, { folds, turn: 0.7, round: 26, lift: 22, softness: 10 })
  const right = 'M1500 -20L1620 -20L1620 980L1540 970C1530 700 1540 300 1500 -20Z'
  piece(sheet, right, gauze, {
    folds: fallingFolds(
      sheet,
      [
        [1510, 0],
        [1600, 0],
      ],
      [
        [1546, 960],
        [1600, 960],
      ],
      { count: 5, width: 14, depth: 0.46 },
    ),
    turn: 0.5,
    round: 20,
    lift: 18,
  })
  piece(sheet, 'M-20 -20L1620 -20L1620 26L-20 26Z', gauze, {
    folds: fallingFolds(
      sheet,
      [
        [0, -10],
        [1600, -10],
      ],
      [
        [0, 40],
        [1600, 40],
      ],
      { count: 60, width: 7, depth: 0.3 },
    ),
    turn: 0.2,
    round: 8,
    lift: 6,
  })
}

/** A table after the market: cloth, pitcher, bread, lemons, salt, light from a window. */
function drawTable(sheet: Sheet): string {
  const ground =
    '<defs><linearGradient id="wall" x1="0" y1="0" x2="1" y2="0.4"><stop offset="0" stop-color="#EFE4D0"/><stop offset="1" stop-color="#DCCBB0"/></linearGradient></defs><rect width="1600" height="1000" fill="url(#wall)"/>'
  for (const x of [200, 430])
    softPatch(sheet, `M${x} 60L${x + 190} 20L${x + 420} 560L${x + 230} 600Z`, { bright: true, opacity: 0.34, soft: 10 })
  softPatch(sheet, 'M1100 0L1600 0L1600 700L1300 700Z', { bright: false, opacity: 0.14, soft: 90 })
  const cloth = material('#E7DCC6', 'linen')
  piece(sheet, 'M90 640L1510 640L1640 800L-40 800Z', cloth, {
    creases: linenCreases(sheet, { x: 150, y: 650, width: 1300, height: 130 }, 30),
    turn: 0.25,
    round: 12,
    lift: 8,
  })
  const drop = 'M-40 796L1640 796L1640 1010L-40 1010Z'
  piece(sheet, drop, cloth, {
    folds: fallingFolds(
      sheet,
      [
        [0, 800],
        [1600, 800],
      ],
      [
        [-20, 1010],
        [1620, 1010],
      ],
      { count: 18, width: 24, depth: 0.5 },
    ),
    turn: 0.2,
    round: 12,
    lift: 0,
    softness: 10,
    print: `<path d="M-40 920L1640 920" stroke="${hex('anil')}" stroke-width="9"/><path d="M-40 944L1640 944" stroke="${hex('anil')}" stroke-width="22"/><path d="M-40 968L1640 968" stroke="${hex('anil')}" stroke-width="9"/>`,
  })
  softLine(sheet, 'M-40 800L1640 800', cloth, 14, 0.3)
  stand(sheet, { kind: 'pitcher' }, hex('anil'), { x: 420, y: 726, size: 0.6, foot: 1020 })
  stand(sheet, { kind: 'breadBasket' }, hex('arena'), { x: 1180, y: 738, size: 0.56, foot: 960 })
  lemons(sheet)
  stand(sheet, { kind: 'saltCellar' }, hex('terracota'), { x: 905, y: 752, size: 0.36, foot: 884 })
  napkin(sheet)
  sprig(sheet, [640, 775], 1)
  return ground
}

function lemons(sheet: Sheet): void {
  const skin = material('#DDB13A', 'clay')
  const lemon = (x: number, y: number, size: number) =>
    piece(
      sheet,
      `M${x - size} ${y}C${x - size} ${y - size * 0.8} ${x + size * 0.9} ${y - size * 0.9} ${x + size * 1.14} ${y}C${x + size * 0.9} ${y + size * 0.8} ${x - size} ${y + size * 0.8} ${x - size} ${y}Z`,
      skin,
      { turn: 0.9, round: 24, lift: 7 },
    )
  for (const [x, y, size] of [
    [640, 636, 52],
    [730, 640, 50],
    [690, 596, 50],
  ] as const)
    lemon(x, y, size)
  const bowl = 'M560 644C620 664 760 664 820 644C814 712 766 752 690 752C614 752 566 712 560 644Z'
  softPatch(sheet, ellipse(700, 752, 130, 14), { bright: false, opacity: 0.4, soft: 12 })
  piece(sheet, bowl, material(hex('salvia'), 'clay'), { turn: 1, round: 34, lift: 6 })
  softPatch(sheet, 'M590 672C600 706 618 728 642 738L656 734C632 716 618 694 612 670Z', {
    bright: true,
    opacity: 0.36,
    soft: 6,
  })
  lemon(520, 770, 46)
}

function napkin(sheet: Sheet): void {
  const cloth = material(hex('terracota'), 'linen')
  piece(sheet, 'M1380 716L1560 726L1590 792L1392 780Z', cloth, {
    turn: 0.3,
    round: 12,
    lift: 9,
    creases: linenCreases(sheet, { x: 1390, y: 724, width: 170, height: 50 }, 6),
  })
  stitches(sheet, 'M1400 772L1580 782L1552 734', cloth, 0.5)
  piece(sheet, 'M1384 716L1560 726L1576 760L1388 748Z', cloth, { turn: 0.3, round: 10, lift: 5 })
}

/** Washing day: the collection on a line between two posts, hills behind. */
function drawLine(sheet: Sheet): string {
  const ground =
    sky('#C9DAD8', '#EFE6D6', '#F3E7D2') +
    '<path d="M0 720C200 640 420 610 640 660C820 700 1000 640 1200 610C1360 590 1500 610 1600 640L1600 1000L0 1000Z" fill="#B4BD9F"/>' +
    '<path d="M0 800C260 740 520 760 800 780C1080 800 1340 740 1600 760L1600 1000L0 1000Z" fill="#A0AC86"/>' +
    '<path d="M0 890C300 850 700 880 1000 870C1250 862 1450 850 1600 862L1600 1000L0 1000Z" fill="#8C9A70"/>' +
    village(sheet, [1150, 640], 8, 2)
  const rope = throughPoints([
    [-20, 120],
    [400, 168],
    [800, 182],
    [1200, 168],
    [1620, 120],
  ])
  sheet.add(
    `<path d="${rope}" fill="none" stroke="#8f7a58" stroke-width="7"/><path d="${rope}" fill="none" stroke="#E6D8BC" stroke-width="4.6"/>`,
  )
  stand(sheet, { kind: 'dress', style: 'strap' }, hex('terracota'), {
    x: 230,
    y: 770,
    size: 0.66,
    foot: 1130,
    lean: -2,
  })
  stand(
    sheet,
    { kind: 'shirt', collar: 'band', sleeve: 'long', cut: 'loose', pockets: 0, placket: 'half' },
    hex('crudo'),
    { x: 620, y: 730, size: 0.7, foot: 1010, lean: 1 },
  )
  sheetOnLine(sheet)
  stand(sheet, { kind: 'trousers', leg: 'wide', waist: 'band' }, hex('salvia'), {
    x: 1420,
    y: 716,
    size: 0.62,
    foot: 1150,
    lean: 2,
  })
  for (const [x, y] of [
    [146, 146],
    [258, 156],
    [560, 174],
    [684, 178],
    [884, 182],
    [1186, 170],
    [1366, 150],
    [1462, 138],
  ] as const) {
    piece(sheet, roundedRect(x - 6, y - 18, 13, 50, 4), material('#C49A68', 'twill'), { turn: 0.5, round: 5, lift: 4 })
  }
  return ground
}

/** A striped sheet over the line, filled by the wind. */
function sheetOnLine(sheet: Sheet): void {
  const cloth = material(mix(hex('crudo'), '#ffffff', 0.3), 'linen')
  const bands = [560, 590, 640].map(
    (y, index) =>
      `<path d="M820 ${y}C940 ${y + 30} 1100 ${y - 20} 1260 ${y + 10}" stroke="${hex('anil')}" stroke-width="${index === 1 ? 30 : 9}" fill="none"/>`,
  )
  const d =
    'M868 178C960 186 1100 182 1204 168C1216 300 1236 520 1250 690C1180 720 1100 684 1020 712C960 730 900 716 846 700C850 520 858 320 868 178Z'
  const folds = fallingFolds(
    sheet,
    [
      [880, 190],
      [1196, 190],
    ],
    [
      [860, 700],
      [1240, 690],
    ],
    { count: 9, width: 22, depth: 0.44 },
  )
  piece(sheet, d, cloth, {
    folds,
    creases: linenCreases(sheet, { x: 900, y: 260, width: 280, height: 360 }, 12),
    turn: 0.5,
    round: 20,
    lift: 14,
    softness: 10,
    print: bands.join(''),
  })
}
