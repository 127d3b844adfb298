import { mix } from '../color.ts'
import { stitches } from '../details.ts'
import { ellipse, roundedRect } from '../path.ts'
import { type Material, material, piece, type Sheet, softLine, softPatch } from '../sheet.ts'
import { standShadow } from './ceramics.ts'
import type { Cuts, DesignOf } from './kind.ts'

const paper = material('#F4EEE1', 'paper')

/** The house label: the thread, two lines as of print, a small drawing above. */
function houseLabel(
  sheet: Sheet,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  ink: string,
  emblem: string,
): void {
  piece(sheet, roundedRect(x, y, width, height, 6), paper, { turn: 0.5, round: 10, lift: 2, outline: 0.2 })
  const cx = x + width / 2
  const line = (share: number, half: number, thick: number, opacity: number) =>
    `<path d="M${cx - half} ${y + height * share}L${cx + half} ${y + height * share}" stroke="${ink}" stroke-width="${thick}" opacity="${opacity}"/>`
  const wave = `<path d="M${cx - width * 0.3} ${y + height * 0.58}C${cx - width * 0.16} ${y + height * 0.46} ${cx - width * 0.06} ${y + height * 0.7} ${cx + width * 0.06} ${y + height * 0.57}C${cx + width * 0.16} ${y + height * 0.46} ${cx + width * 0.2} ${y + height * 0.62} ${cx + width * 0.3} ${y + height * 0.56}" fill="none" stroke="#3A3FB5" stroke-width="4" stroke-linecap="round"/>`
  sheet.add(
    `<rect x="${x + 9}" y="${y + 9}" width="${width - 18}" height="${height - 18}" rx="3" fill="none" stroke="${ink}" stroke-width="1.4" opacity="0.55"/>`,
  )
  sheet.add(
    `<g transform="translate(${cx} ${y + height * 0.28})" fill="none" stroke="${ink}" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round">${emblem}</g>`,
  )
  sheet.add(wave + line(0.74, width * 0.26, 5, 0.7) + line(0.83, width * 0.17, 2.4, 0.5))
}

const emblems = {
  crystals: '<path d="M-26 10L-14 -12L0 10ZM2 12L14 -16L28 12ZM-10 -18L0 -34L12 -20"/>',
  rosemary: '<path d="M0 26L0 -34M0 10L-16 0M0 10L16 0M0 -4L-15 -15M0 -4L15 -15M0 -18L-11 -28M0 -18L11 -28"/>',
  olive:
    '<path d="M-32 14C-8 -2 8 -2 34 -18M-14 6C-20 -14 -6 -22 -2 -6M6 -2C16 14 28 4 18 -8"/><ellipse cx="-4" cy="16" rx="8" ry="11"/>',
  almond: '<path d="M0 -32C26 -10 20 22 0 26C-20 22 -26 -10 0 -32ZM0 -24L0 18M-8 -14L-8 12M8 -14L8 12"/>',
  leaf: '<path d="M-2 28C-2 4 6 -16 26 -30C30 -6 20 12 -2 14M-2 14C-22 12 -30 -4 -26 -24C-10 -16 -2 -2 -2 14"/>',
}

/** A glass jar: contents first, then glass over them. */
function jar(
  sheet: Sheet,
  filling: Material,
  { half, top, bottom }: { half: number; top: number; bottom: number },
  level: number,
): void {
  standShadow(sheet, 492, bottom, half * 1.9)
  const glass = `M${500 - half * 0.82} ${top}C${500 - half * 0.82} ${top + 24} ${500 - half} ${top + 40} ${500 - half} ${top + 84}L${500 - half} ${bottom - 34}Q${500 - half} ${bottom} ${500 - half + 34} ${bottom}L${500 + half - 34} ${bottom}Q${500 + half} ${bottom} ${500 + half} ${bottom - 34}L${500 + half} ${top + 84}C${500 + half} ${top + 40} ${500 + half * 0.82} ${top + 24} ${500 + half * 0.82} ${top}Z`
  piece(sheet, glass, material('#DDE2DC', 'paper'), { turn: 0.4, round: 18, lift: 8 })
  const inside = `M${500 - half + 12} ${level}C${500 - half * 0.5} ${level + 14} ${500 + half * 0.5} ${level - 8} ${500 + half - 12} ${level + 2}L${500 + half - 12} ${bottom - 36}Q${500 + half - 12} ${bottom - 14} ${500 + half - 36} ${bottom - 14}L${500 - half + 36} ${bottom - 14}Q${500 - half + 12} ${bottom - 14} ${500 - half + 12} ${bottom - 36}Z`
  piece(sheet, inside, filling, { turn: 0.9, round: 24, lift: 0, outline: 0.2 })
}

