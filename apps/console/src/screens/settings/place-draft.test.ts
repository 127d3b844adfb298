import { describe, expect, it } from 'vitest'
import { type PlaceDraft, placeBody, readCoordinates, wrongFields } from './place-draft.ts'

const draft: PlaceDraft = {
  name: 'Valencia, La Paz',
  pickup: true,
  ships: false,
  handlingMinutes: 60,
  dailyCapacity: null,
  active: true,
  address: { line1: 'C. de la Paz, 14', postalCode: '46003', city: 'Valencia', province: '', country: 'ES', phone: '' },
  coordinates: '39.4735, -0.3732',
  hours: { mon: '10-14, 17-20:30', tue: '', wed: '', thu: '', fri: '', sat: '', sun: '' },
  exceptions: [
    { on: '2026-12-25', hours: '', es: 'Navidad', en: 'Christmas' },
    { on: '2026-12-24', hours: '10-14', es: '', en: '' },
  ],
}

describe('degrees as maps write them', () => {
  it.each([
    ['39.4699, -0.3763', 39.4699, -0.3763],
    ['39.4699,-0.3763', 39.4699, -0.3763],
    ['39,4699; -0,3763', 39.4699, -0.3763],
    ['39,4699, -0,3763', 39.4699, -0.3763],
    ['40 -3', 40, -3],
  ])('reads %s', (typed, latitude, longitude) => {
    expect(readCoordinates(typed)).toEqual({ latitude, longitude })
  })
  it.each(['', 'Valencia', '39.4699', '91, 0', '0, 181'])('refuses %s', (typed) => {
    expect(readCoordinates(typed)).toBeNull()
  })
})

describe('a place as it is typed', () => {
  it('goes out with days that differ in order of date, closed where no hours stand', () => {
    expect(placeBody(draft)).toMatchObject({
      status: 'active',
      latitude: 39.4735,
      openingHours: {
        weekly: {
          mon: [
            ['10:00', '14:00'],
            ['17:00', '20:30'],
          ],
          tue: [],
        },
        exceptions: [
          { on: '2026-12-24', intervals: [['10:00', '14:00']] },
          { on: '2026-12-25', intervals: [], note: { es: 'Navidad', en: 'Christmas' } },
        ],
      },
    })
  })
  it('names what cannot be saved: hours, degrees, a day without date or named twice', () => {
    const wrong = wrongFields({
      ...draft,
      coordinates: 'por ahí',
      hours: { ...draft.hours, tue: '14-10' },
      exceptions: [
        ...draft.exceptions,
        { on: '2026-12-25', hours: '', es: '', en: '' },
        { on: '', hours: '', es: '', en: '' },
      ],
    })
    expect([...wrong]).toEqual(['tue', 'coordinates', 'exception:2', 'exception:3'])
    expect([...wrongFields(draft)]).toEqual([])
  })
})
