import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { distanceKm } from './geo.ts'

/** Real postal codes, kept beside the repository; absent on most machines. */
const postalCodes = new URL('../../../shared/data/spain-geo/postal_codes_ES.csv.gz', import.meta.url)
const present = existsSync(postalCodes)

describe('distance', () => {
  it('of one degree on the equator is a 360th of the circumference, to the antipode half of it', () => {
    const circumference = 2 * Math.PI * 6_371
    expect(distanceKm({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 1 })).toBeCloseTo(circumference / 360, 6)
    expect(distanceKm({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 180 })).toBeCloseTo(circumference / 2, 6)
    expect(distanceKm({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 0 })).toBeCloseTo(
      circumference / 2,
      6,
    )
  })

  it('shrinks with latitude and is the same both ways', () => {
    // cos 60° = 1/2; the great circle is a little shorter than half the parallel.
    const [west, east] = [
      { latitude: 60, longitude: 0 },
      { latitude: 60, longitude: 1 },
    ]
    expect(distanceKm(west, east)).toBeCloseTo(55.597, 2)
    expect(distanceKm(east, west)).toBe(distanceKm(west, east))
    expect(distanceKm(west, west)).toBe(0)
  })

  it('crosses the date line the short way', () => {
    const degree = (2 * Math.PI * 6_371) / 360
    expect(distanceKm({ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 })).toBeCloseTo(degree, 6)
  })

  it('refuses a place that is not on earth', () => {
    expect(() => distanceKm({ latitude: 91, longitude: 0 }, { latitude: 0, longitude: 0 })).toThrow('latitude 91')
    expect(() => distanceKm({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: Number.NaN })).toThrow('NaN')
  })

  const fact = 'from Madrid 28001 to Barcelona 08001 is 503.04 km between the coordinates of the postal code file'
  it.skipIf(!present)(present ? fact : `${fact} (skipped: ../shared/data/spain-geo is not on this machine)`, () => {
    const [head = '', ...rows] = gunzipSync(readFileSync(postalCodes)).toString('utf8').split('\n')
    const columns = head.trim().split(',')
    const at = (code: string) => {
      // No field before the coordinates holds a comma in these two rows.
      const cells =
        rows
          .find((row) => row.startsWith(`ES,${code},`))
          ?.trim()
          .split(',') ?? []
      return {
        latitude: Number(cells[columns.indexOf('latitude')]),
        longitude: Number(cells[columns.indexOf('longitude')]),
      }
    }
    expect(distanceKm(at('28001'), at('08001')).toFixed(2)).toBe('503.04')
  })
})