function glassShine(sheet: Sheet, half: number, top: number, bottom: number): void {
  softPatch(
    sheet,
    `M${500 - half + 20} ${top + 80}L${500 - half + 46} ${top + 76}L${500 - half + 46} ${bottom - 50}L${500 - half + 20} ${bottom - 54}Z`,
    { bright: true, opacity: 0.62, soft: 5 },
  )
  softPatch(
    sheet,
    `M${500 + half - 32} ${top + 90}L${500 + half - 20} ${top + 92}L${500 + half - 20} ${bottom - 60}L${500 + half - 32} ${bottom - 58}Z`,
    { bright: true, opacity: 0.4, soft: 4 },
  )
}

/** Fleur de sel in glass under cork. */
export function drawSaltJar(sheet: Sheet, _design: DesignOf<'saltJar'>, _color: string): Cuts {
  jar(sheet, material('#F3F1EC', 'clay'), { half: 190, top: 470, bottom: 940 }, 560)
  const { dice } = sheet
  const crystals = Array.from({ length: 300 }, () => {
    const [x, y, size] = [326 + dice.next() * 348, 566 + dice.next() * 350, 3 + dice.next() * 6]
    return `M${x.toFixed(0)} ${y.toFixed(0)}l${size.toFixed(1)} ${(size * 0.3).toFixed(1)}l${(-size * 0.4).toFixed(1)} ${size.toFixed(1)}Z`
  })
  sheet.add(`<path d="${crystals.join('')}" fill="#ffffff" stroke="#b9b4a6" stroke-width="0.9" opacity="0.85"/>`)
  piece(sheet, 'M350 380Q350 366 364 366L636 366Q650 366 650 380L644 480L356 480Z', material('#C99F6B', 'clay'), {
    turn: 1,
    round: 18,
    lift: 8,
  })
  piece(sheet, ellipse(500, 372, 149, 22), material('#D6AE7B', 'clay'), { turn: 0.3, round: 8, lift: 0 })
  houseLabel(sheet, { x: 372, y: 640, width: 256, height: 220 }, '#5b5246', emblems.crystals)
  glassShine(sheet, 190, 470, 940)
  return { front: { at: [500, 660], width: 860 }, detail: { at: [440, 600], width: 400 } }
}

/** Honey with a cloth cap tied over the lid. */
export function drawHoneyJar(sheet: Sheet, _design: DesignOf<'honeyJar'>, _color: string): Cuts {
  jar(sheet, material('#D9992F', 'paper'), { half: 180, top: 500, bottom: 930 }, 540)
  softPatch(sheet, roundedRect(360, 600, 200, 260, 90), { bright: true, opacity: 0.22, soft: 50 })
  const cap = material('#E9DFCB', 'linen')
  const cloth =
    'M336 470C350 420 420 396 500 396C580 396 650 420 664 470C676 500 700 540 716 566C690 578 676 560 656 576C630 562 610 584 580 570C556 586 530 566 500 580C470 566 444 586 420 570C390 584 370 562 344 576C324 560 310 578 284 566C300 540 324 500 336 470Z'
  const folds = Array.from({ length: 13 }, (_, index) => {
    const x = 330 + index * 28
    return {
      from: [x + (500 - x) * 0.1, 490] as const,
      to: [x + (x - 500) * 0.16, 572] as const,
      width: 8,
      depth: 0.46,
    }
  })
  piece(sheet, cloth, cap, { folds, turn: 0.6, round: 18, lift: 8 })
  sheet.add(
    '<path d="M338 488C420 510 580 510 662 488" fill="none" stroke="#8a6a3d" stroke-width="7"/><path d="M338 488C420 510 580 510 662 488" fill="none" stroke="#c9a66a" stroke-width="4.4" stroke-dasharray="7 3"/>',
  )
  softLine(sheet, 'M338 494C420 516 580 516 662 494', cap, 9, 0.4)
  houseLabel(sheet, { x: 380, y: 650, width: 240, height: 210 }, '#6d4a1d', emblems.rosemary)
  glassShine(sheet, 180, 500, 930)
  return { front: { at: [500, 680], width: 860 }, detail: { at: [470, 540], width: 420 } }
}

