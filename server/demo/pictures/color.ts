/** Red, green and blue, 0 to 255. */
type Rgb = [red: number, green: number, blue: number]

function parse(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

function format(rgb: Rgb): string {
  return `#${rgb
    .map((part) =>
      Math.round(Math.min(255, Math.max(0, part)))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
}

/** Blends two colours in sRGB; `share` is how much of the second (0 to 1). */
export function mix(first: string, second: string, share: number): string {
  const [a, b] = [parse(first), parse(second)]
  return format([0, 1, 2].map((index) => (a[index] ?? 0) * (1 - share) + (b[index] ?? 0) * share) as Rgb)
}

/** Relative luminance, 0 black to 1 white (WCAG 2.2). */
export function luminance(hex: string): number {
  const [red, green, blue] = parse(hex).map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** The tones one cloth or glaze is drawn in. Shadows lean to warm brown and lights to paper white, as in daylight. */
export type Tones = {
  base: string
  /** A thread in shadow. */
  shade: string
  /** Seams and outlines. */
  deep: string
  /** A thread in the light. */
  light: string
  /** How strongly soft shadows and lights show on this colour: dark cloth needs more of both to keep its form. */
  shadeForce: number
  lightForce: number
}

/** Derives the tones from the colour of the goods. */
export function tonesOf(base: string): Tones {
  const bright = luminance(base)
  return {
    base,
    shade: mix(base, bright > 0.5 ? '#6b5137' : '#15110f', bright > 0.5 ? 0.42 : 0.5),
    deep: mix(base, '#1d1611', bright > 0.5 ? 0.52 : 0.6),
    light: mix(base, '#fffaf0', bright > 0.5 ? 0.85 : 0.42),
    shadeForce: bright > 0.5 ? 0.72 : bright > 0.15 ? 0.9 : 1.15,
    lightForce: bright > 0.5 ? 1 : bright > 0.15 ? 0.75 : 0.8,
  }
}
