import type { DemoPerson } from '../people.ts'
import type { DemoPlace } from '../places.ts'
import { dayMs, type Loading, must } from './context.ts'
import type { PastEvent } from './events.ts'

const notes = [
  'Se probó el vestido Marina en la M; lo quiere en salvia.',
  'Preguntó por el mantel de 12 personas en terracota.',
  'Vino con su madre a ver sábanas. Volverá el sábado.',
  'Quiere las alpargatas en el 38 cuando lleguen.',
  'Midió la mesa: 2,40 m. Le va el mantel de 250.',
  'Buscaba un regalo de boda; le enseñamos la jarra Noria.',
  'La americana le queda bien en la L, duda del color.',
  'Dejó el móvil por si entra la camisa Tramuntana en XL.',
] as const

/** Visits to a shop that ended without a purchase, as the counter noted them. */
export function visitEvents(
  { dice, nowMs, placeIds, personIds }: Loading,
  people: readonly DemoPerson[],
  places: readonly DemoPlace[],
): PastEvent[] {
  const own = dice.fork('visits')
  const regulars = people.filter(({ homeShop }) => homeShop !== null)
  return Array.from({ length: 44 }, () => {
    const person = own.weighted(regulars, ({ activity }) => activity)
    const place = places.find(({ code }) => code === person.homeShop)
    const atMs =
      nowMs - own.int(1, Math.min(110, Math.max(1, person.knownForDays - 1))) * dayMs - own.int(0, 90) * 60_000
    return { person, place, atMs, note: own.pick(notes) }
  }).flatMap(({ person, place, atMs, note }): PastEvent[] =>
    place
      ? [
          {
            type: 'customers.visited',
            atMs,
            subjectId: must(personIds, person.key, 'person'),
            personId: must(personIds, person.key, 'person'),
            payload: { channel: 'pos', locationId: must(placeIds, place.code, 'place'), note },
          },
        ]
      : [],
  )
}
