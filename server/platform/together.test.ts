import { describe, expect, test } from 'vitest'
import type { Db } from './db.ts'
import { platformProblems } from './problems.ts'
import {
  Alone,
  done,
  each,
  eachOk,
  mapOutcomes,
  type Outcome,
  orThrow,
  Raced,
  refused,
  runAgain,
  together,
} from './together.ts'

/** Batchers keep their queues by database; nothing here asks one. */
const aDb = (): Db => ({}) as Db
const letOthersRun = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A batcher whose batches end when the test says so. */
function held<I>(answer: (item: I, batch: readonly I[]) => Outcome<string>, options: { most?: number } = {}) {
  const batches: I[][] = []
  const ends: (() => void)[] = []
  const ask = together<I, string>(async (_db, items) => {
    batches.push([...items])
    await new Promise<void>((resolve) => ends.push(resolve))
    return items.map((item) => answer(item, items))
  }, options)
  return { ask, batches, ends }
}

describe('work that arrives together', () => {
  test('the first starts at once and alone; what comes meanwhile is the next batch, in order, and each gets its own answer', async () => {
    const { ask, batches, ends } = held<number>((item) => done(`answer ${item}`))
    const db = aDb()
    const first = ask(db, 1)
    const more = [ask(db, 2), ask(db, 3)]
    await letOthersRun()
    expect(batches).toEqual([[1]])
    ends.shift()?.()
    expect(await first).toBe('answer 1')
    await letOthersRun()
    expect(batches).toEqual([[1], [2, 3]])
    ends.shift()?.()
    expect(await Promise.all(more)).toEqual(['answer 2', 'answer 3'])
    const later = ask(db, 4)
    await letOthersRun()
    ends.shift()?.()
    expect(await later).toBe('answer 4')
  })

  test('a batch takes no more than it may', async () => {
    const { ask, batches, ends } = held<number>((item) => done(String(item)), { most: 2 })
    const db = aDb()
    const all = [1, 2, 3, 4].map((item) => ask(db, item))
    for (let i = 0; i < 3; i++) {
      await letOthersRun()
      ends.shift()?.()
    }
    expect(await Promise.all(all)).toEqual(['1', '2', '3', '4'])
    expect(batches).toEqual([[1], [2, 3], [4]])
  })

  test('batches of two databases do not wait for each other, and of one database two may be under way, whatever they do', async () => {
    const [a, b, c] = [held<number>(() => done('')), held<number>(() => done('')), held<number>(() => done(''))]
    const [db, other] = [aDb(), aDb()]
    const asked = [a.ask(db, 1), b.ask(db, 1), c.ask(db, 1), c.ask(other, 2)]
    await letOthersRun()
    expect([a.batches.length, b.batches.length, c.batches]).toEqual([1, 1, [[2]]])
    a.ends[0]?.()
    await letOthersRun()
    await letOthersRun()
    expect(c.batches).toEqual([[2], [1]])
    for (const end of [...b.ends, ...c.ends]) end()
    await Promise.all(asked)
    // The places are free again.
    const again = [a.ask(db, 3), b.ask(db, 3)]
    await letOthersRun()
    expect([a.batches.length, b.batches.length]).toEqual([2, 2])
    for (const end of [...a.ends, ...b.ends]) end()
    await Promise.all(again)
  })

  test('one that is refused fails alone; one that needs its own transaction is run again by itself', async () => {
    const batches: number[][] = []
    const ask = together<number, string>(async (_db, items) => {
      batches.push([...items])
      await letOthersRun()
      return items.map((item) => {
        if (item === 2) return refused(new Error('two is refused'))
        if (item === 3 && items.length > 1) return refused(new Alone('not in company'))
        return done(`answer ${item}`)
      })
    })
    const db = aDb()
    const answers = await Promise.allSettled([0, 1, 2, 3].map((item) => ask(db, item)))
    expect(answers.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))).toEqual([
      'answer 0',
      'answer 1',
      'Error: two is refused',
      'answer 3',
    ])
    expect(batches).toEqual([[0], [1, 2, 3], [3]])
  })

  test('who is alone and refused for being in company is told so, and not run for ever', async () => {
    const ask = together<number, string>(async () => [refused(new Alone('not even by itself'))])
    await expect(ask(aDb(), 1)).rejects.toThrow('not even by itself')
  })

  test('a batch that fails as a whole is run one by one, so that nobody fails because of a neighbor', async () => {
    const batches: number[][] = []
    const ask = together<number, string>(async (_db, items) => {
      batches.push([...items])
      await letOthersRun()
      if (items.includes(2)) throw new Error('deadlock')
      return items.map((item) => done(`answer ${item}`))
    })
    const db = aDb()
    const answers = await Promise.allSettled([0, 1, 2, 3].map((item) => ask(db, item)))
    expect(answers.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))).toEqual([
      'answer 0',
      'answer 1',
      'Error: deadlock',
      'answer 3',
    ])
    expect(batches).toEqual([[0], [1, 2, 3], [1], [2], [3]])
  })

  test('who writes before it can be sure never shares and never waits', async () => {
    const batches: number[][] = []
    const ask = together<number, string>(
      async (_db, items) => {
        batches.push([...items])
        await letOthersRun()
        return items.map((item) => done(String(item)))
      },
      { alone: (item) => item > 1 },
    )
    const db = aDb()
    expect(await Promise.all([1, 2, 3].map((item) => ask(db, item)))).toEqual(['1', '2', '3'])
    expect(batches).toEqual([[1], [2], [3]])
  })

  test('a batch that forgets somebody is a defect that this one hears of', async () => {
    const ask = together<number, string>(async () => [])
    await expect(ask(aDb(), 1)).rejects.toThrow('fewer outcomes than it had items')
  })
})

