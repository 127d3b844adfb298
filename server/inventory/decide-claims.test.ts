import { describe, expect, test } from 'vitest'
import { type Claim, decideClaims, type HeldRow, usesHolds } from './decide-claims.ts'
import { keyOf, type Level } from './levels.ts'

const expiresAt = new Date('2026-11-20T10:00:00Z')
const level = (figures: Partial<Level> = {}): Level => ({
  variantId: 'var_a',
  locationId: 'loc_1',
  onHand: 5,
  allocated: 0,
  reserved: 0,
  safetyStock: 0,
  conflicted: 0,
  ...figures,
})
const held = (figures: Partial<HeldRow> = {}): HeldRow => ({
  id: 'res_1',
  holderId: 'crt_1',
  variantId: 'var_a',
  locationId: 'loc_1',
  units: 2,
  ...figures,
})
const line = (units: number, key: { variantId?: string; locationId?: string; orderLineId?: string } = {}) => ({
  orderLineId: 'orl_1',
  variantId: 'var_a',
  locationId: 'loc_1',
  units,
  ...key,
})
const reserve = (units: number, more: object = {}): Claim => ({
  kind: 'reserve',
  holderId: 'crt_1',
  expiresAt,
  lines: [line(units)],
  ...more,
})
const allocate = (units: number, more: object = {}): Claim => ({
  kind: 'allocate',
  orderId: 'ord_1',
  lines: [line(units)],
  ...more,
})
const sell = (units: number, more: object = {}): Claim => ({
  kind: 'sell',
  orderId: 'ord_1',
  actorId: 'mem_1',
  lines: [line(units)],
  ...more,
})
const decide = (levels: Level[], claims: Claim[], rows: { own?: HeldRow[]; lapsed?: HeldRow[] } = {}) =>
  decideClaims({
    levels: new Map(levels.map((one) => [keyOf(one), one])),
    own: rows.own ?? [],
    lapsed: rows.lapsed ?? [],
    claims,
  })

describe('what a claim does to the figures', () => {
  test('a reservation holds, an allocation promises, a sale takes off the shelf, down to the last unit', () => {
    expect(decide([level()], [reserve(5)]).changed).toEqual([level({ reserved: 5 })])
    expect(decide([level()], [allocate(5)]).changed).toEqual([level({ allocated: 5 })])
    expect(decide([level()], [sell(5)]).changed).toEqual([level({ onHand: 0 })])
  })

  test('one unit too many is refused with what there is, and changes nothing', () => {
    for (const claim of [reserve(6), allocate(6), sell(6)]) {
      const decision = decide([level({ conflicted: 0 })], [claim])
      expect(decision.verdicts).toEqual([
        { short: [{ variantId: 'var_a', locationId: 'loc_1', requested: 6, available: 5 }], conflicts: [] },
      ])
      expect([decision.changed, decision.closed]).toEqual([[], []])
    }
  })

  test('a place that has never had the article has none', () => {
    expect(decide([], [allocate(1)]).verdicts[0]?.short).toEqual([
      { variantId: 'var_a', locationId: 'loc_1', requested: 1, available: 0 },
    ])
  })

  test('promised, held and kept units are not free; only a till may take the kept ones', () => {
    const shelf = level({ onHand: 10, allocated: 2, reserved: 3, safetyStock: 4 })
    expect(decide([shelf], [reserve(2)]).verdicts[0]?.short).toEqual([
      { variantId: 'var_a', locationId: 'loc_1', requested: 2, available: 1 },
    ])
    expect(decide([shelf], [reserve(5, { ignoreSafetyStock: true })]).changed).toEqual([{ ...shelf, reserved: 8 }])
    expect(decide([shelf], [reserve(6, { ignoreSafetyStock: true })]).verdicts[0]?.short).toHaveLength(1)
  })

  test('two lines of the same article at one place count together; several keys are all or none', () => {
    const two = { lines: [line(3), line(3, { orderLineId: 'orl_2' })] }
    expect(decide([level()], [allocate(0, two)]).verdicts[0]?.short).toEqual([
      { variantId: 'var_a', locationId: 'loc_1', requested: 6, available: 5 },
    ])
    const elsewhere = level({ locationId: 'loc_2', onHand: 1 })
    const both = { lines: [line(3), line(2, { locationId: 'loc_2' })] }
    const decision = decide([level(), elsewhere], [allocate(0, both)])
    expect(decision.verdicts[0]?.short.map(({ locationId }) => locationId)).toEqual(['loc_2'])
    expect(decision.changed).toEqual([])
  })
})

