import sharp from 'sharp'
import { type Dice, makeDice } from '../seed.ts'

export const weaves = ['linen', 'canvas', 'gauze', 'knit', 'waffle', 'terry', 'twill', 'clay', 'paper'] as const
/** How a surface is built up, thread by thread or grain by grain. */
export type Weave = (typeof weaves)[number]

/** Side of the square tile in pixels; two pixels are one unit of the drawing plane, so that details stay sharp. */
export const tileSide = 480

/** Smooth noise that repeats after `length` steps: random knots every `step`, joined by cosines. */
function repeatingNoise(dice: Dice, length: number, step: number): Float32Array {
  const knots = Array.from({ length: Math.round(length / step) }, () => dice.next() * 2 - 1)
  return Float32Array.from({ length }, (_, index) => {
    const place = (index / length) * knots.length
    const left = Math.floor(place)
    const share = (1 - Math.cos((place - left) * Math.PI)) / 2
    return (knots[left] ?? 0) * (1 - share) + (knots[(left + 1) % knots.length] ?? 0) * share
  })
}

type Relief = (x: number, y: number) => number

/** Crossing threads of uneven thickness: what makes linen linen are the slubs, short thick places along a yarn. */
function woven(dice: Dice, thread: number, uneven: number, slubs: number): Relief {
  const count = Math.round(tileSide / thread)
  const yarns = () =>
    Array.from({ length: count }, () => ({
      tone: (dice.next() * 2 - 1) * uneven,
      along: repeatingNoise(dice, tileSide, 40 + dice.int(0, 40)),
      slubAt: dice.int(0, tileSide - 1),
      slubLength: dice.chance(slubs) ? dice.int(24, 90) : 0,
    }))
  const [warp, weft] = [yarns(), yarns()]
  const height = (yarn: (typeof warp)[number] | undefined, place: number) => {
    if (!yarn) return 0
    const fromSlub = (place - yarn.slubAt + tileSide) % tileSide
    const slub = fromSlub < yarn.slubLength ? Math.sin((fromSlub / yarn.slubLength) * Math.PI) * 0.6 : 0
    return yarn.tone + (yarn.along[place] ?? 0) * uneven * 0.7 + slub
  }
  return (x, y) => {
    const [column, row] = [Math.floor(x / thread) % count, Math.floor(y / thread) % count]
    const over = (column + row) % 2 === 0
    const inside = (place: number) => Math.sin((((place % thread) + 0.5) / thread) * Math.PI)
    return over ? height(warp[column], y) + inside(x) * 0.5 - 0.3 : height(weft[row], x) + inside(y) * 0.5 - 0.3
  }
}

const wave = (place: number, period: number) => Math.sin((place / period) * 2 * Math.PI)

/** Vs of stitches in columns, as a jersey looks from the right side. */
function knitted(dice: Dice): Relief {
  const tone = repeatingNoise(dice, tileSide, 12)
  return (x, y) => {
    const column = x % 8
    const slant = column < 4 ? column : 8 - column
    return wave(y + slant * 1.6, 8) * 0.55 + Math.sin((column / 8) * Math.PI) * 0.35 - 0.25 + (tone[x] ?? 0) * 0.12
  }
}

/** Square cells with raised walls. */
function waffled(dice: Dice): Relief {
  const threads = woven(dice, 4, 0.18, 0)
  const cell = 40
  const wall = (place: number) => Math.abs((((place % cell) + cell) % cell) - cell / 2) / (cell / 2)
  return (x, y) => {
    const height = Math.max(wall(x) ** 2.2, wall(y) ** 2.2)
    const lit = Math.max(wall(x + 5) ** 2.2, wall(y + 5) ** 2.2)
    return (height - 0.35) * 0.75 + (height - lit) * 1.6 + threads(x, y) * 0.18
  }
}

