import type { LocalizedText } from '@hilo/calc'
import type { ColorKey } from './colors.ts'

/** A shelf of the shop. `position` is its place in the menu, `cover` the thing and the colour that stand for it in a picture. */
export type DemoCollection = {
  handle: string
  position: number
  cover: { product: string; color: ColorKey | null }
  title: LocalizedText
  description: LocalizedText
}

/** The eight collections. `novedades` and `rebajas` are filled by rule: recent goods, and goods with a lowered price. */
export const collections: DemoCollection[] = [
  {
    handle: 'novedades',
    position: 1,
    cover: { product: 'mono-javea', color: 'arena' },
    title: { es: 'Novedades', en: 'New in' },
    description: {
      es: 'Lo que ha llegado de los talleres en las últimas seis semanas.',
      en: 'What has come from the workshops in the last six weeks.',
    },
  },
  {
    handle: 'mujer',
    position: 2,
    cover: { product: 'vestido-albufera', color: 'terracota' },
    title: { es: 'Mujer', en: 'Women' },
    description: {
      es: 'Camisas, vestidos y pantalones de lino que se llevan todo el día y se lavan en casa.',
      en: 'Linen shirts, dresses and trousers to wear all day and wash at home.',
    },
  },
  {
    handle: 'hombre',
    position: 3,
    cover: { product: 'camisa-tramuntana', color: 'salvia' },
    title: { es: 'Hombre', en: 'Men' },
    description: {
      es: 'Pocas prendas, bien cortadas, que se llevan juntas sin pensarlo.',
      en: 'A few well-cut pieces that go together without thinking.',
    },
  },
  {
    handle: 'mesa',
    position: 4,
    cover: { product: 'mantel-cenefa-huerta', color: 'salvia' },
    title: { es: 'Mesa', en: 'Table' },
    description: {
      es: 'Manteles, servilletas y gres para comidas que se alargan.',
      en: 'Tablecloths, napkins and stoneware for long lunches.',
    },
  },
  {
    handle: 'bano',
    position: 5,
    cover: { product: 'toalla-rizo-bruma', color: 'anil' },
    title: { es: 'Baño', en: 'Bath' },
    description: {
      es: 'Toallas que secan de verdad, y lo que las acompaña.',
      en: 'Towels that really dry, and what goes with them.',
    },
  },
  {
    handle: 'cama',
    position: 6,
    cover: { product: 'funda-nordica-siesta', color: 'terracota' },
    title: { es: 'Cama', en: 'Bed' },
    description: {
      es: 'Lino lavado y percal para dormir fresco en agosto y abrigado en enero.',
      en: 'Washed linen and percale: cool in August, warm in January.',
    },
  },
  {
    handle: 'despensa-y-papel',
    position: 7,
    cover: { product: 'flor-de-sal-estero', color: null },
    title: { es: 'Despensa y papel', en: 'Pantry and paper' },
    description: {
      es: 'Sal, aceite, miel y libros de gente que conocemos por su nombre.',
      en: 'Salt, oil, honey and books by people we know by name.',
    },
  },
  {
    handle: 'rebajas',
    position: 8,
    cover: { product: 'falda-pareo-espiga', color: 'terracota' },
    title: { es: 'Rebajas', en: 'Sale' },
    description: {
      es: 'Últimas tallas de la temporada, con su precio anterior a la vista.',
      en: 'Last sizes of the season, with the earlier price in view.',
    },
  },
]

/** Goods count as new for this many days. */
export const newForDays = 45