describe('claims served together', () => {
  test('in their order: what one takes, the next does not find, and a short one between them fails alone', () => {
    const decision = decide(
      [level()],
      [allocate(3), allocate(3, { orderId: 'ord_2' }), allocate(2, { orderId: 'ord_3' })],
    )
    expect(decision.verdicts.map(({ short }) => short.map(({ available }) => available))).toEqual([[], [2], []])
    expect(decision.changed).toEqual([level({ allocated: 5 })])
  })

  test('the figures that were read stay as they were', () => {
    const shelf = level()
    decide([shelf], [sell(2)])
    expect(shelf).toEqual(level())
  })

  test('only levels that changed are named', () => {
    const other = level({ variantId: 'var_b' })
    expect(decide([level(), other], [allocate(1)]).changed.map(({ variantId }) => variantId)).toEqual(['var_a'])
  })
})

describe('what somebody holds already', () => {
  test('counts for the order of the holder and is used up by it', () => {
    const shelf = level({ onHand: 2, reserved: 2 })
    const decision = decide([shelf], [allocate(2, { holderId: 'crt_1' })], { own: [held()] })
    expect(decision.changed).toEqual([{ ...shelf, reserved: 0, allocated: 2 }])
    expect(decision.closed).toEqual([{ id: 'res_1', status: 'consumed' }])
  })

  test('counts beside what is free, and not a unit further', () => {
    const shelf = level({ onHand: 3, reserved: 2 })
    expect(decide([shelf], [sell(3, { holderId: 'crt_1' })], { own: [held()] }).changed).toEqual([
      { ...shelf, onHand: 0, reserved: 0 },
    ])
    expect(decide([shelf], [sell(4, { holderId: 'crt_1' })], { own: [held()] }).verdicts[0]?.short[0]?.available).toBe(
      3,
    )
  })

  test('counts for nobody else, and not for an order that names no holder', () => {
    const shelf = level({ onHand: 2, reserved: 2 })
    for (const more of [{}, { holderId: 'crt_2' }]) {
      const decision = decide([shelf], [allocate(1, more)], { own: [held()] })
      expect(decision.verdicts[0]?.short[0]?.available).toBe(0)
      expect(decision.closed).toEqual([])
    }
  })

  test('stays beside a further reservation, unless the new one replaces it', () => {
    const shelf = level({ onHand: 4, reserved: 2 })
    const more = decide([shelf], [reserve(2)], { own: [held()] })
    expect([more.changed, more.closed]).toEqual([[{ ...shelf, reserved: 4 }], []])
    const instead = decide([shelf], [reserve(3, { replace: true })], { own: [held()] })
    expect(instead.changed).toEqual([{ ...shelf, reserved: 3 }])
    expect(instead.closed).toEqual([{ id: 'res_1', status: 'released' }])
    expect([usesHolds(reserve(1)), usesHolds(reserve(1, { replace: true }))]).toEqual([false, true])
    expect([usesHolds(sell(1)), usesHolds(sell(1, { holderId: 'crt_1' }))]).toEqual([false, true])
  })

  test('on an article that the order no longer names it is given back with the rest', () => {
    const other = level({ variantId: 'var_b', reserved: 1 })
    const rows = [held(), held({ id: 'res_2', variantId: 'var_b', units: 1 })]
    const decision = decide([level({ reserved: 2 }), other], [allocate(2, { holderId: 'crt_1' })], { own: rows })
    expect(decision.changed).toEqual([level({ allocated: 2 }), { ...other, reserved: 0 }])
    expect(decision.closed).toEqual([
      { id: 'res_1', status: 'consumed' },
      { id: 'res_2', status: 'consumed' },
    ])
  })

  test('is used once: a second claim of the same holder finds it gone', () => {
    const shelf = level({ onHand: 3, reserved: 2 })
    const claims = [allocate(2, { holderId: 'crt_1' }), allocate(2, { holderId: 'crt_1', orderId: 'ord_2' })]
    const decision = decide([shelf], claims, { own: [held()] })
    expect(decision.verdicts.map(({ short }) => short.length)).toEqual([0, 1])
    expect(decision.closed).toHaveLength(1)
  })

  test('a refused claim keeps what its holder had', () => {
    const shelf = level({ onHand: 2, reserved: 2 })
    const decision = decide([shelf], [allocate(3, { holderId: 'crt_1' })], { own: [held()] })
    expect([decision.changed, decision.closed]).toEqual([[], []])
  })
})

