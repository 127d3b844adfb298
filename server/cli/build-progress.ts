import type { Lang } from '../platform/config.ts'
import { buildFrontEnds, type FrontEnd, frontEnds, outdatedFrontEnds } from './front-ends.ts'
import { secondsSince, type Terminal } from './terminal.ts'

/** Builds the front ends that need it, with a line that shows how far it is. Silent when there is nothing to do. */
export async function buildWithProgress(options: {
  lang: Lang
  terminal: Terminal
  force?: boolean
  signal?: AbortSignal
}): Promise<FrontEnd[]> {
  const { lang, terminal, force, signal } = options
  const due = force ? frontEnds : await outdatedFrontEnds()
  if (due.length === 0) return []
  const names = due.map(({ label }) => label[lang]).join(', ')
  const begun = performance.now()
  const progress = terminal.progress(`${lang === 'es' ? 'Construyendo' : 'Building'} ${names}`, due.length)
  let done = 0
  const show = () => progress.update(done, secondsSince(begun))
  const ticking = setInterval(show, 200)
  try {
    const built = await buildFrontEnds({
      force,
      signal,
      onDone: () => {
        done += 1
        show()
      },
    })
    progress.end(secondsSince(begun))
    return built
  } catch (error) {
    progress.end(outcome(lang, signal))
    throw error
  } finally {
    clearInterval(ticking)
  }
}

function outcome(lang: Lang, signal: AbortSignal | undefined): string {
  if (signal?.aborted) return lang === 'es' ? 'interrumpido' : 'interrupted'
  return lang === 'es' ? 'falló' : 'failed'
}
