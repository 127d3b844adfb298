import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import type { Capture } from './online.ts'
import type { Payment } from './payment-rows.ts'

/**
 * Writes a capture down together with what follows from it (its order is placed), and gives the payment as it stands then. What it
 * refuses is written down alone, and settled by whoever follows `payments.captured`.
 */
export type CaptureWriter = (db: Db, clock: Clock, taken: Capture) => Promise<Payment>

let writer: CaptureWriter | undefined

/** Names who writes captures that come by notice or by asking; once, when routes or jobs are set up. */
export function useCaptureWriter(write: CaptureWriter): void {
  writer = write
}

/** The writer for this database, or undefined when captures are written down alone. */
export function captureWriter(db: Db, clock: Clock): ((taken: Capture) => Promise<Payment>) | undefined {
  const write = writer
  return write && ((taken) => write(db, clock, taken))
}
