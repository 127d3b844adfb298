import { useCaptureWriter } from '#payments'
import { currentPublicUrl } from './settings.ts'
import { settleTogether } from './settle-together.ts'

/**
 * Captures that come by notice, by asking or from a buyer's way back are written together with their orders, many in one transaction.
 * What is not the plain case is refused there, and settled by the subscriber of `payments.captured`.
 */
export function placeWithCapture(): void {
  useCaptureWriter(async (db, clock, taken) => {
    const { payment } = await settleTogether(db, { clock, taken, publicUrl: currentPublicUrl() })
    return payment
  })
}
