/** The only source of "now" in domain code; tests turn it by hand. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }

export type TestClock = Clock & { set(at: string): void; advance(ms: number): void }

/** A clock that stands still until it is set or advanced. */
export function testClock(at: string): TestClock {
  let ms = Date.parse(at)
  return {
    now: () => new Date(ms),
    set: (next) => {
      ms = Date.parse(next)
    },
    advance: (by) => {
      ms += by
    },
  }
}
