import sharp from 'sharp'
import type { PictureDesign } from '../products/designs.ts'
import { makeDice } from '../seed.ts'
import { drawKind } from './kinds/index.ts'
import type { Cut } from './kinds/kind.ts'
import { lightNeutral, newSheet, type Sheet } from './sheet.ts'
import { weavePatterns } from './weaves.ts'

/** The two pictures of every product and colour. */
export const pictureViews = ['front', 'detail'] as const
export type PictureView = (typeof pictureViews)[number]

/** No picture weighs more than this at full size, so that a page of forty stays light. */
export const pictureBytesMax = 20_000

/** A size in pixels. */
type Size = { width: number; height: number }
/**
 * A finished drawing: the crisp one and its light, both of the same cut of the plane. It is drawn at `drawn` pixels and wanted at
 * `wanted`: threads and edges of a small picture would flicker if they were drawn small.
 */
export type Drawing = { shapes: string; light: string; drawn: Size; wanted: Size }

/** Nothing is drawn narrower than this, in pixels. */
const drawnWidthMin = 640
/** The light drawing has this share of the width, but is not narrower than `lightWidthMin`. */
const lightShare = 0.3
const lightWidthMin = 260

/** Draws one thing in one colour; `width` in pixels, five high to four wide. */
export function drawGoods(design: PictureDesign, color: string, view: PictureView, width: number): Promise<Drawing> {
  const sheet = newSheet(makeDice(JSON.stringify(design)))
  const cuts = drawKind(sheet, design, color)
  return finish(sheet, cuts[view], { width, height: Math.round(width * 1.25) }, paper)
}

/** Writes both drawings of a sheet as SVG, cut out of the plane around a point. */
export async function finish(sheet: Sheet, cut: Cut, wanted: Size, ground: string): Promise<Drawing> {
  const ratio = wanted.height / wanted.width
  const width = Math.max(wanted.width, drawnWidthMin)
  const drawn = { width, height: Math.round(width * ratio) }
  const viewBox = `${cut.at[0] - cut.width / 2} ${cut.at[1] - (cut.width * ratio) / 2} ${cut.width} ${cut.width * ratio}`
  const svg = (share: number, defs: string, body: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.round(drawn.width * share)}" height="${Math.round(drawn.height * share)}" ` +
    `viewBox="${viewBox}" preserveAspectRatio="none"><defs>${defs}${sheet.definitions()}</defs>${body}</svg>`
  const neutral = `<rect x="-2000" y="-2000" width="6000" height="6000" fill="${lightNeutral}"/>`
  return {
    shapes: svg(1, await weavePatterns(sheet.weavesUsed), ground + sheet.shapes()),
    light: svg(Math.max(lightShare, lightWidthMin / drawn.width), '', neutral + sheet.light()),
    drawn,
    wanted,
  }
}

const paper =
  '<defs><radialGradient id="paper" gradientUnits="userSpaceOnUse" cx="430" cy="420" r="980">' +
  '<stop offset="0" stop-color="#F7F3EB"/><stop offset="0.6" stop-color="#F3EEE5"/><stop offset="1" stop-color="#ECE5D9"/></radialGradient></defs>' +
  '<rect x="-200" y="-200" width="1400" height="1650" fill="url(#paper)"/>'

/** From barely acceptable to best. */
const qualities = [8, 16, 26, 38, 50, 60, 70, 80, 88]

/**
 * Lays light over shapes and encodes WebP, at the best quality that keeps within the weight.
 * All heavy work runs in the threads of libvips; the event loop stays free.
 */
export async function encode({ shapes, light, drawn, wanted }: Drawing, bytesMax: number): Promise<Buffer> {
  const soft = await sharp(Buffer.from(light), { unlimited: true })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const small = { width: soft.info.width, height: soft.info.height, channels: 3 as const }
  const large = { ...drawn, channels: 3 as const }
  const [enlarged, crisp] = await Promise.all([
    sharp(soft.data, { raw: small })
      .resize(drawn.width, drawn.height, { fit: 'fill', kernel: 'cubic' })
      .raw()
      .toBuffer(),
    sharp(Buffer.from(shapes), { unlimited: true }).removeAlpha().raw().toBuffer(),
  ])
  const lit = await sharp(crisp, { raw: large })
    .composite([{ input: enlarged, raw: large, blend: 'hard-light' }])
    .removeAlpha()
    .raw()
    .toBuffer()
  const isSmaller = wanted.width < drawn.width
  const data = isSmaller ? await sharp(lit, { raw: large }).resize(wanted.width, wanted.height).raw().toBuffer() : lit
  const raw = { ...wanted, channels: 3 as const }
  return lighten((quality) => sharp(data, { raw }).webp({ quality, effort: 3 }).toBuffer(), bytesMax)
}

/** Starts at a good quality; one step up when there is room, down until it fits. */
async function lighten(at: (quality: number) => Promise<Buffer>, bytesMax: number): Promise<Buffer> {
  let step = 6
  let picture = await at(qualities[step] ?? 70)
  if (picture.length <= bytesMax * 0.75) {
    const finer = await at(qualities[step + 1] ?? 80)
    return finer.length <= bytesMax ? finer : picture
  }
  while (picture.length > bytesMax && step > 0) {
    step -= picture.length > bytesMax * 1.6 && step > 2 ? 2 : 1
    picture = await at(qualities[step] ?? 8)
  }
  return picture
}
