import type { LocalizedText } from '@hilo/calc'

/** One size: `code` stands in the SKU, `label` on the page. `demand` is its share of sales beside its sisters. */
export type Size = { code: string; label: LocalizedText; demand: number }

/** The sizes one product comes in, and what the choice is called. */
export type SizeRun = { option: LocalizedText; sizes: readonly Size[] }

const talla: LocalizedText = { es: 'Talla', en: 'Size' }
const medida: LocalizedText = { es: 'Medida', en: 'Measure' }
const formato: LocalizedText = { es: 'Formato', en: 'Format' }

const same = (text: string): LocalizedText => ({ es: text, en: text })
const plain = (code: string, demand: number): Size => ({ code, label: same(code), demand })
const size = (code: string, es: string, en: string, demand: number): Size => ({ code, label: { es, en }, demand })

/** Every size run of the house. Women's sizes lean to S and M, men's to M and L, as counters really sell them. */
export const sizeRuns = {
  women: { option: talla, sizes: [plain('XS', 2), plain('S', 5), plain('M', 6), plain('L', 4), plain('XL', 2)] },
  men: { option: talla, sizes: [plain('S', 3), plain('M', 6), plain('L', 6), plain('XL', 4), plain('XXL', 2)] },
  oneSize: { option: talla, sizes: [size('U', 'Única', 'One size', 1)] },
  robe: { option: talla, sizes: [plain('S', 2), plain('M', 5), plain('L', 4), plain('XL', 2)] },
  shoes: {
    option: { es: 'Número', en: 'EU size' },
    sizes: [
      plain('37', 2),
      plain('38', 4),
      plain('39', 4),
      plain('40', 3),
      plain('41', 3),
      plain('42', 3),
      plain('43', 2),
    ],
  },
  tablecloth: {
    option: medida,
    sizes: [
      size('150', '150 × 150 cm, 4 personas', '150 × 150 cm, seats 4', 3),
      size('250', '150 × 250 cm, 8 personas', '150 × 250 cm, seats 8', 5),
      size('320', '170 × 320 cm, 12 personas', '170 × 320 cm, seats 12', 2),
    ],
  },
  napkins: {
    option: medida,
    sizes: [
      size('J4', 'Juego de 4, 45 × 45 cm', 'Set of 4, 45 × 45 cm', 5),
      size('J8', 'Juego de 8, 45 × 45 cm', 'Set of 8, 45 × 45 cm', 3),
    ],
  },
  runner: {
    option: medida,
    sizes: [size('150', '45 × 150 cm', '45 × 150 cm', 3), size('200', '45 × 200 cm', '45 × 200 cm', 3)],
  },
  placemats: {
    option: medida,
    sizes: [
      size('J2', 'Juego de 2, 36 × 48 cm', 'Set of 2, 36 × 48 cm', 3),
      size('J4', 'Juego de 4, 36 × 48 cm', 'Set of 4, 36 × 48 cm', 4),
    ],
  },
  kitchenTowel: { option: formato, sizes: [size('J2', 'Juego de 2, 50 × 70 cm', 'Set of 2, 50 × 70 cm', 1)] },
  towel: {
    option: medida,
    sizes: [
      size('TOC', 'Tocador, 30 × 50 cm', 'Guest, 30 × 50 cm', 3),
      size('LAV', 'Lavabo, 50 × 100 cm', 'Hand, 50 × 100 cm', 5),
      size('BAN', 'Baño, 70 × 140 cm', 'Bath, 70 × 140 cm', 5),
    ],
  },
  beachTowel: { option: medida, sizes: [size('PLA', '100 × 180 cm', '100 × 180 cm', 1)] },
  bathMat: {
    option: medida,
    sizes: [size('50', '50 × 70 cm', '50 × 70 cm', 3), size('60', '60 × 95 cm', '60 × 95 cm', 2)],
  },
  bed: {
    option: { es: 'Cama', en: 'Bed width' },
    sizes: [plain('90', 3), plain('135', 3), plain('150', 6), plain('180', 3)].map((each) => ({
      ...each,
      label: { es: `Cama de ${each.code} cm`, en: `${each.code} cm bed` },
    })),
  },
  pillow: {
    option: medida,
    sizes: [
      size('75', '50 × 75 cm', '50 × 75 cm', 5),
      size('90', '50 × 90 cm', '50 × 90 cm', 3),
      size('65', '65 × 65 cm', '65 × 65 cm', 2),
    ],
  },
  cushion: {
    option: medida,
    sizes: [size('45', '45 × 45 cm', '45 × 45 cm', 5), size('60', '40 × 60 cm', '40 × 60 cm', 3)],
  },
  throwBlanket: { option: medida, sizes: [size('130', '130 × 180 cm', '130 × 180 cm', 1)] },
  pair: { option: formato, sizes: [size('P2', 'Pareja', 'Pair', 1)] },
  single: { option: formato, sizes: [size('UN', 'Unidad', 'Single', 1)] },
  plates: {
    option: medida,
    sizes: [size('21', 'Postre, 21 cm', 'Side, 21 cm', 3), size('27', 'Llano, 27 cm', 'Dinner, 27 cm', 4)],
  },
  saltJar: {
    option: formato,
    sizes: [size('125', 'Tarro de 125 g', '125 g jar', 5), size('250', 'Tarro de 250 g', '250 g jar', 3)],
  },
  oil: {
    option: formato,
    sizes: [size('250', 'Botella de 250 ml', '250 ml bottle', 3), size('500', 'Botella de 500 ml', '500 ml bottle', 4)],
  },
  honey: { option: formato, sizes: [size('300', 'Tarro de 300 g', '300 g jar', 1)] },
  almonds: { option: formato, sizes: [size('200', 'Bolsa de 200 g', '200 g bag', 1)] },
  tea: { option: formato, sizes: [size('40', 'Lata de 40 g', '40 g tin', 1)] },
  book: {
    option: { es: 'Edición', en: 'Edition' },
    sizes: [size('ES', 'En español', 'In Spanish', 4), size('EN', 'En inglés', 'In English', 2)],
  },
  soap: {
    option: formato,
    sizes: [size('120', 'Pastilla de 120 g', '120 g bar', 4), size('J3', 'Caja de 3', 'Box of 3', 2)],
  },
} as const satisfies Record<string, SizeRun>
