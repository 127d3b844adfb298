import { importJobs } from '#platform/imports/jobs'
import type { PeriodicJob } from '#platform/jobs'
import { sql } from '#platform/sql'
import { fetchDuePictures } from './media.ts'

/** Periodic work of catalog: pictures that imports named, imports that were interrupted, words nobody uses any more. */
export function catalogJobs({
  dataDir,
  allowHosts = [],
}: {
  dataDir: string
  allowHosts?: readonly string[]
}): PeriodicJob[] {
  return [
    {
      name: 'catalog.pictures',
      everyMs: 3_000,
      run: async ({ db, clock }) => {
        while ((await fetchDuePictures(db, clock, { dataDir, fetchOptions: { allowHosts } })) > 0);
      },
    },
    {
      name: 'catalog.words',
      everyMs: 3_600_000,
      run: async ({ db }) => void (await db.run(sql`delete from catalog.search_word where products <= 0`)),
    },
    ...importJobs({ dataDir }),
  ]
}
