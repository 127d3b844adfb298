import { foreignNames, menNames, surnames, type Town, towns, womenNames } from './people-names.ts'
import type { PlaceCode } from './places.ts'
import type { Dice } from './seed.ts'

export type DemoConsent = {
  purpose: 'marketing' | 'profiling'
  channel: 'email' | 'sms'
  granted: boolean
  /** Which of `consentWordings` was shown. */
  wording: WordingKey
  source: string
  daysAgo: number
}

export type DemoIdentity = {
  kind: 'email' | 'phone' | 'loyalty_card'
  value: string
  proof: 'claimed' | 'staff' | 'code'
}

/** One customer. Days are counted back from the demo's "today". */
export type DemoPerson = {
  key: string
  name: string
  language: 'es' | 'en'
  /** YYYY-MM-DD, where they told it. */
  birthday: string | null
  identities: DemoIdentity[]
  email: string | null
  phone: string | null
  address: { line1: string; line2: string; postalCode: string; city: string; province: string }
  homeShop: PlaceCode | null
  knownForDays: number
  /** Met at a counter or on the web. */
  metAt: 'web' | PlaceCode
  consents: DemoConsent[]
  tags: string[]
  note: string
  /** How often they buy, beside the others. */
  activity: number
  /** What they buy for: a size of each run, and the shelf they look at first. */
  taste: { shelf: 'mujer' | 'hombre' | 'casa'; womenSize: string; menSize: string; shoeSize: string }
}

/** The sentences people agreed to; a consent names its wording, so that it can be shown what was said. */
export const consentWordings = {
  'web-2025-1': {
    es: 'Quiero recibir novedades y ofertas de Lino y Sal por correo. Puedo darme de baja en cualquier mensaje.',
    en: 'I would like news and offers from Lino y Sal by e-mail. I can unsubscribe in any message.',
  },
  'sms-2025-1': {
    es: 'Podéis avisarme por SMS de ofertas de mi tienda. Puedo decir que no cuando quiera.',
    en: 'You may tell me by text message about offers of my shop. I can say no at any time.',
  },
  'counter-2024-2': {
    es: 'Autorizo a Lino y Sal a enviarme novedades al correo que he dado en tienda.',
    en: 'I allow Lino y Sal to send news to the address I gave in the shop.',
  },
  'profile-2025-1': {
    es: 'Podéis usar mis compras para enseñarme lo que me puede interesar.',
    en: 'You may use my purchases to show me what may interest me.',
  },
} as const
export type WordingKey = keyof typeof consentWordings

/** How many customers the demo knows, and how many of them only left a telephone number at a counter. */
export const peopleCount = 300
export const phoneOnlyCount = 10

const mailDomains = ['correo.example', 'buzon.example', 'mail.example', 'casa.example'] as const
const mobilePrefixes = ['600', '611', '622', '633', '644', '655', '666', '677', '688', '699'] as const

/** Latin letters and digits of a name, for the left side of an address. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[^a-z0-9 ]/gi, '')
    .replaceAll('ø', 'o')
    .toLowerCase()
    .trim()
}

/**
 * The customers of Lino y Sal, always the same for the same dice.
 * @returns exactly `peopleCount` people with distinct identities; the last `phoneOnlyCount` have no e-mail address
 */
export function demoPeople(dice: Dice): DemoPerson[] {
  const taken = new Set<string>()
  return Array.from({ length: peopleCount }, (_, index) => personOf(dice.fork(`person ${index}`), index, taken))
}

function personOf(dice: Dice, index: number, taken: Set<string>): DemoPerson {
  const isForeign = index < peopleCount - phoneOnlyCount && index % 15 === 7
  const phoneOnly = index >= peopleCount - phoneOnlyCount
  const isWoman = dice.chance(0.64)
  const name = isForeign ? pickForeign(index) : spanishName(dice, isWoman)
  const home = dice.weighted(phoneOnly ? towns.filter(({ shop }) => shop !== null) : towns, ({ weight }) => weight)
  const email = phoneOnly ? null : freeEmail(dice, name, taken)
  const phone = phoneOnly || dice.chance(0.62) ? phoneOf(index) : null
  const metAt = phoneOnly || (home.shop !== null && dice.chance(0.42)) ? (home.shop ?? 'web') : 'web'
  const knownForDays = dice.chance(0.68) ? dice.int(121, 920) : dice.int(3, 120)
  return {
    key: `c${String(index + 1).padStart(3, '0')}`,
    name,
    language: isForeign ? 'en' : 'es',
    birthday: dice.chance(0.35) ? birthdayOf(dice) : null,
    identities: identitiesOf(dice, { email, phone, metAt, index }),
    email,
    phone,
    address: addressOf(dice, home),
    homeShop: home.shop,
    knownForDays,
    metAt,
    consents: consentsOf(dice, { email, phone, metAt, knownForDays }),
    tags: dice.chance(0.06) ? ['vip'] : dice.chance(0.05) ? ['interiorista'] : [],
    note: dice.chance(0.05) ? dice.pick(notes) : '',
    activity: 0.25 + dice.next() ** 4 * 6,
    taste: tasteOf(dice, isWoman),
  }
}

