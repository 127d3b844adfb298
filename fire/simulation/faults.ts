/** Mistakes that somebody could make, each planted in one decision. A simulation that does not find them proves nothing. */
import { type Rules, realRules } from './rules.ts'

/** `law`: what it breaks, for people; a run may meet it first by another law or by a constraint of the database. */
export type Fault = { name: string; law: string; rules: Rules }

const fault = (name: string, law: string, wrong: Partial<Rules>): Fault => ({
  name,
  law,
  rules: { ...realRules, ...wrong },
})

export const faults: readonly Fault[] = [
  fault('a claim is served without looking at what others hold', 'law 2', {
    decideClaims: ({ levels, ...rest }) => {
      const reserved = (key: string) => levels.get(key)?.reserved ?? 0
      const blind = new Map([...levels].map(([key, level]) => [key, { ...level, reserved: 0 }]))
      const decision = realRules.decideClaims({ ...rest, levels: blind })
      const seen = decision.changed.map((level) => ({
        ...level,
        reserved: level.reserved + reserved(`${level.variantId} ${level.locationId}`),
      }))
      return { ...decision, changed: seen }
    },
  }),
  fault('a hold that lapsed is counted as its holder’s own', 'law 1', {
    isOwnHold: ({ status }) => status === 'live' || status === 'lapsed',
  }),
  fault('a counter sells one unit more than there is', 'law 2', {
    decideClaims: ({ levels, claims, ...rest }) => {
      const more = claims.some(({ kind }) => kind === 'sell') ? 1 : 0
      const raised = new Map([...levels].map(([key, level]) => [key, { ...level, onHand: level.onHand + more }]))
      const decision = realRules.decideClaims({ ...rest, claims, levels: raised })
      return { ...decision, changed: decision.changed.map((level) => ({ ...level, onHand: level.onHand - more })) }
    },
    freeUnits: (level, { own = 0, ignoreSafetyStock = false } = {}) =>
      realRules.freeUnits(level, { own, ignoreSafetyStock }) + (ignoreSafetyStock ? 1 : 0),
  }),
  fault('a notice that comes twice is booked twice', 'law 4', {
    takesOutcome: (status, said) =>
      said === 'captured' || (status !== 'captured' && status !== 'voided' && status !== 'declined'),
  }),
  fault('a lost answer is taken for a decline and nobody asks again', 'law 4', {
    afterLostAnswer: () => 'declined',
    takesOutcome: (status) => status === 'pending' || status === 'unknown',
  }),
  fault('a second try charges although the first is not answered yet', 'law 4', {
    isAnswered: ({ status }) => status === 'captured',
    excessMinor: () => 0,
  }),
  fault('booked refunds count only when the money has moved', 'law 4', {
    refundable: ({ capturedMinor }) => capturedMinor,
    excessMinor: (order, { capturedMinor }) => realRules.excessMinor(order, { capturedMinor, refundedMinor: 0 }),
  }),
  fault('a refund that is sent again gets a new key', 'law 4', { refundKey: ({ id }, attempt) => `${id} ${attempt}` }),
  fault('each returned unit is refunded as if it were the first', 'law 4', {
    excessMinor: (order, balance) =>
      realRules.excessMinor(
        { ...order, lines: order.lines.map((line) => ({ ...line, returnedUnits: Math.min(1, line.returnedUnits) })) },
        balance,
      ),
  }),
  fault('money for goods that are gone is kept', 'law 4', { paysBackWhatIsGone: false }),
  fault('“ready” is said before everything is set aside', 'law 8', { checkAllPicked: () => undefined }),
  fault('a missing unit is not taken off the picked ones', 'law 8', {
    shortLine: (row, lineId, units) => {
      const line = realRules.shortLine(row, lineId, units)
      return { ...line, shortUnits: line.shortUnits - units }
    },
  }),
  fault('work opens with the first van, whatever the others bring', 'law 8', { goodsAreThere: () => true }),
  fault('a canceled order keeps its units in the van', 'law 2', { releasesTransit: false }),
  fault('the buyer is told before the commit', 'law 3', { answersBeforeCommit: true }),
  fault('a subscriber moves on before it has done its work', 'law 4', { positionMovesFirst: true }),
]