/** A dark bottle with a wooden stopper. */
export function drawOilBottle(sheet: Sheet, _design: DesignOf<'oilBottle'>, _color: string): Cuts {
  const glass = material('#39422B', 'paper')
  standShadow(sheet, 492, 1060, 300)
  const body =
    'M456 300L544 300C546 380 548 420 566 460C604 510 640 540 642 620L642 1020Q642 1060 602 1060L398 1060Q358 1060 358 1020L358 620C360 540 396 510 434 460C452 420 454 380 456 300Z'
  piece(sheet, body, glass, { turn: 1, round: 34, lift: 10 })
  softPatch(sheet, 'M382 640C384 570 410 540 440 500L452 520C424 560 408 590 408 640L408 1010L384 1006Z', {
    bright: true,
    opacity: 0.4,
    soft: 6,
  })
  softPatch(sheet, 'M612 640L622 640L622 1000L612 1004Z', { bright: true, opacity: 0.26, soft: 4 })
  piece(sheet, roundedRect(450, 286, 100, 30, 8), glass, { turn: 1, round: 10, lift: 4 })
  piece(sheet, 'M462 210Q462 196 476 196L524 196Q538 196 538 210L534 288L466 288Z', material('#B98C55', 'twill'), {
    turn: 1,
    round: 14,
    lift: 4,
  })
  houseLabel(sheet, { x: 372, y: 690, width: 256, height: 270 }, '#4c5535', emblems.olive)
  return { front: { at: [500, 640], width: 900 }, detail: { at: [490, 740], width: 420 } }
}

/** A paper bag with its top folded over, almonds in front. */
export function drawAlmondBag(sheet: Sheet, _design: DesignOf<'almondBag'>, _color: string): Cuts {
  const kraft = material('#C7A57A', 'paper')
  standShadow(sheet, 490, 960, 420)
  const bag =
    'M306 400L694 400C702 600 712 800 706 950Q704 962 690 962L310 962Q296 962 294 950C288 800 298 600 306 400Z'
  const folds = [
    { from: [330, 480] as const, to: [312, 940] as const, bend: 10, width: 15, depth: 0.36 },
    { from: [670, 480] as const, to: [688, 940] as const, bend: -10, width: 15, depth: 0.36 },
    { from: [400, 900] as const, to: [640, 930] as const, bend: 16, width: 16, depth: 0.22 },
    { from: [380, 500] as const, to: [460, 590] as const, bend: 10, width: 10, depth: 0.2 },
  ]
  piece(sheet, bag, kraft, { folds, turn: 0.6, round: 22, lift: 12, softness: 9 })
  piece(sheet, 'M300 340L700 340L702 432L298 432Z', kraft, { turn: 0.5, round: 10, lift: 7 })
  stitches(sheet, 'M312 414L688 414', kraft, 0.6)
  piece(sheet, roundedRect(452, 374, 96, 34, 5), material('#B5654A', 'canvas'), { turn: 0.4, round: 6, lift: 4 })
  houseLabel(sheet, { x: 370, y: 560, width: 260, height: 270 }, '#7a4a2a', emblems.almond)
  for (const [x, y, lean] of [
    [250, 980, -20],
    [316, 1010, 24],
    [392, 990, -8],
    [206, 1030, 40],
    [640, 1006, 14],
    [716, 986, -32],
  ] as const) {
    const turn = `<g transform="rotate(${lean} ${x} ${y})">`
    sheet.add(turn)
    sheet.addLight(turn)
    piece(
      sheet,
      `M${x - 34} ${y}C${x - 24} ${y - 24} ${x + 14} ${y - 26} ${x + 38} ${y}C${x + 14} ${y + 26} ${x - 24} ${y + 24} ${x - 34} ${y}Z`,
      material('#E3C698', 'clay'),
      { turn: 0.7, round: 18, lift: 9 },
    )
    sheet.add('</g>')
    sheet.addLight('</g>')
  }
  return { front: { at: [490, 690], width: 880 }, detail: { at: [480, 560], width: 420 } }
}

