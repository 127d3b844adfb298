import type { LocalizedText } from '@hilo/calc'

/** A rule of the demo as the merchant declares it; days count from the demo's "today", negative is before. */
export type DemoPromotion = {
  key: 'bath-web' | 'mug-shop' | 'welcome' | 'free-delivery'
  name: LocalizedText
  kind: 'percentage' | 'gift' | 'delivery_free'
  valueBp: number | null
  giftSku: string | null
  channelIds: string[] | null
  owner: string | null
  explanation: LocalizedText | null
  couponCode: string | null
  couponLimit: number | null
  startsInDays: number | null
  endsInDays: number | null
  minSubtotalMinor: number | null
  collectionHandles: string[] | null
  combinable: boolean
  priority: number
}

/** The two declared channel incentives of S27, a welcome coupon, and free delivery. */
export const promotions: readonly DemoPromotion[] = [
  {
    key: 'bath-web',
    name: { es: '20 % en Baño, solo en la web', en: '20% off Bath, web only' },
    kind: 'percentage',
    valueBp: 2000,
    giftSku: null,
    channelIds: ['web'],
    owner: 'Inés Aldecoa, tienda en línea',
    explanation: {
      es: 'Un 20 % menos en toda la colección Baño si compras en la web.',
      en: '20% off the whole Bath collection when you buy on the web.',
    },
    couponCode: null,
    couponLimit: null,
    startsInDays: -9,
    endsInDays: 19,
    minSubtotalMinor: null,
    collectionHandles: ['bano'],
    combinable: true,
    priority: 20,
  },
  {
    key: 'mug-shop',
    name: { es: 'Taza de regalo en tienda', en: 'Mug as a gift in the shop' },
    kind: 'gift',
    valueBp: null,
    giftSku: 'TAZ-FAENA-CRU',
    channelIds: ['pos'],
    owner: 'Vicent Llopis, tiendas',
    explanation: {
      es: 'En nuestras tiendas, con una compra desde 90 €, te llevas una taza Faena.',
      en: 'In our shops, with a purchase from €90, a Faena mug goes home with you.',
    },
    couponCode: null,
    couponLimit: null,
    startsInDays: -6,
    endsInDays: 24,
    minSubtotalMinor: 9000,
    collectionHandles: null,
    combinable: true,
    priority: 10,
  },
  {
    key: 'welcome',
    name: { es: 'Bienvenida', en: 'Welcome' },
    kind: 'percentage',
    valueBp: 1000,
    giftSku: null,
    channelIds: null,
    owner: null,
    explanation: null,
    couponCode: 'BIENVENIDA',
    couponLimit: 1000,
    startsInDays: -200,
    endsInDays: 165,
    minSubtotalMinor: 5000,
    collectionHandles: null,
    combinable: true,
    priority: 5,
  },
  {
    key: 'free-delivery',
    name: { es: 'Envío gratis desde 60 €', en: 'Free delivery from €60' },
    kind: 'delivery_free',
    valueBp: null,
    giftSku: null,
    channelIds: null,
    owner: null,
    explanation: null,
    couponCode: null,
    couponLimit: null,
    startsInDays: null,
    endsInDays: null,
    minSubtotalMinor: 6000,
    collectionHandles: null,
    combinable: true,
    priority: 1,
  },
]

/** How a parcel may be sent; `postalPrefixes` null is everywhere in Spain. Price with IVA, in euro cents. */
export type DemoDeliveryOption = {
  id: string
  name: LocalizedText
  postalPrefixes: string[] | null
  priceMinor: number
  daysMin: number
  daysMax: number
  cutoffHour: number
}

const mainland = Array.from({ length: 52 }, (_, index) => String(index + 1).padStart(2, '0')).filter(
  (prefix) => !['07', '35', '38', '51', '52'].includes(prefix),
)

export const deliveryOptions: readonly DemoDeliveryOption[] = [
  {
    id: 'standard',
    name: { es: 'Envío a casa', en: 'Home delivery' },
    postalPrefixes: mainland,
    priceMinor: 495,
    daysMin: 2,
    daysMax: 3,
    cutoffHour: 15,
  },
  {
    id: 'express',
    name: { es: 'Envío exprés', en: 'Express delivery' },
    postalPrefixes: mainland,
    priceMinor: 990,
    daysMin: 1,
    daysMax: 1,
    cutoffHour: 13,
  },
  {
    id: 'islands',
    name: { es: 'Envío a Baleares', en: 'Delivery to the Balearics' },
    postalPrefixes: ['07'],
    priceMinor: 790,
    daysMin: 3,
    daysMax: 5,
    cutoffHour: 13,
  },
  {
    id: 'overseas',
    name: { es: 'Envío a Canarias, Ceuta y Melilla', en: 'Delivery to the Canaries, Ceuta and Melilla' },
    postalPrefixes: ['35', '38', '51', '52'],
    priceMinor: 1490,
    daysMin: 5,
    daysMax: 8,
    cutoffHour: 13,
  },
]

/** Ferries to Palma sail on two days: goods for that shop wait for them. */
export const palmaLane = { from: 'GET', to: 'PMI', workingDays: 2, departsOn: [2, 5] } as const
