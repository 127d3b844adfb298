import { r } from './path.ts'

/** The undyed ground that stripes and borders are woven into. */
export const houseGround = '#E9DFCB'

/** Parallel stripes over an area; `angle` in degrees from upright, `gap` from one stripe to the next, in units. */
export function stripes(
  area: { x: number; y: number; width: number; height: number },
  {
    angle,
    gap,
    width,
    color,
    opacity = 0.92,
  }: { angle: number; gap: number; width: number; color: string; opacity?: number },
): string {
  const [cx, cy] = [area.x + area.width / 2, area.y + area.height / 2]
  const reach = Math.hypot(area.width, area.height) / 2
  const lines: string[] = []
  for (let x = -Math.ceil(reach / gap) * gap; x <= reach; x += gap) {
    lines.push(`M${r(cx + x)} ${r(cy - reach)}L${r(cx + x)} ${r(cy + reach)}`)
  }
  return `<path d="${lines.join('')}" transform="rotate(${r(angle)} ${r(cx)} ${r(cy)})" stroke="${color}" stroke-width="${r(width)}" opacity="${opacity}" fill="none"/>`
}

/** Small raised dots in staggered rows, as in plumeti; `gap` units apart. */
export function dots(
  area: { x: number; y: number; width: number; height: number },
  gap: number,
  color: string,
): string {
  const spots: string[] = []
  for (let row = 0; row * gap * 0.8 < area.height; row++)
    for (let column = 0; column * gap < area.width; column++) {
      const x = area.x + column * gap + (row % 2) * gap * 0.5
      spots.push(`M${r(x)} ${r(area.y + row * gap * 0.8)}l0 0.1`)
    }
  return `<path d="${spots.join('')}" stroke="${color}" stroke-width="4.6" stroke-linecap="round" opacity="0.75" fill="none"/>`
}