/** A round tin of herbs, lid ajar beside leaves. */
export function drawTeaTin(sheet: Sheet, _design: DesignOf<'teaTin'>, _color: string): Cuts {
  const tin = material('#8FA08A', 'paper')
  standShadow(sheet, 492, 950, 380)
  piece(sheet, 'M310 520L690 520L690 900Q690 950 500 950Q310 950 310 900Z', tin, { turn: 1, round: 16, lift: 6 })
  softPatch(sheet, 'M346 540L376 540L376 920L346 914Z', { bright: true, opacity: 0.34, soft: 10 })
  houseLabel(sheet, { x: 388, y: 610, width: 224, height: 250 }, '#4a5a46', emblems.leaf)
  const lid = material('#7C8E78', 'paper')
  piece(sheet, 'M300 430Q300 424 306 420L694 420Q700 424 700 430L700 516Q700 556 500 556Q300 556 300 516Z', lid, {
    turn: 1,
    round: 14,
    lift: 6,
  })
  piece(sheet, ellipse(500, 428, 200, 42), lid, { turn: 0.4, round: 14, lift: 0 })
  for (const [rx, ry] of [
    [168, 33],
    [158, 30],
  ] as const)
    sheet.add(`<path d="${ellipse(500, 427, rx, ry)}" fill="none" stroke="#4a5a46" stroke-width="1.6" opacity="0.45"/>`)
  const green = material('#7E8F58', 'clay')
  for (const [x, y, lean] of [
    [232, 980, -28],
    [300, 1016, 14],
    [690, 1000, -12],
    [756, 972, 30],
  ] as const) {
    const turn = `<g transform="rotate(${lean} ${x} ${y})">`
    sheet.add(turn)
    sheet.addLight(turn)
    piece(sheet, `M${x - 52} ${y}Q${x} ${y - 32} ${x + 56} ${y}Q${x} ${y + 28} ${x - 52} ${y}Z`, green, {
      turn: 0.5,
      round: 9,
      lift: 6,
    })
    sheet.add(`<path d="M${x - 52} ${y}L${x + 50} ${y}" stroke="#4f5c34" stroke-width="1.6" opacity="0.6"/>`)
    sheet.add('</g>')
    sheet.addLight('</g>')
  }
  return { front: { at: [500, 700], width: 860 }, detail: { at: [480, 640], width: 420 } }
}

