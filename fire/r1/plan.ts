import { type DatabaseDeath, databaseDeaths } from '../lib/cluster.ts'
import { type Random, randomOf } from '../lib/random.ts'

export type Card = 'tok_ok' | 'tok_lost_answer' | 'tok_slow' | 'tok_declined' | 'page'
/** What one buyer wants and how they behave. `place` counts the places from 0, the warehouse. */
export type Buyer = {
  n: number
  by: 'web' | 'till' | 'channel'
  article: number
  place: number
  delivery: 'delivery' | 'pickup' | 'carry_out'
  card: Card
  /** Sends the decisive request twice at once, under one key. */
  doubleClick: boolean
  /** Refused at a till: whether the clerk clears the basket or leaves it, with whatever it holds elsewhere. */
  clears: boolean
}
/** A kill, when buyer number `when` begins. `at` says which process. */
export type Strike = { when: number; at: number } & ({ what: 'server' } | { what: 'database'; how: DatabaseDeath })
export type Plan = { seed: number; articles: number; buyers: Buyer[]; strikes: Strike[] }

export type PlanSize = {
  buyers: number
  articles: number
  places: number
  serverKills: number
  databaseKills: number
  /** Databases die as a whole each time, instead of in every way in turn. */
  killEverything?: boolean
}

/**
 * Who buys what, and who dies when, by seed. The articles come up for sale one after the other, so that each of them is a race of its
 * own, and the kills fall into the first moments of the races, where the units go.
 */
export function planFire(seed: number, size: PlanSize): Plan {
  const random = randomOf(seed)
  const perArticle = Math.ceil(size.buyers / size.articles)
  const who = random.branch('buyers')
  const buyers = Array.from({ length: size.buyers }, (_, n) => buyer(who, n, Math.floor(n / perArticle), size.places))
  const when = random.branch('strikes')
  const early = (turn: number) =>
    (turn % size.articles) * perArticle + when.whole(1, Math.min(60, Math.floor(perArticle / 2)))
  const strikes: Strike[] = [
    ...Array.from({ length: size.serverKills }, (_, turn) => ({
      what: 'server' as const,
      when: early(turn),
      at: when.whole(0, 999),
    })),
    ...Array.from({ length: size.databaseKills }, (_, turn) => ({
      what: 'database' as const,
      when: early(Math.floor((turn * size.articles) / size.databaseKills)),
      at: when.whole(0, 999),
      // Each way to die comes up, whatever the seed.
      how: (size.killEverything ? undefined : databaseDeaths[turn % databaseDeaths.length]) ?? 'everything',
    })),
  ]
  strikes.sort((a, b) => a.when - b.when)
  return { seed, articles: size.articles, buyers, strikes }
}

function buyer(random: Random, n: number, article: number, places: number): Buyer {
  const by = random.pick(['web', 'web', 'till', 'channel'] as const)
  const shop = random.whole(1, places - 1)
  const delivery = {
    web: random.pick(['delivery', 'pickup'] as const),
    till: 'carry_out' as const,
    channel: random.pick(['delivery', 'carry_out'] as const),
  }[by]
  return {
    n,
    by,
    article,
    place: shop,
    delivery,
    card: random.pick([...cards]),
    doubleClick: random.chance(0.1),
    clears: random.chance(0.5),
  }
}

const cards: readonly Card[] = [
  ...Array.from({ length: 16 }, () => 'tok_ok' as const),
  'tok_lost_answer',
  'tok_slow',
  'tok_declined',
  'page',
]
