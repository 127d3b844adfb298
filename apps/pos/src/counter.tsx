import type { ReactNode } from 'react'
import { Gate } from './session/gate.tsx'
import { Till } from './till/till.tsx'

/** The counter: nobody past the gate without a person and a shop; behind it the till of that shop. */
export function Counter(): ReactNode {
  return <Gate>{(me, place, leave) => <Till key={place.id} me={me} place={place} leave={leave} />}</Gate>
}
