/**
 * Pictures of the demo retailer, drawn when somebody asks and never stored in the repository.
 *
 * A picture is named `<product handle>/<colour or "natural">/<front|detail>`, or by the name of one of the wide ones. The
 * same name and width give the same bytes on every machine with the same libvips.
 */

import { type ColorKey, colorKeys, houseColors } from '../products/colors.ts'
import { type DemoProduct, demoProducts } from '../products/index.ts'
import { mix } from './color.ts'
import { drawHero, type HeroName, heroBytesMax, heroNames } from './hero.ts'
import { drawGoods, encode, type PictureView, pictureBytesMax, pictureViews } from './render.ts'

export { heroNames } from './hero.ts'
export { pictureBytesMax, pictureViews } from './render.ts'

/** Colour word of goods that come as they are. */
export const naturalColor = 'natural'

const designs = new Map<string, DemoProduct['design']>(
  demoProducts().map((product) => [product.handle, product.design]),
)

/** The name under which the picture of a product is asked for. */
export function pictureName(handle: string, color: ColorKey | null, view: PictureView): string {
  return `${handle}/${color ?? naturalColor}/${view}`
}

/** Colour of the empty frame while the picture loads: the paper with a breath of the cloth. */
export function placeholderColor(color: ColorKey | null): string {
  return mix('#F3EEE5', color === null ? '#C9A77C' : houseColors[color].hex, 0.12)
}

/**
 * Draws a picture; whoever serves it keeps it.
 * @param name see the head of this file; `width` in pixels
 * @returns WebP, at most 20 KB for goods up to 1,000 pixels wide and 70 KB for the wide ones; undefined when there is none of that name
 */
export async function drawDemoPicture({ name, width }: { name: string; width: number }): Promise<Buffer | undefined> {
  if (isHero(name)) return encode(await drawHero(name, width), heroBytesMax)
  const [handle = '', color = '', view = ''] = name.split('/')
  const design = designs.get(handle)
  const tint = colorOf(color)
  if (!design || tint === undefined || !isView(view)) return undefined
  return encode(await drawGoods(design, tint, view, width), weightAt(width))
}

/** Twice the pixels in both directions may weigh up to three times as much. */
function weightAt(width: number): number {
  return width <= 1000 ? pictureBytesMax : Math.round(pictureBytesMax * (width / 1000) ** 1.6)
}

function isHero(name: string): name is HeroName {
  return (heroNames as readonly string[]).includes(name)
}

function isView(text: string): text is PictureView {
  return (pictureViews as readonly string[]).includes(text)
}

function colorOf(word: string): string | undefined {
  if (word === naturalColor) return houseColors.crudo.hex
  return colorKeys.find((key) => key === word) === undefined ? undefined : houseColors[word as ColorKey].hex
}
