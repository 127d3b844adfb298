import type { PerTry } from '../lib/client.ts'
import { type R1Plant, type R1Result, type R1Size, reducedSize, runR1 } from './run.ts'

/** A fault on purpose, and what the referee must say when it sees it. */
export type Plant = { name: string; size: Partial<R1Size>; plant: R1Plant; isSeen: (result: R1Result) => boolean }

/** A client that takes every try for a new purchase: another key, another reference. */
const forgetful: PerTry = (request, tries) => {
  if (tries === 0) return request
  const anew = (text: unknown) => `${String(text)} try ${tries}`
  const body = request.body as { externalRef?: string } | undefined
  return {
    ...request,
    headers: { ...request.headers, 'idempotency-key': anew(request.headers?.['idempotency-key']) },
    ...(body?.externalRef ? { body: { ...body, externalRef: anew(body.externalRef) } } : {}),
  }
}

/** Whatever is promised or held is forgotten at once, so the check before a sale always finds the shelf full. */
const forgetsPromises = `
  create function inventory.forget_promises() returns trigger language plpgsql as $$
    begin new.reserved := 0; new.allocated := 0; return new; end $$;
  create trigger forget_promises before update on inventory.stock_level for each row execute function inventory.forget_promises();`

/** Units that nobody wants and nobody lets go of. */
const holdsForNobody = `
  with held as (
    update inventory.stock_level set reserved = 1 where location_id = (select min(id) from inventory.location) returning variant_id, location_id)
  insert into inventory.reservation (id, holder_id, variant_id, location_id, units, expires_at, created_at)
    select 'res_' || lpad(row_number() over ()::text, 22, '0'), 'nobody', variant_id, location_id, 1, now() + interval '90 days', now() from held`

const quick: Partial<R1Size> = { buyers: 240, serverKills: 0, databaseKills: 0 }

export const plants: readonly Plant[] = [
  {
    name: 'stock is checked against nothing',
    size: quick,
    plant: { script: forgetsPromises, patienceMs: 5000 },
    isSeen: ({ verdict, verify }) => verdict.oversold > 0 && !verify.ok,
  },
  {
    name: 'clients forget their Idempotency-Key',
    // Plenty of units: whoever asks anew must still find one to buy a second time.
    size: { ...quick, answersLost: 0.5, perPlace: 10 },
    plant: { perTry: forgetful },
    isSeen: ({ verdict }) => verdict.doubled > 0,
  },
  {
    name: 'commits are acknowledged before they are on disk',
    size: { buyers: 240, serverKills: 0, databaseKills: 6, killEverything: true },
    plant: { postgres: { synchronous_commit: 'off', wal_writer_delay: '10s', wal_writer_flush_after: '1GB' } },
    isSeen: ({ verdict }) => verdict.lost > 0,
  },
  {
    name: 'a hold is never let go',
    size: quick,
    plant: { script: holdsForNobody },
    isSeen: ({ verdict }) => verdict.undersold > 0,
  },
]

/** Runs R1 with each fault planted. @returns names of the faults, and whether each was seen */
export async function runPlants(
  seed: number,
  say: (text: string) => void,
): Promise<{ name: string; seen: boolean; result: R1Result }[]> {
  const ran = []
  for (const { name, size, plant, isSeen } of plants) {
    say(`planted: ${name}`)
    const result = await runR1(seed, { ...reducedSize, ...size }, { plant })
    ran.push({ name, seen: isSeen(result), result })
  }
  return ran
}
