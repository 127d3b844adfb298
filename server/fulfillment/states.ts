import type { FulfillmentStatus } from '@hilo/contract'
import { fulfillmentProblems } from './problems.ts'

export type FulfillmentKind = 'pickup' | 'delivery' | 'carry_out'
export const steps = [
  'arrive',
  'wait',
  'pick',
  'unpick',
  'set_aside',
  'pack',
  'hand_over',
  'ship',
  'deliver',
  'short',
  'cancel',
] as const
export type Step = (typeof steps)[number]

/**
 * The state table, as the README prints it: from which state each step leads where. What is not here is refused.
 * `arrive`: all transfers are in · `wait`: goods must be brought after all · `short`: a unit is not where it should be ·
 * `unpick`: a unit goes back to its shelf, the parcel is opened; what is ready was told to the customer and is reported short instead ·
 * `deliver`: the carrier says so.
 */
export const stateTable: Readonly<
  Record<
    FulfillmentKind,
    Readonly<Partial<Record<Step, Readonly<Partial<Record<FulfillmentStatus, FulfillmentStatus>>>>>>
  >
> = {
  pickup: {
    arrive: { waiting: 'open' },
    wait: { open: 'waiting', picking: 'waiting' },
    pick: { open: 'picking', picking: 'picking' },
    unpick: { picking: 'picking' },
    set_aside: { open: 'ready', picking: 'ready' },
    hand_over: { ready: 'handed_over' },
    short: { waiting: 'waiting', open: 'open', picking: 'picking', ready: 'picking' },
    cancel: { waiting: 'canceled', open: 'canceled', picking: 'canceled', ready: 'canceled' },
  },
  delivery: {
    arrive: { waiting: 'open' },
    wait: { open: 'waiting', picking: 'waiting' },
    pick: { open: 'picking', picking: 'picking' },
    unpick: { picking: 'picking', packed: 'picking' },
    pack: { open: 'packed', picking: 'packed' },
    ship: { packed: 'shipped' },
    deliver: { shipped: 'delivered' },
    short: { waiting: 'waiting', open: 'open', picking: 'picking', packed: 'picking' },
    cancel: { waiting: 'canceled', open: 'canceled', picking: 'canceled', packed: 'canceled' },
  },
  carry_out: {
    hand_over: { open: 'handed_over' },
    cancel: { open: 'canceled' },
  },
}

/** Where a step leads. @throws Problem fulfillment.state with the state and the step */
export function nextStatus(
  { kind, status }: { kind: FulfillmentKind; status: FulfillmentStatus },
  step: Step,
): FulfillmentStatus {
  const next = stateTable[kind][step]?.[status]
  if (next === undefined) throw fulfillmentProblems.state({ kind, status, step })
  return next
}

/** Whether it is over: nothing more will happen to it. */
export function isFinal(status: FulfillmentStatus): boolean {
  return status === 'delivered' || status === 'handed_over' || status === 'canceled'
}
