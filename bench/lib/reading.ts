import type { LoadClient } from './load.ts'

export type Operation = (n: number) => Promise<void>

let asked = 0
/** A number that no address of this run has had. */
export function timed(): number {
  asked += 1
  return asked
}

/** Asks for an address and fails unless it is answered. */
export async function ok(client: LoadClient, path: string): Promise<void> {
  const { status } = await client.call('GET', path)
  if (status !== 200) throw new Error(`${path}: ${status}`)
}

export function availabilityAsked(variantIds: readonly string[]): string {
  return `/api/store/availability?variants=${variantIds.join(',')}`
}
