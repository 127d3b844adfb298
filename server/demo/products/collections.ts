import type { LocalizedText } from '@hilo/calc'

/** A shelf of the shop. `position` is its place in the menu. */
export type DemoCollection = { handle: string; position: number; title: LocalizedText; description: LocalizedText }

/** The eight collections. `novedades` and `rebajas` are filled by rule: recent goods, and goods with a lowered price. */
export const collections: DemoCollection[] = [
  {
    handle: 'novedades',
    position: 1,
    title: { es: 'Novedades', en: 'New in' },
    description: {
      es: 'Lo que ha llegado de los talleres en las últimas seis semanas.',
      en: 'What has come from the workshops in the last six weeks.',
    },
  },
  {
    handle: 'mujer',
    position: 2,
    title: { es: 'Mujer', en: 'Women' },
    description: {
      es: 'Camisas, vestidos y pantalones de lino que se llevan todo el día y se lavan en casa.',
      en: 'Linen shirts, dresses and trousers to wear all day and wash at home.',
    },
  },
  {
    handle: 'hombre',
    position: 3,
    title: { es: 'Hombre', en: 'Men' },
    description: {
      es: 'Pocas prendas, bien cortadas, que se llevan juntas sin pensarlo.',
      en: 'A few well-cut pieces that go together without thinking.',
    },
  },
  {
    handle: 'mesa',
    position: 4,
    title: { es: 'Mesa', en: 'Table' },
    description: {
      es: 'Manteles, servilletas y gres para comidas que se alargan.',
      en: 'Tablecloths, napkins and stoneware for long lunches.',
    },
  },
  {
    handle: 'bano',
    position: 5,
    title: { es: 'Baño', en: 'Bath' },
    description: {
      es: 'Toallas que secan de verdad, y lo que las acompaña.',
      en: 'Towels that really dry, and what goes with them.',
    },
  },
  {
    handle: 'cama',
    position: 6,
    title: { es: 'Cama', en: 'Bed' },
    description: {
      es: 'Lino lavado y percal para dormir fresco en agosto y abrigado en enero.',
      en: 'Washed linen and percale: cool in August, warm in January.',
    },
  },
  {
    handle: 'despensa-y-papel',
    position: 7,
    title: { es: 'Despensa y papel', en: 'Pantry and paper' },
    description: {
      es: 'Sal, aceite, miel y libros de gente que conocemos por su nombre.',
      en: 'Salt, oil, honey and books by people we know by name.',
    },
  },
  {
    handle: 'rebajas',
    position: 8,
    title: { es: 'Rebajas', en: 'Sale' },
    description: {
      es: 'Últimas tallas de la temporada, con su precio anterior a la vista.',
      en: 'Last sizes of the season, with the earlier price in view.',
    },
  },
]

/** Goods count as new for this many days. */
export const newForDays = 45