/** Books: one bound in cloth with a pressed flower, one with a painted table. */
export function drawBook(sheet: Sheet, { cover }: DesignOf<'book'>, _color: string): Cuts {
  const linen = cover === 'linen'
  const board = material(linen ? '#7F8FA6' : '#EFE6D4', linen ? 'linen' : 'paper')
  const [left, top, width, height] = linen ? [268, 330, 452, 600] : [250, 310, 492, 634]
  const pages = material('#F6F0E2', 'paper')
  piece(
    sheet,
    `M${left + 14} ${top + 16}L${left + width + 22} ${top + 16}L${left + width + 22} ${top + height + 20}L${left + 14} ${top + height + 20}Z`,
    material(mix(board.color, '#2a1f17', 0.3), board.weave),
    { turn: 0.3, round: 6, lift: 26 },
  )
  piece(
    sheet,
    `M${left + 10} ${top + 10}L${left + width + 14} ${top + 10}L${left + width + 14} ${top + height + 12}L${left + 10} ${top + height + 12}Z`,
    pages,
    { turn: 0.2, round: 4, lift: 0 },
  )
  for (let leaf = 2; leaf < 12; leaf += 2)
    sheet.add(
      `<path d="M${left + width + leaf} ${top + 14}L${left + width + leaf} ${top + height + 10}L${left + 16} ${top + height + leaf}" fill="none" stroke="#b9ad95" stroke-width="0.8" opacity="0.7"/>`,
    )
  piece(sheet, roundedRect(left, top, width, height, 7), board, {
    turn: 0.35,
    round: 12,
    lift: 4,
    print: linen ? '' : tableScene(left, top, width, height),
  })
  softLine(sheet, `M${left + 34} ${top + 4}L${left + 34} ${top + height - 4}`, board, 10, 0.5)
  if (linen) flaxFlower(sheet, left + width / 2 + 14, top + height * 0.4)
  const cx = left + width / 2 + 16
  const ink = linen ? '#F4EEE1' : '#5b4632'
  sheet.add(
    `<g stroke="${ink}" fill="none" stroke-linecap="round"><path d="M${cx - 104} ${top + height * 0.79}L${cx + 104} ${top + height * 0.79}" stroke-width="11"/><path d="M${cx - 74} ${top + height * 0.84}L${cx + 74} ${top + height * 0.84}" stroke-width="6" opacity="0.85"/><path d="M${cx - 40} ${top + height * 0.92}L${cx + 40} ${top + height * 0.92}" stroke-width="3" opacity="0.7"/></g>`,
  )
  if (!linen) {
    piece(
      sheet,
      `M${left + 330} ${top + height + 8}L${left + 350} ${top + height + 8}L${left + 354} ${top + height + 92}L${left + 342} ${top + height + 80}L${left + 330} ${top + height + 92}Z`,
      material('#B5654A', 'linen'),
      { turn: 0.4, round: 4, lift: 5 },
    )
  }
  return { front: { at: [510, 640], width: 880 }, detail: { at: [left + width / 2, top + height * 0.42], width: 420 } }
}

function flaxFlower(sheet: Sheet, x: number, y: number): void {
  const stem = `M${x + 6} ${y + 190}C${x - 10} ${y + 120} ${x + 4} ${y + 60} ${x} ${y + 10}M${x} ${y + 120}C${x - 30} ${y + 100} ${x - 50} ${y + 66} ${x - 54} ${y + 30}M${x + 2} ${y + 96}C${x + 30} ${y + 80} ${x + 52} ${y + 46} ${x + 60} ${y + 14}`
  const petals = [0, 72, 144, 216, 288].map(
    (turn) =>
      `<path transform="rotate(${turn} ${x} ${y - 14})" d="M${x} ${y - 18}C${x - 38} ${y - 46} ${x - 30} ${y - 92} ${x} ${y - 96}C${x + 30} ${y - 92} ${x + 38} ${y - 46} ${x} ${y - 18}Z"/>`,
  )
  sheet.add(
    `<g fill="none" stroke="#F4EEE1" stroke-width="4" stroke-linecap="round" opacity="0.92"><path d="${stem}"/>${petals.join('')}<circle cx="${x}" cy="${y - 14}" r="8" fill="#F4EEE1"/><path d="M${x - 54} ${y + 30}c-12 -16 2 -34 12 -26c10 10 0 24 -12 26ZM${x + 60} ${y + 14}c-12 -16 2 -34 12 -26c10 10 0 24 -12 26Z"/></g>`,
  )
}

