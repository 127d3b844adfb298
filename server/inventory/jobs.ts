import type { PeriodicJob } from '#platform/jobs'
import { lapseReservations } from './reserve.ts'

/** Gives back what baskets held past their time, so that the figure on every channel is at most this old. */
export const inventoryJobs: readonly PeriodicJob[] = [
  {
    name: 'inventory.lapse_reservations',
    everyMs: 5_000,
    run: async ({ db, clock, log }) => {
      const lapsed = await lapseReservations(db, clock)
      if (lapsed > 0) log.info({ lapsed }, 'reservations lapsed')
    },
  },
]