/** Loops standing in every direction. */
function looped(dice: Dice): Relief {
  const field = new Float32Array(tileSide * tileSide)
  const put = (x: number, y: number, add: number) => {
    const index = ((y + tileSide) % tileSide) * tileSide + ((x + tileSide) % tileSide)
    field[index] = (field[index] ?? 0) + add
  }
  for (let loop = 0; loop < 4200; loop++) {
    const [x, y, size] = [dice.int(0, tileSide - 1), dice.int(0, tileSide - 1), dice.int(3, 5)]
    for (let dx = -size; dx <= size; dx++)
      for (let dy = -size; dy <= size; dy++)
        if (dx * dx + dy * dy <= size * size) put(x + dx, y + dy, dx + dy < 0 ? 0.3 : -0.3)
  }
  return (x, y) => Math.max(-1, Math.min(1, field[y * tileSide + x] ?? 0))
}

/** Grain without direction: fired clay, paper, soap. */
function grained(dice: Dice, coarse: number): Relief {
  const fine = Float32Array.from({ length: tileSide * tileSide }, () => dice.next() * 2 - 1)
  const blotch = Array.from({ length: 8 }, () => repeatingNoise(dice, tileSide, 60))
  return (x, y) => {
    const around = (blotch[x % 4]?.[y] ?? 0) * (blotch[4 + (y % 4)]?.[x] ?? 0)
    const spot = fine[Math.floor(y / coarse) * tileSide + Math.floor(x / coarse)] ?? 0
    return spot * 0.45 + around * 0.1
  }
}

function twilled(dice: Dice): Relief {
  const threads = woven(dice, 4, 0.3, 0.1)
  return (x, y) => wave(x + y, 12) * 0.5 + threads(x, y) * 0.45
}

function reliefOf(weave: Weave): Relief {
  const dice = makeDice(`weave/${weave}`)
  switch (weave) {
    case 'linen':
      return woven(dice, 4, 0.26, 0.3)
    case 'canvas':
      return woven(dice, 6, 0.24, 0.1)
    case 'gauze':
      return woven(dice, 5, 0.3, 0.15)
    case 'knit':
      return knitted(dice)
    case 'waffle':
      return waffled(dice)
    case 'terry':
      return looped(dice)
    case 'twill':
      return twilled(dice)
    case 'clay':
      return grained(dice, 2)
    case 'paper':
      return grained(dice, 3)
    default: {
      const never: never = weave
      throw new Error(`no weave ${String(never)}`)
    }
  }
}

/** How far one weave stands out from the flat colour: alpha of the darkest and lightest thread, 0 to 255. */
const contrast: Record<Weave, number> = {
  linen: 46,
  canvas: 44,
  gauze: 50,
  knit: 34,
  waffle: 74,
  terry: 60,
  twill: 38,
  clay: 22,
  paper: 12,
}

async function drawTile(weave: Weave): Promise<string> {
  const relief = reliefOf(weave)
  const pixels = Buffer.alloc(tileSide * tileSide * 4)
  for (let y = 0; y < tileSide; y++)
    for (let x = 0; x < tileSide; x++) {
      const height = Math.max(-1, Math.min(1, relief(x, y)))
      const at = (y * tileSide + x) * 4
      const [tone, force] = height > 0 ? [255, 0.62] : [30, 1]
      pixels[at] = tone
      pixels[at + 1] = height > 0 ? 250 : 22
      pixels[at + 2] = height > 0 ? 240 : 14
      pixels[at + 3] = Math.round(Math.abs(height) * contrast[weave] * force)
    }
  const png = await sharp(pixels, { raw: { width: tileSide, height: tileSide, channels: 4 } })
    .png()
    .toBuffer()
  return `data:image/png;base64,${png.toString('base64')}`
}

const tiles = new Map<Weave, Promise<string>>()

/** The tile as a data address: lights and shadows over transparent ground, drawn once per process. */
function weaveTile(weave: Weave): Promise<string> {
  let tile = tiles.get(weave)
  if (!tile) {
    tile = drawTile(weave)
    tiles.set(weave, tile)
  }
  return tile
}

/** Definitions of the weave patterns in use; half a unit of the plane is one pixel of the tile. */
export async function weavePatterns(used: Iterable<Weave>): Promise<string> {
  const side = tileSide / 2
  const patterns: string[] = []
  for (const weave of used) {
    patterns.push(
      `<pattern id="weave-${weave}" width="${side}" height="${side}" patternUnits="userSpaceOnUse">` +
        `<image href="${await weaveTile(weave)}" width="${side}" height="${side}"/></pattern>`,
    )
  }
  return patterns.join('')
}