const paintedPlate = (x: number, y: number) =>
  `<circle cx="${x}" cy="${y}" r="52" fill="#F7F1E4" stroke="#3B4A82" stroke-width="5"/><circle cx="${x}" cy="${y}" r="34" fill="none" stroke="#3B4A82" stroke-width="2" opacity="0.6"/>`

const paintedLemon = (x: number, y: number, lean: number) =>
  `<g transform="rotate(${lean} ${x} ${y})"><ellipse cx="${x}" cy="${y}" rx="27" ry="19" fill="#E0B83E"/><path d="M${x + 25} ${y}l11 -3l-8 9Z" fill="#E0B83E"/></g>`

/** A round table from above: three plates, lemons, two leaves. */
function tableScene(left: number, top: number, width: number, height: number): string {
  const [cx, cy] = [left + width / 2 + 16, top + height * 0.38]
  return (
    `<rect x="${left}" y="${top}" width="${width}" height="${height * 0.7}" fill="#9CAA8E"/><circle cx="${cx}" cy="${cy}" r="186" fill="#B5654A"/>` +
    `<circle cx="${cx}" cy="${cy}" r="172" fill="none" stroke="#E9DFCB" stroke-width="4" stroke-dasharray="14 9" opacity="0.8"/>` +
    paintedPlate(cx - 92, cy - 62) +
    paintedPlate(cx + 92, cy - 62) +
    paintedPlate(cx, cy + 104) +
    paintedLemon(cx - 30, cy + 2, -20) +
    paintedLemon(cx + 14, cy - 22, 30) +
    paintedLemon(cx + 24, cy + 20, 6) +
    `<path d="M${cx - 112} ${cy + 62}q28 -40 66 -34q-10 34 -66 34Z" fill="#5f7350"/><path d="M${cx + 116} ${cy + 64}q-30 -36 -66 -26q14 32 66 26Z" fill="#5f7350"/>`
  )
}

/** A cloth-bound notebook with its spine sewn in view. */
export function drawNotebook(sheet: Sheet, _design: DesignOf<'notebook'>, color: string): Cuts {
  const cloth = material(color, 'linen')
  const turn = '<g transform="rotate(-7 500 640)">'
  sheet.add(turn)
  sheet.addLight(turn)
  piece(sheet, 'M306 354L728 354L728 960L306 960Z', material('#F3ECDD', 'paper'), { turn: 0.2, round: 6, lift: 22 })
  for (let leaf = 0; leaf < 5; leaf++)
    sheet.add(
      `<path d="M${716 + leaf * 2.4} 358L${716 + leaf * 2.4} 956M310 ${948 + leaf * 2.4}L724 ${948 + leaf * 2.4}" stroke="#b9ad95" stroke-width="0.8"/>`,
    )
  piece(sheet, roundedRect(290, 340, 428, 606, 12), cloth, { turn: 0.3, round: 14, lift: 4 })
  softLine(sheet, 'M326 344L326 942', cloth, 9, 0.5)
  for (let y = 386; y < 920; y += 58) {
    sheet.add(
      `<path d="M290 ${y}L318 ${y}M318 ${y}L318 ${y + 29}" stroke="#F1E8D6" stroke-width="4.4" stroke-linecap="round" fill="none"/>`,
    )
  }
  piece(sheet, 'M664 340L680 340L680 946L664 946Z', material(mix(color, '#2a1f17', 0.4), 'twill'), {
    turn: 0.5,
    round: 6,
    lift: 5,
  })
  piece(sheet, roundedRect(410, 470, 190, 118, 5), paper, { turn: 0.2, round: 6, lift: 2 })
  sheet.add(
    '<path d="M438 536C462 506 486 566 508 530C528 504 548 548 574 524" fill="none" stroke="#3A3FB5" stroke-width="4.4" stroke-linecap="round"/><path d="M438 566L572 566" stroke="#5b5246" stroke-width="1.8" opacity="0.6"/>',
  )
  sheet.add('</g>')
  sheet.addLight('</g>')
  return { front: { at: [510, 650], width: 880 }, detail: { at: [400, 520], width: 400 } }
}
