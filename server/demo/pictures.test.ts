import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { luminance, mix } from './pictures/color.ts'
import {
  drawDemoPicture,
  heroNames,
  pictureBytesMax,
  pictureName,
  pictureViews,
  placeholderColor,
} from './pictures/index.ts'
import { boxOf, mirrored, symmetric } from './pictures/path.ts'
import { colorKeys, houseColors } from './products/colors.ts'
import { demoProducts } from './products/index.ts'

const products = demoProducts()
const hash = (bytes: Buffer | undefined) =>
  createHash('sha256')
    .update(bytes ?? '')
    .digest('hex')

async function draw(name: string, width: number): Promise<Buffer> {
  const picture = await drawDemoPicture({ name, width })
  if (!picture) throw new Error(`no picture ${name}`)
  return picture
}

/** One picture of each silhouette, taking colours and views in turn. */
const oneOfEach = [...new Map(products.map((product) => [JSON.stringify(product.design), product])).values()].map(
  (product, index) =>
    pictureName(
      product.handle,
      product.colors[index % Math.max(1, product.colors.length)] ?? null,
      pictureViews[index % 2] ?? 'front',
    ),
)

test('every silhouette can be drawn, and no two look the same', { timeout: 240_000 }, async () => {
  const seen = new Set<string>()
  for (const name of oneOfEach) seen.add(hash(await draw(name, 80)))
  expect(seen.size).toBe(oneOfEach.length)
})

/** What weighs most: relief, fringes, dots and large patterned areas. */
const heaviest = [
  'albornoz-alberca/crudo/front',
  'toalla-nido-panal/salvia/detail',
  'alfombra-de-bano-guijarro/crudo/front',
  'blusa-azahar/terracota/front',
  'servilletas-flecos-vendimia/anil/front',
  'capazo-playa-malvarrosa/crudo/detail',
  'americana-alameda/salvia/front',
  'colcha-acolchada-secano/anil/detail',
  'funda-nordica-siesta/salvia/front',
  'flor-de-sal-estero/natural/detail',
]

test('the heaviest pictures keep within 20 KB at 1,000 × 1,250', { timeout: 120_000 }, async () => {
  for (const name of heaviest) {
    const picture = await draw(name, 1000)
    expect(picture.length, name).toBeLessThanOrEqual(pictureBytesMax)
    expect(picture.length, name).toBeGreaterThan(5_000)
    const { width, height, format } = await sharp(picture).metadata()
    expect({ width, height, format }, name).toEqual({ width: 1000, height: 1250, format: 'webp' })
  }
})

test('the cloth in the picture has the colour of the variant', { timeout: 60_000 }, async () => {
  const shirt = products.find(({ handle }) => handle === 'camiseta-puerto')
  expect(shirt?.colors.length).toBe(5)
  for (const color of shirt?.colors ?? []) {
    const picture = await draw(pictureName('camiseta-puerto', color, 'front'), 320)
    const chest = sharp(picture).extract({ left: 130, top: 160, width: 60, height: 70 })
    const { data, info } = await chest.raw().toBuffer({ resolveWithObject: true })
    const mean = [0, 1, 2].map((channel) => {
      let sum = 0
      for (let at = channel; at < data.length; at += info.channels) sum += data[at] ?? 0
      return sum / (data.length / info.channels)
    })
    const wanted = [1, 3, 5].map((at) => Number.parseInt(houseColors[color].hex.slice(at, at + 2), 16))
    for (const [channel, value] of mean.entries())
      expect(Math.abs(value - (wanted[channel] ?? 0)), `${color} ${channel}`).toBeLessThan(16)
  }
})

test('the same name and width give the same bytes', { timeout: 60_000 }, async () => {
  const name = pictureName('vestido-camisero-marina', 'salvia', 'front')
  expect(hash(await draw(name, 320))).toBe(hash(await draw(name, 320)))
  expect(hash(await draw(name, 320))).not.toBe(
    hash(await draw(pictureName('vestido-camisero-marina', 'anil', 'front'), 320)),
  )
})

test('the three wide pictures are sixteen to ten and light', { timeout: 60_000 }, async () => {
  for (const name of heroNames) {
    const picture = await draw(name, 1600)
    expect(picture.length, name).toBeLessThanOrEqual(70_000)
    const { width, height } = await sharp(picture).metadata()
    expect([width, height], name).toEqual([1600, 1000])
  }
})

test('a picture that does not exist is undefined, not an error', async () => {
  for (const name of [
    '',
    'hero-luna',
    'vestido-camisero-marina/anil',
    'vestido-camisero-marina/rosa/front',
    'nada/anil/front',
    'taza-faena/anil/back',
  ]) {
    expect(await drawDemoPicture({ name, width: 80 }), name).toBeUndefined()
  }
})

test('every variant colour has pictures of its own under one name each, and a pale placeholder', () => {
  const names = products.flatMap((product) =>
    (product.colors.length > 0 ? product.colors : [null]).flatMap((color) =>
      pictureViews.map((view) => pictureName(product.handle, color, view)),
    ),
  )
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^[a-z0-9-]+\/[a-z]+\/(front|detail)$/)
  for (const color of [...colorKeys, null]) expect(luminance(placeholderColor(color))).toBeGreaterThan(0.6)
})

test('outlines mirror about the middle of the plane', () => {
  expect(mirrored('M100 20L400 60')).toBe('M900 20L600 60')
  const closed = symmetric('M500 100L300 200L500 400')
  expect(boxOf(closed)).toEqual({ x: 300, y: 100, width: 400, height: 300 })
  expect(closed.endsWith('Z')).toBe(true)
  expect(() => symmetric('M0 0A1 1 0 0 1 2 2')).toThrow(/M L Q C Z/)
  expect(mix('#000000', '#ffffff', 0.5)).toBe('#808080')
})
