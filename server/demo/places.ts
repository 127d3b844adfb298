import type { LocalizedText, OpenInterval, OpeningHours } from '@hilo/calc'
import { Temporal } from 'temporal-polyfill'

type Intervals = readonly OpenInterval[]

/** Opening hours whose exceptions also say why the day is different. */
type NotedHours = Omit<OpeningHours, 'exceptions'> & {
  exceptions: readonly { on: string; intervals: readonly OpenInterval[]; note: LocalizedText }[]
}

/** One of the six places of Lino y Sal. Coordinates in decimal degrees, WGS 84. */
export type DemoPlace = {
  code: PlaceCode
  kind: 'warehouse' | 'shop'
  name: string
  street: string
  district: string
  postalCode: string
  town: string
  province: string
  latitude: number
  longitude: number
  zone: 'Europe/Madrid'
  phone: string
  email: string
  hours: NotedHours
  /** Units of each variant a shop keeps back from the web, for the customer who stands in front of the shelf. */
  safetyStockForWeb: number
  /** Minutes the staff need to take an order off the shelf and set it aside. */
  handlingMinutes: number
  /** How much of the counter trade this shop makes; the five shops sum to 1. */
  shareOfCounterSales: number
  /** One line for the shop page. */
  note: LocalizedText
}

export const placeCodes = ['GET', 'VLC', 'SVQ', 'BIO', 'MAD', 'PMI'] as const
export type PlaceCode = (typeof placeCodes)[number]

const closed: Intervals = []

/** The same intervals Monday to Friday, and those of the weekend. */
function week(monToFri: Intervals, sat: Intervals, sun: Intervals): OpeningHours['weekly'] {
  return { mon: monToFri, tue: monToFri, wed: monToFri, thu: monToFri, fri: monToFri, sat, sun }
}

/** Days each shop closes for its own town or region, as month and day. */
const localHolidays: Record<PlaceCode, [monthDay: string, LocalizedText][]> = {
  GET: [['05-02', { es: 'Comunidad de Madrid', en: 'Madrid regional day' }]],
  VLC: [
    ['03-19', { es: 'San José', en: 'San José' }],
    ['10-09', { es: 'Día de la Comunitat Valenciana', en: 'Valencian regional day' }],
  ],
  SVQ: [['02-28', { es: 'Día de Andalucía', en: 'Andalusia day' }]],
  BIO: [['07-31', { es: 'San Ignacio', en: 'San Ignacio' }]],
  MAD: [['05-15', { es: 'San Isidro', en: 'San Isidro' }]],
  PMI: [
    ['01-20', { es: 'Sant Sebastià', en: 'Sant Sebastià' }],
    ['03-01', { es: 'Dia de les Illes Balears', en: 'Balearic day' }],
  ],
}

const nationalHolidays: [monthDay: string, LocalizedText][] = [
  ['01-01', { es: 'Año Nuevo', en: "New Year's Day" }],
  ['01-06', { es: 'Reyes', en: 'Epiphany' }],
  ['05-01', { es: 'Día del Trabajo', en: 'Labour Day' }],
  ['08-15', { es: 'La Asunción', en: 'Assumption' }],
  ['10-12', { es: 'Fiesta Nacional', en: 'National Day' }],
  ['11-01', { es: 'Todos los Santos', en: "All Saints' Day" }],
  ['12-25', { es: 'Navidad', en: 'Christmas Day' }],
]

