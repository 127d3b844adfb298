import type { GeoPoint } from '@hilo/calc'

/**
 * Capitals of the Spanish provinces by the first two digits of a postal code (Correos: the province number of the INE), in
 * degrees. Close enough to sort shops by distance; a visitor who shares the browser's place gets the exact one.
 */
const provinces: Record<string, readonly [name: string, latitude: number, longitude: number]> = {
  '01': ['Vitoria-Gasteiz', 42.85, -2.67],
  '02': ['Albacete', 38.99, -1.86],
  '03': ['Alicante', 38.35, -0.48],
  '04': ['Almería', 36.84, -2.46],
  '05': ['Ávila', 40.66, -4.7],
  '06': ['Badajoz', 38.88, -6.97],
  '07': ['Palma', 39.57, 2.65],
  '08': ['Barcelona', 41.39, 2.17],
  '09': ['Burgos', 42.34, -3.7],
  '10': ['Cáceres', 39.48, -6.37],
  '11': ['Cádiz', 36.53, -6.29],
  '12': ['Castellón', 39.99, -0.04],
  '13': ['Ciudad Real', 38.99, -3.93],
  '14': ['Córdoba', 37.89, -4.78],
  '15': ['A Coruña', 43.36, -8.41],
  '16': ['Cuenca', 40.07, -2.13],
  '17': ['Girona', 41.98, 2.82],
  '18': ['Granada', 37.18, -3.6],
  '19': ['Guadalajara', 40.63, -3.17],
  '20': ['San Sebastián', 43.32, -1.98],
  '21': ['Huelva', 37.26, -6.95],
  '22': ['Huesca', 42.14, -0.41],
  '23': ['Jaén', 37.77, -3.79],
  '24': ['León', 42.6, -5.57],
  '25': ['Lleida', 41.62, 0.62],
  '26': ['Logroño', 42.47, -2.45],
  '27': ['Lugo', 43.01, -7.56],
  '28': ['Madrid', 40.42, -3.7],
  '29': ['Málaga', 36.72, -4.42],
  '30': ['Murcia', 37.99, -1.13],
  '31': ['Pamplona', 42.81, -1.65],
  '32': ['Ourense', 42.34, -7.86],
  '33': ['Oviedo', 43.36, -5.85],
  '34': ['Palencia', 42.01, -4.53],
  '35': ['Las Palmas', 28.12, -15.43],
  '36': ['Pontevedra', 42.43, -8.64],
  '37': ['Salamanca', 40.97, -5.66],
  '38': ['Santa Cruz de Tenerife', 28.46, -16.25],
  '39': ['Santander', 43.46, -3.81],
  '40': ['Segovia', 40.95, -4.12],
  '41': ['Sevilla', 37.39, -5.98],
  '42': ['Soria', 41.76, -2.46],
  '43': ['Tarragona', 41.12, 1.25],
  '44': ['Teruel', 40.34, -1.11],
  '45': ['Toledo', 39.86, -4.03],
  '46': ['Valencia', 39.47, -0.38],
  '47': ['Valladolid', 41.65, -4.72],
  '48': ['Bilbao', 43.26, -2.93],
  '49': ['Zamora', 41.5, -5.75],
  '50': ['Zaragoza', 41.65, -0.89],
  '51': ['Ceuta', 35.89, -5.32],
  '52': ['Melilla', 35.29, -2.94],
}

/** Where a Spanish postal code lies, roughly, and what to call it; undefined for a code of no province. */
export function postalPoint(postalCode: string): (GeoPoint & { label: string }) | undefined {
  const found = provinces[postalCode.trim().slice(0, 2)]
  if (!found || !/^\d{5}$/.test(postalCode.trim())) return undefined
  const [label, latitude, longitude] = found
  return { label, latitude, longitude }
}