const notes = [
  'Prefiere que la llamemos por la tarde.',
  'Compra manteles para su restaurante; pide factura.',
  'Alérgica al suavizante: siempre sin lavar.',
  'Recoge su hermana, Pilar.',
  'Le reservamos la talla M de lo nuevo en azul.',
] as const

function pickForeign(index: number): string {
  return foreignNames[Math.floor(index / 15) % foreignNames.length] ?? 'Emily Carter'
}

function spanishName(dice: Dice, isWoman: boolean): string {
  return `${dice.pick(isWoman ? womenNames : menNames)} ${dice.pick(surnames)} ${dice.pick(surnames)}`
}

function freeEmail(dice: Dice, name: string, taken: Set<string>): string {
  const words = plain(name).split(' ')
  const first = words[0] ?? ''
  // The first surname: the last word but one of a Spanish name, the last of a foreign one.
  const last = (words.length > 2 ? words.at(-2) : words.at(-1)) ?? ''
  const domain = dice.pick(mailDomains)
  const shapes = [`${first}.${last}`, `${first[0]}${last}`, `${first}${last}`, `${last}.${first}`, `${first}_${last}`]
  const left = dice.pick(shapes)
  for (let number = 0; ; number++) {
    const email = `${left}${number === 0 ? '' : dice.int(2, 99)}@${domain}`
    if (taken.has(email)) continue
    taken.add(email)
    return email
  }
}

/** Numbers in the manner of films: a real mobile prefix, then 555. The index makes each one different. */
function phoneOf(index: number): string {
  return `+34${mobilePrefixes[index % mobilePrefixes.length]}555${String(index).padStart(3, '0')}`
}

function birthdayOf(dice: Dice): string {
  return `${dice.int(1951, 2004)}-${String(dice.int(1, 12)).padStart(2, '0')}-${String(dice.int(1, 28)).padStart(2, '0')}`
}

function identitiesOf(
  dice: Dice,
  {
    email,
    phone,
    metAt,
    index,
  }: { email: string | null; phone: string | null; metAt: DemoPerson['metAt']; index: number },
): DemoIdentity[] {
  const atCounter = metAt !== 'web'
  const identities: DemoIdentity[] = []
  if (email)
    identities.push({
      kind: 'email',
      value: email,
      proof: dice.chance(0.45) ? 'code' : atCounter ? 'staff' : 'claimed',
    })
  if (phone) identities.push({ kind: 'phone', value: phone, proof: atCounter ? 'staff' : 'claimed' })
  if (atCounter && dice.chance(0.3))
    identities.push({ kind: 'loyalty_card', value: `LS${String(100_000 + index * 37)}`, proof: 'staff' })
  return identities
}

function addressOf(dice: Dice, home: Town): DemoPerson['address'] {
  return {
    line1: `${dice.pick(home.streets)}, ${dice.int(1, 96)}`,
    line2: dice.chance(0.75) ? `${dice.int(1, 6)}.º ${dice.pick(['A', 'B', 'C', 'izda.', 'dcha.'])}` : '',
    postalCode: dice.pick(home.postalCodes),
    city: home.town,
    province: home.province,
  }
}

function consentsOf(
  dice: Dice,
  { email, phone, metAt, knownForDays }: Pick<DemoPerson, 'email' | 'phone' | 'metAt' | 'knownForDays'>,
): DemoConsent[] {
  const consents: DemoConsent[] = []
  const atCounter = metAt !== 'web'
  const source = atCounter ? `counter ${metAt}` : 'web checkout'
  if (email && dice.chance(0.58)) {
    const wording = atCounter ? 'counter-2024-2' : 'web-2025-1'
    consents.push({ purpose: 'marketing', channel: 'email', granted: true, wording, source, daysAgo: knownForDays })
    if (dice.chance(0.12)) {
      const daysAgo = dice.int(0, Math.max(0, knownForDays - 1))
      consents.push({
        purpose: 'marketing',
        channel: 'email',
        granted: false,
        wording,
        source: 'unsubscribe link',
        daysAgo,
      })
    }
  }
  if (phone && dice.chance(0.2)) {
    consents.push({
      purpose: 'marketing',
      channel: 'sms',
      granted: true,
      wording: 'sms-2025-1',
      source,
      daysAgo: knownForDays,
    })
  }
  if (email && dice.chance(0.28)) {
    consents.push({
      purpose: 'profiling',
      channel: 'email',
      granted: true,
      wording: 'profile-2025-1',
      source,
      daysAgo: knownForDays,
    })
  }
  return consents
}

function tasteOf(dice: Dice, isWoman: boolean): DemoPerson['taste'] {
  const shelf = dice.chance(0.3) ? 'casa' : dice.chance(0.85) === isWoman ? 'mujer' : 'hombre'
  const bySize = (sizes: readonly string[], weights: readonly number[]) =>
    dice.weighted(sizes, (size) => weights[sizes.indexOf(size)] ?? 1)
  return {
    shelf,
    womenSize: bySize(['XS', 'S', 'M', 'L', 'XL'], [2, 5, 6, 4, 2]),
    menSize: bySize(['S', 'M', 'L', 'XL', 'XXL'], [3, 6, 6, 4, 2]),
    shoeSize: bySize(
      ['37', '38', '39', '40', '41', '42', '43'],
      isWoman ? [3, 5, 4, 2, 1, 0, 0] : [0, 0, 1, 2, 4, 5, 3],
    ),
  }
}