describe('outcomes', () => {
  const no = new Error('no')

  test('each piece of work has its own, also when it throws at once', async () => {
    const outcomes = await each([1, 2, 3], (item) => {
      if (item === 2) throw no
      return item * 10
    })
    expect(outcomes).toEqual([done(10), refused(no), done(30)])
  })

  test('only those still good go on, and come back to their places', async () => {
    const asked: string[][] = []
    const outcomes = await eachOk(
      [done(1), refused(no), done(3)],
      (value, at) => `${value} at ${at}`,
      async (list) => {
        asked.push(list)
        return list.map((one) => done(`${one}.`))
      },
    )
    expect(asked).toEqual([['1 at 0', '3 at 2']])
    expect(outcomes).toEqual([done('1 at 0.'), refused(no), done('3 at 2.')])
  })

  test('nobody is asked when none is good; who is forgotten is told', async () => {
    let asked = 0
    const count = async () => {
      asked += 1
      return []
    }
    expect(await eachOk([refused<number>(no)], (value) => value, count)).toEqual([refused(no)])
    expect(asked).toBe(0)
    const [forgotten] = await eachOk([done(1)], (value) => value, count)
    expect(forgotten).toMatchObject({ ok: false, error: { message: 'a batch gave fewer outcomes than it had items' } })
  })

  test('change their values, not their refusals', () => {
    expect(mapOutcomes([done(1), refused<number>(no)], (value) => value + 1)).toEqual([done(2), refused(no)])
  })

  test('of a transaction: a single refusal undoes it, among several it does not', () => {
    expect(() => orThrow([refused(no)])).toThrow(no)
    expect(orThrow([done(1)])).toEqual([done(1)])
    expect(orThrow([refused(no), done(1)])).toEqual([refused(no), done(1)])
    expect(orThrow([])).toEqual([])
  })
})

describe('work that may simply be run again', () => {
  const failing = (times: number, error: unknown) => {
    let runs = 0
    return {
      runs: () => runs,
      work: async () => {
        runs += 1
        if (runs <= times) throw error
        return `run ${runs}`
      },
    }
  }
  const deadlock = Object.assign(new Error('deadlock detected'), { code: '40P01' })

  test('is, when somebody was quicker or the database asks for it', async () => {
    expect(await runAgain(failing(1, new Raced('quicker')).work)).toBe('run 2')
    expect(await runAgain(failing(3, deadlock).work)).toBe('run 4')
  })

  test('is not for ever: the fourth failure is told', async () => {
    const { work, runs } = failing(9, deadlock)
    await expect(runAgain(work)).rejects.toBe(deadlock)
    expect(runs()).toBe(4)
  })

  test('is not for other errors, unless the caller knows them for a race', async () => {
    const other = new Error('unique violation')
    const { work, runs } = failing(1, other)
    await expect(runAgain(work)).rejects.toBe(other)
    expect(runs()).toBe(1)
    expect(await runAgain(failing(1, other).work, (error) => error === other)).toBe('run 2')
  })

  test('ends, when others were quicker each time, in an error that says so and not in theirs', async () => {
    const other = new Error('unique violation')
    const ended = await runAgain(failing(9, other).work, (error) => error === other).catch((error: unknown) => error)
    expect(ended).toBeInstanceOf(Raced)
    expect((ended as Raced).cause).toBe(other)
    const refusal = platformProblems.not_found()
    await expect(runAgain(failing(9, refusal).work, () => true)).rejects.toBe(refusal)
  })
})
