import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Faces } from './faces.ts'
import { disagreements, type FaceName, type FaultName, faults, type Seen } from './matrix.ts'
import { canFillDisk, Stage } from './stage.ts'

export type FaultResult = {
  fault: FaultName
  /** Why it was not tried here; the other fields are empty then. */
  skipped?: string
  seen?: Record<FaceName, Seen>
  faults: string[]
  /** From the end of the fault until every face worked again, without anybody's help. */
  recoveredMs: number
  /** How long the fault lasted. */
  lastedMs: number
}
export type MatrixOptions = {
  /** How long the database stays down, and how long it stands still. */
  downMs: number
  pausedMs: number
  say?: (text: string) => void
  only?: readonly FaultName[]
}

/** Longer than it takes to notice (1.1 s) and to look around: what is seen at the end is seen of an outage that is known. */
export const reducedMatrix = { downMs: 2500, pausedMs: 3500 }

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const recoverMsMax = 60_000

/** Plays every fault on one running shop, one after the other, and looks at each face meanwhile and afterwards. */
export async function playMatrix({
  downMs,
  pausedMs,
  say = () => undefined,
  only = faults,
}: MatrixOptions): Promise<FaultResult[]> {
  const stage = await Stage.open({ smallDisk: canFillDisk })
  const hasPages = existsSync(join(import.meta.dirname, '../../apps/storefront/dist/server/entry.mjs'))
  const shop = new Faces(stage.base, stage.world, hasPages)
  try {
    await shop.prepare()
    await untilAllWork(shop)
    const results: FaultResult[] = []
    for (const fault of only) {
      say(fault)
      const play = plays({ stage, downMs, pausedMs })[fault]
      results.push(play === undefined ? skip(fault) : await playOne(fault, { stage, shop, play }))
    }
    return results
  } finally {
    await stage.close()
  }
}

function skip(fault: FaultName): FaultResult {
  const skipped = 'only root on Linux can make a file system to fill'
  return { fault, skipped, faults: [], recoveredMs: 0, lastedMs: 0 }
}

type Play = {
  begin: () => Promise<void> | void
  /** How long it lasts beyond the first look; the faces are looked at again at its end. */
  lastsMs: number
  end: () => Promise<void> | void
}

function plays({
  stage,
  downMs,
  pausedMs,
}: {
  stage: Stage
  downMs: number
  pausedMs: number
}): Record<FaultName, Play | undefined> {
  return {
    'database down': { begin: () => stage.killDatabase(), lastsMs: downMs, end: () => stage.startDatabase() },
    'database paused': { begin: () => stage.pauseDatabase(), lastsMs: pausedMs, end: () => stage.resumeDatabase() },
    // There and back: 200 ms for each question that waits for the one before.
    'database slow': { begin: () => stage.slowDatabase(100), lastsMs: 0, end: () => stage.slowDatabase(0) },
    'payments down': { begin: () => stage.paymentsDown(), lastsMs: 0, end: () => stage.paymentsUp() },
    'mail down': { begin: () => stage.mailDown(), lastsMs: 0, end: () => stage.mailUp() },
    'disk full': canFillDisk
      ? {
          begin: () => stage.fillDisk(),
          lastsMs: 0,
          end: async () => {
            stage.freeDisk()
            await stage.ensureDatabase()
          },
        }
      : undefined,
  }
}

async function playOne(
  fault: FaultName,
  { stage, shop, play }: { stage: Stage; shop: Faces; play: Play },
): Promise<FaultResult> {
  const calm = await shop.look()
  const begun = performance.now()
  await play.begin()
  const seen = await shop.look()
  const found = disagreements(fault, seen, calm, shop.controlMs)
  if (play.lastsMs > 0) {
    await pause(Math.max(0, play.lastsMs - (performance.now() - begun)))
    const last = await shop.look()
    found.push(...disagreements(fault, last, calm, shop.controlMs).map((each) => `${each}, at the end`))
  }
  const lastedMs = performance.now() - begun
  const mailsBefore = stage.mails
  await play.end()
  const ended = performance.now()
  const still = await untilAllWork(shop)
  if (still !== undefined) found.push(`${fault}: ${still} had not recovered after ${recoverMsMax / 1000} s`)
  if (!stage.isServerAlive) found.push(`${fault}: the server ended:\n${stage.said.slice(-2000)}`)
  const recoveredMs = performance.now() - ended
  if (fault === 'payments down' && !(await inTime(() => shop.isHeldPaymentKnown())))
    found.push('payments down: what became of the held payment was not known afterwards')
  if (fault === 'mail down' && !(await inTime(async () => stage.mails > mailsBefore)))
    found.push('mail down: no mail arrived afterwards')
  return { fault, seen, faults: found, recoveredMs, lastedMs }
}

/** @returns the face that still does not work when the time is up */
async function untilAllWork(shop: Faces): Promise<string | undefined> {
  const begun = performance.now()
  for (;;) {
    const seen = await shop.look()
    const bad = Object.entries(seen).find(
      ([, { status, asOf, note }]) => status >= 300 || asOf !== undefined || note !== undefined,
    )
    if (!bad) return undefined
    if (performance.now() - begun > recoverMsMax) return `${bad[0]} (${JSON.stringify(bad[1])})`
    await pause(250)
  }
}

async function inTime(holds: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 150; tries++) {
    if (await holds()) return true
    await pause(200)
  }
  return false
}
