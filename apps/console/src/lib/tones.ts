import type { Tone } from '@hilo/ui'

/** How a state stands, for the shape beside its word: kept, owed, broken, on its way (thread), quiet. */
const tones: Record<string, Record<string, Tone>> = {
  order: { draft: 'quiet', placed: 'thread', completed: 'kept', canceled: 'broken', lapsed: 'quiet' },
  payment: { unpaid: 'owed', part_paid: 'owed', paid: 'kept', part_refunded: 'info', refunded: 'quiet' },
  tender: {
    pending: 'owed',
    authorized: 'thread',
    captured: 'kept',
    declined: 'broken',
    voided: 'quiet',
    unknown: 'broken',
  },
  work: {
    waiting: 'info',
    open: 'owed',
    picking: 'thread',
    packed: 'thread',
    ready: 'kept',
    shipped: 'thread',
    delivered: 'kept',
    handed_over: 'kept',
    canceled: 'quiet',
  },
  promise: { made: 'owed', kept: 'kept', broken: 'broken', withdrawn: 'quiet' },
  transfer: { requested: 'owed', sent: 'thread', received: 'kept', canceled: 'quiet' },
  product: { draft: 'quiet', active: 'kept', archived: 'info' },
  promotion: { draft: 'quiet', paused: 'owed', scheduled: 'info', running: 'kept', ended: 'quiet', used_up: 'quiet' },
  import: { uploaded: 'owed', running: 'thread', done: 'kept', failed: 'broken', canceled: 'quiet' },
  mail: { queued: 'thread', sent: 'kept', failed: 'broken', held: 'info' },
  webhook: { enabled: 'kept', paused: 'owed', disabled: 'broken' },
  shortage: { asked: 'owed', chosen: 'thread', settled: 'kept' },
  delivery: { pending: 'thread', delivered: 'kept', failed: 'broken' },
}

export function toneOf(group: keyof typeof tones, state: string): Tone {
  return tones[group]?.[state] ?? 'info'
}
