import type { LocalizedText } from '@hilo/calc'

/** One colour of the house. `hex` is the colour of the dyed cloth in daylight (sRGB). */
export type HouseColor = { code: string; name: LocalizedText; hex: string }

/** The six colours of Lino y Sal; the order is the order on a product page, light to dark. */
export const houseColors = {
  crudo: { code: 'CRU', name: { es: 'Crudo', en: 'Ecru' }, hex: '#E9DFCB' },
  arena: { code: 'ARE', name: { es: 'Arena', en: 'Sand' }, hex: '#CDB592' },
  salvia: { code: 'SAL', name: { es: 'Salvia', en: 'Sage' }, hex: '#9CAA8E' },
  terracota: { code: 'TER', name: { es: 'Terracota', en: 'Terracotta' }, hex: '#B5654A' },
  anil: { code: 'ANI', name: { es: 'Añil', en: 'Indigo' }, hex: '#3B4A82' },
  carbon: { code: 'CAR', name: { es: 'Carbón', en: 'Charcoal' }, hex: '#46443F' },
} as const satisfies Record<string, HouseColor>

export type ColorKey = keyof typeof houseColors

export const colorKeys = Object.keys(houseColors) as ColorKey[]
