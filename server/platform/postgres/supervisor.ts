/** Keeps the embedded server up while the shop runs: a killed or crashed database comes back without a person. */

/** What happened to the server; `error` says why it could not be brought back (it is tried again). */
export type SupervisionEvent = Readonly<{ kind: 'lost' } | { kind: 'restored' } | { kind: 'failed'; error: unknown }>

const lookMs = 250
const pauseMsMax = 5_000

type Watched = {
  isUp: () => boolean
  /** Starts it again unless somebody else did meanwhile. */
  again: () => Promise<void>
  tell: (event: SupervisionEvent) => void
}

/** Watches until `end` is called; `end` waits for a restart under way. */
export function superviseServer({ isUp, again, tell }: Watched): { end: () => Promise<void> } {
  let ended = false
  let underWay: Promise<void> = Promise.resolve()
  let timer = setTimeout(look, lookMs).unref()
  let pauseMs = lookMs

  function look(): void {
    underWay = bringBack().finally(() => {
      if (!ended) timer = setTimeout(look, pauseMs).unref()
    })
  }

  async function bringBack(): Promise<void> {
    try {
      if (isUp()) return
      if (pauseMs === lookMs) tell({ kind: 'lost' })
      await again()
      pauseMs = lookMs
      tell({ kind: 'restored' })
    } catch (error) {
      pauseMs = Math.min(pauseMs * 2, pauseMsMax)
      tell({ kind: 'failed', error })
    }
  }

  const end = async () => {
    ended = true
    clearTimeout(timer)
    await underWay
  }
  return { end }
}