/** Good Friday of a year, as a date; Easter by the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, ch. 8). */
export function goodFriday(year: number): string {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = Math.floor((19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30)
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114
  const easter = Temporal.PlainDate.from({ year, month: Math.floor(f / 31), day: (f % 31) + 1 })
  return easter.subtract({ days: 2 }).toString()
}

/** The days on which a place keeps other hours than usual: feasts, and the three short or long days around Christmas. */
function exceptionsOf(code: PlaceCode, year: number): NotedHours['exceptions'] {
  const shut = [...nationalHolidays, ...localHolidays[code]].map(([monthDay, note]) => ({
    on: `${year}-${monthDay}`,
    intervals: closed,
    note,
  }))
  const special: NotedHours['exceptions'] =
    code === 'GET'
      ? [
          { on: `${year}-12-24`, intervals: [['07:00', '13:00']], note: { es: 'Nochebuena', en: 'Christmas Eve' } },
          { on: `${year}-12-31`, intervals: [['07:00', '13:00']], note: { es: 'Nochevieja', en: "New Year's Eve" } },
        ]
      : [
          {
            on: `${year}-01-05`,
            intervals: [['10:00', '21:30']],
            note: { es: 'Víspera de Reyes', en: 'Eve of Epiphany' },
          },
          { on: `${year}-12-24`, intervals: [['10:00', '15:00']], note: { es: 'Nochebuena', en: 'Christmas Eve' } },
          { on: `${year}-12-31`, intervals: [['10:00', '15:00']], note: { es: 'Nochevieja', en: "New Year's Eve" } },
        ]
  const friday = { on: goodFriday(year), intervals: closed, note: { es: 'Viernes Santo', en: 'Good Friday' } }
  return [...shut, ...special, friday].sort((left, right) => (left.on < right.on ? -1 : 1))
}

type PlaceFacts = Omit<DemoPlace, 'hours' | 'zone' | 'email'> & { weekly: OpeningHours['weekly'] }

const facts: PlaceFacts[] = [
  {
    code: 'GET',
    kind: 'warehouse',
    name: 'Almacén Getafe',
    street: 'Calle Torneros, 47',
    district: 'Polígono Los Ángeles',
    postalCode: '28906',
    town: 'Getafe',
    province: 'Madrid',
    latitude: 40.3049,
    longitude: -3.7034,
    phone: '+34916555010',
    weekly: week([['07:00', '19:00']], [['08:00', '13:00']], closed),
    safetyStockForWeb: 0,
    handlingMinutes: 45,
    shareOfCounterSales: 0,
    note: {
      es: 'De aquí salen los envíos a casa y lo que pide cada tienda.',
      en: 'Parcels for home and everything the shops order leave from here.',
    },
  },
  {
    code: 'VLC',
    kind: 'shop',
    name: 'Valencia, La Paz',
    street: 'Calle de la Paz, 31',
    district: 'La Xerea',
    postalCode: '46003',
    town: 'Valencia',
    province: 'Valencia',
    latitude: 39.4739,
    longitude: -0.3727,
    phone: '+34960555011',
    weekly: week(
      [
        ['10:00', '14:00'],
        ['17:00', '20:30'],
      ],
      [
        ['10:00', '14:00'],
        ['17:00', '20:30'],
      ],
      closed,
    ),
    safetyStockForWeb: 1,
    handlingMinutes: 60,
    shareOfCounterSales: 0.24,
    note: {
      es: 'La primera tienda, de 2014. Al fondo, la mesa larga donde se enseñan los manteles abiertos.',
      en: 'Our first shop, from 2014. At the back, the long table where tablecloths are shown unfolded.',
    },
  },
  {
    code: 'SVQ',
    kind: 'shop',
    name: 'Sevilla, Regina',
    street: 'Calle Regina, 18',
    district: 'Encarnación-Regina',
    postalCode: '41003',
    town: 'Sevilla',
    province: 'Sevilla',
    latitude: 37.3944,
    longitude: -5.9911,
    phone: '+34955555012',
    weekly: week(
      [
        ['10:00', '14:00'],
        ['17:30', '21:00'],
      ],
      [['10:00', '14:30']],
      closed,
    ),
    safetyStockForWeb: 1,
    handlingMinutes: 60,
    shareOfCounterSales: 0.19,
    note: {
      es: 'A dos calles de las Setas. En verano abre por la tarde media hora después, cuando ya se puede andar.',
      en: 'Two streets from Las Setas. It reopens late in the afternoon, when the heat lets people walk.',
    },
  },
  {
    code: 'BIO',
    kind: 'shop',
    name: 'Bilbao, Ledesma',
    street: 'Calle Ledesma, 9',
    district: 'Abando',
    postalCode: '48001',
    town: 'Bilbao',
    province: 'Bizkaia',
    latitude: 43.2631,
    longitude: -2.9287,
    phone: '+34944555013',
    weekly: week(
      [
        ['10:30', '14:00'],
        ['16:30', '20:00'],
      ],
      [
        ['10:30', '14:00'],
        ['16:30', '20:00'],
      ],
      closed,
    ),
    safetyStockForWeb: 1,
    handlingMinutes: 60,
    shareOfCounterSales: 0.15,
    note: {
      es: 'La tienda del norte: más chaquetas y mantas que vestidos de tirantes.',
      en: 'The northern shop: more jackets and throws than strappy dresses.',
    },
  },
  {
    code: 'MAD',
    kind: 'shop',
    name: 'Madrid, Salesas',
    street: 'Calle de Argensola, 22',
    district: 'Justicia',
    postalCode: '28004',
    town: 'Madrid',
    province: 'Madrid',
    latitude: 40.4263,
    longitude: -3.6937,
    phone: '+34910555014',
    weekly: week([['10:30', '20:30']], [['10:30', '20:30']], [['12:00', '19:00']]),
    safetyStockForWeb: 1,
    handlingMinutes: 45,
    shareOfCounterSales: 0.29,
    note: {
      es: 'La más grande, con las dos plantas abiertas sin descanso y también los domingos.',
      en: 'Our largest: two floors, open without a break and on Sundays too.',
    },
  },
  {
    code: 'PMI',
    kind: 'shop',
    name: 'Palma, Sant Miquel',
    street: 'Carrer de Sant Miquel, 44',
    district: 'Casc Antic',
    postalCode: '07002',
    town: 'Palma',
    province: 'Illes Balears',
    latitude: 39.5733,
    longitude: 2.6519,
    phone: '+34971555015',
    weekly: week(
      [
        ['10:00', '13:30'],
        ['17:00', '20:30'],
      ],
      [['10:00', '14:00']],
      closed,
    ),
    safetyStockForWeb: 1,
    handlingMinutes: 60,
    shareOfCounterSales: 0.13,
    note: {
      es: 'Pequeña y con patio. Lo que no cabe llega de Getafe en el barco de los martes y los viernes.',
      en: 'Small, with a courtyard. What does not fit arrives from Getafe on the Tuesday and Friday ferry.',
    },
  },
]

/**
 * The warehouse and the five shops, with opening hours that hold for the given years (holidays are dated).
 * @param years calendar years the exceptions are written for, for example [2026, 2027]
 */
export function demoPlaces(years: readonly number[]): DemoPlace[] {
  return facts.map(({ weekly, ...place }) => ({
    ...place,
    zone: 'Europe/Madrid',
    email: `${place.town.toLowerCase()}@linoysal.example`,
    hours: { weekly, exceptions: years.flatMap((year) => exceptionsOf(place.code, year)) },
  }))
}