describe('what was held past its time', () => {
  test('is given back before the first claim is served, and no longer counts for its holder', () => {
    const shelf = level({ onHand: 2, reserved: 2 })
    const others = decide([shelf], [allocate(2, { orderId: 'ord_2' })], { lapsed: [held()] })
    expect(others.changed).toEqual([{ ...shelf, reserved: 0, allocated: 2 }])
    expect(others.closed).toEqual([{ id: 'res_1', status: 'lapsed' }])
    const own = decide([shelf], [allocate(2, { holderId: 'crt_1' })], { own: [held()], lapsed: [held()] })
    expect(own.changed).toEqual([{ ...shelf, reserved: 0, allocated: 2 }])
    expect(own.closed).toEqual([{ id: 'res_1', status: 'lapsed' }])
  })

  test('a row without its locked level is a defect, not a unit more', () => {
    expect(() => decide([], [allocate(1)], { lapsed: [held()] })).toThrow('no locked level for var_a loc_1')
  })
})

describe('goods that lie on the counter whatever the figure says', () => {
  const unknown = (units: number, more: object = {}) =>
    allocate(units, { unknownBy: 'mem_1', ignoreSafetyStock: true, ...more })

  test('are handed over, and what is missing becomes a conflict with a name', () => {
    const decision = decide([level({ onHand: 1 })], [unknown(3)])
    expect(decision.verdicts).toEqual([
      {
        short: [],
        conflicts: [
          {
            id: expect.stringMatching(/^con_/),
            variantId: 'var_a',
            locationId: 'loc_1',
            units: 2,
            reference: 'ord_1',
            actorId: 'mem_1',
          },
        ],
      },
    ])
    expect(decision.changed).toEqual([level({ onHand: 1, allocated: 3, conflicted: 2 })])
  })

  test('open no conflict while there are enough', () => {
    const decision = decide([level({ onHand: 3 })], [unknown(3)])
    expect(decision.verdicts[0]?.conflicts).toEqual([])
    expect(decision.changed).toEqual([level({ onHand: 3, allocated: 3 })])
  })

  test('answer only for their own units where a place is below zero already', () => {
    const shelf = level({ onHand: 1, allocated: 3, conflicted: 2 })
    expect(decide([shelf], [unknown(2)]).verdicts[0]?.conflicts[0]?.units).toBe(2)
  })

  test('count what the buyer held and what others hold', () => {
    const shelf = level({ onHand: 4, reserved: 3 })
    const decision = decide([shelf], [unknown(4, { holderId: 'crt_1' })], { own: [held()] })
    // One is free, two are the buyer's own, one belongs to somebody else.
    expect(decision.verdicts[0]?.conflicts[0]?.units).toBe(1)
    expect(decision.changed).toEqual([{ ...shelf, reserved: 1, allocated: 4, conflicted: 1 }])
  })
})
