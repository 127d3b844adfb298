import type { LocalizedText } from '@hilo/contract'
import { sentence } from '#inventory'

const list = {
  es: new Intl.ListFormat('es-ES', { type: 'conjunction' }),
  en: new Intl.ListFormat('en-GB', { type: 'conjunction' }),
}

/** Why a plan is as it is, in the words a shop assistant would use. */
export const planWords = {
  here: (shop: string, when: LocalizedText): LocalizedText => ({
    es: `Todo está en ${shop}: ${when.es}.`,
    en: `All of it is at ${shop}: ${when.en}.`,
  }),
  brought: ({
    shop,
    units,
    names,
    when,
  }: {
    shop: string
    units: number
    names: readonly string[]
    when: LocalizedText
  }): LocalizedText => ({
    es: `En ${shop} ${when.es}: ${units === 1 ? 'traemos 1 unidad' : `traemos ${units} unidades`} de ${list.es.format(names)}.`,
    en: `At ${shop} ${when.en}: we bring ${units === 1 ? '1 unit' : `${units} units`} from ${list.en.format(names)}.`,
  }),
  instead: ({ shop, km, when }: { shop: string; km: number; when: LocalizedText }): LocalizedText =>
    sentence({
      es: `${when.es} en ${shop}, a ${distance(km, 'es')}.`,
      en: `${when.en} at ${shop}, ${distance(km, 'en')} away.`,
    }),
  carriedOut: (shop: string): LocalizedText => ({ es: `Te lo llevas de ${shop}.`, en: `Taken along from ${shop}.` }),
  sentFrom: (names: readonly string[]): LocalizedText =>
    names.length <= 1
      ? { es: `Sale de ${names[0] ?? ''}.`, en: `Sent from ${names[0] ?? ''}.` }
      : {
          es: `Sale en ${names.length} paquetes, de ${list.es.format(names)}.`,
          en: `Sent in ${names.length} parcels, from ${list.en.format(names)}.`,
        },
  short: (shop: string): LocalizedText => ({
    es: `No hay bastantes unidades para ${shop}.`,
    en: `There are not enough units for ${shop}.`,
  }),
  shortEverywhere: (): LocalizedText => ({
    es: 'No quedan bastantes unidades.',
    en: 'There are not enough units left.',
  }),
  noPickup: (shop: string): LocalizedText => ({
    es: shop === '' ? 'Esa tienda no existe.' : `${shop} no entrega pedidos.`,
    en: shop === '' ? 'There is no such shop.' : `${shop} does not hand over orders.`,
  }),
  closed: (shop: string): LocalizedText => ({ es: `${shop} está cerrada.`, en: `${shop} is closed.` }),
}

/** "a 12 km", below ten with one decimal. */
function distance(km: number, language: 'es' | 'en'): string {
  const digits = km < 10 ? 1 : 0
  const number = new Intl.NumberFormat(language === 'es' ? 'es-ES' : 'en-GB', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return `${number.format(km)} km`
}
