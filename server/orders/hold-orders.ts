import type { Contact, DeliveryChoice } from '@hilo/contract'
import { claimStock } from '#inventory'
import { balanceOf, type Claimed, paymentProblems, prepareClaims, type TakenTender } from '#payments'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { eventsPiece, wakeAfter } from '#platform/outbox'
import { writeAll } from '#platform/sql'
import { Alone, each, eachOk, mapOutcomes, type Outcome, Raced } from '#platform/together'
import { askRules, redeemCoupons } from '#pricing'
import { withChange } from './cart-commands.ts'
import { type Stock, stockOf } from './cart-plan.ts'
import { assertPlaceable, type Quote, quote, warmQuotes } from './cart-quote.ts'
import { type CartRow, findCart, lockCarts } from './cart-rows.ts'
import { changedCartsPiece } from './cart-writes.ts'
import { allocationLines, type Committed, commitOrder } from './commit-order.ts'
import { type Draft, draftOrder } from './draft-order.ts'
import { lapseDraft } from './lapse-draft.ts'
import { lockOrder } from './order-rows.ts'
import { newOrderPieces } from './order-writes.ts'
import type { PlaceOrder } from './place-order.ts'
import { orderProblems } from './problems.ts'

/** How long goods stay held for a buyer who is paying. */
export const draftMinutes = 20

export type Held =
  | { placed: true; orderId: string; changeMinor: number; committed?: Committed }
  | { placed: false; draft: Draft; claimed?: Claimed }
type Begun = { cart: CartRow; input: PlaceOrder }
type Holding = { cart: CartRow; input: PlaceOrder; quoted: Quote; dueMinor: number }
type Drafted = Holding & { draft: Draft }

/**
 * The first transaction of placing carts: finds what an earlier try left, or makes the draft with its goods held and its payment
 * claimed; commits it where nothing is left to be paid. The plain cart shares it with others; one with coupons, with goods held at a
 * till or with an earlier try comes alone.
 */
export async function holdOrders(tx: Tx, clock: Clock, inputs: readonly PlaceOrder[]): Promise<Outcome<Held>[]> {
  const shared = inputs.length > 1
  askRules(tx)
  const carts = await lockCarts(
    tx,
    inputs.map(({ cartId }) => cartId),
  )
  const seen = new Set<string>()
  const begun = await each(inputs, async (input): Promise<{ resumed: Held } | Begun> => {
    const cart = carts.get(input.cartId)
    if (!cart) throw orderProblems.cart_not_found()
    if (seen.has(cart.id)) throw new Raced('the same cart twice in one batch')
    seen.add(cart.id)
    if (shared && !isPlain(cart)) throw new Alone('this cart needs a transaction of its own')
    const resumed = await resume(tx, clock, cart, input)
    if (resumed) return { resumed }
    // Only an earlier draft that lapsed just now has changed the cart since it was locked.
    const current = cart.order === null ? cart : ((await findCart(tx, cart.id)) ?? cart)
    const { contact, delivery, consents } = input
    return { cart: withChange(current, { contact, delivery, consents }), input }
  })
  const [only] = begun
  if (only?.ok && 'resumed' in only.value) return [{ ok: true, value: only.value.resumed }]
  const fresh = begun as Outcome<Begun>[]
  const baskets = fresh.flatMap((one) => (one.ok ? [one.value.cart] : []))
  const stockFor = stockOf(tx, baskets)
  if (shared) await warmQuotes(tx, baskets)
  const quoted = await eachOk(
    fresh,
    (value) => value,
    (list) => each(list, (value) => quoteCart(tx, clock, value)),
  )
  if (!shared && quoted[0]?.ok && !paysAll(quoted[0].value))
    return mapOutcomes([await holdAtOnce(tx, clock, quoted[0].value)], (held) => held)
  return eachOk(
    quoted,
    (value) => value,
    (list) => holdForPayment(tx, clock, list, stockFor),
  )
}

/** Nothing was held, entered or tried for it before. */
function isPlain(cart: CartRow): boolean {
  return cart.order === null && cart.status === 'open' && cart.held.length === 0 && cart.couponCodes.length === 0
}

function paysAll({ dueMinor, input }: Holding): boolean {
  return dueMinor > 0 && input.online !== undefined
}

/** What the cart costs now, and whether that is what the buyer saw. */
async function quoteCart(
  tx: Tx,
  clock: Clock,
  { cart, input }: { cart: CartRow; input: PlaceOrder },
): Promise<Holding> {
  const quoted = await quote(tx, clock, cart)
  assertPlaceable(cart, quoted)
  assertContact(cart)
  const { totalMinor } = quoted.priced
  if (totalMinor !== input.expectedTotalMinor)
    throw orderProblems.total_changed({ expectedMinor: input.expectedTotalMinor, totalMinor })
  return { cart, input, quoted, dueMinor: dueOnline(input, totalMinor) }
}

/** Drafts with their goods held and their payments claimed: one lock over the stock, one statement of writes. */
async function holdForPayment(
  tx: Tx,
  clock: Clock,
  list: readonly Holding[],
  stockFor: ReturnType<typeof stockOf>,
): Promise<Outcome<Held>[]> {
  const shared = list.length > 1
  const stock = await stockFor(list.map(({ quoted }) => quoted))
  const drafted: Outcome<Drafted>[] = []
  // One after the other: each plan takes its units off the figures of the next.
  for (const one of list) {
    if (shared && !paysAll(one)) drafted.push({ ok: false, error: new Alone('nothing is to be paid online') })
    else
      drafted.push(...(await each([one], (value) => draftCart(tx, clock, value, stock.get(value.quoted.channel.id)))))
  }
  return eachOk(
    drafted,
    (value) => value,
    (good) => holdDrafts(tx, clock, good),
  )
}

async function holdDrafts(tx: Tx, clock: Clock, list: readonly Drafted[]): Promise<Outcome<Held>[]> {
  const claimed = await claimStock(
    tx,
    clock,
    list.map(({ draft, cart }) => ({
      kind: 'reserve',
      holderId: cart.id,
      lines: allocationLines(draft.plan),
      expiresAt: draft.lapsesAt ?? clock.now(),
      ignoreSafetyStock: cart.locationId !== null,
      replace: cart.held.length > 0,
    })),
  )
  const held = list.filter((_, at) => claimed.outcomes[at]?.ok)
  const drafts = held.map(({ draft }) => draft)
  const claims = prepareClaims(
    clock,
    drafts.map(({ id, totalMinor, currency }) => ({ orderId: id, amountMinor: totalMinor, currency })),
  )
  if (held.length > 0) {
    const placing = held.map(({ cart }) => ({ ...cart, status: 'placing' as const }))
    const writes = [...claimed.writes, ...newOrderPieces(drafts), changedCartsPiece(clock, placing), ...claims.writes]
    tx.later(writeAll([...writes, eventsPiece(clock, claimed.events)]))
    wakeAfter(tx)
  }
  let next = 0
  return claimed.outcomes.map((one, at): Outcome<Held> => {
    const draft = list[at]?.draft
    if (!one.ok || !draft) return one.ok ? { ok: false, error: new Error('a draft is missing') } : one
    const payment = claims.payments[next++]
    return { ok: true, value: { placed: false, draft, ...(payment ? { claimed: { payment, fresh: true } } : {}) } }
  })
}

/** All money is there already (or will be asked for later): held and committed in one go. */
async function holdAtOnce(tx: Tx, clock: Clock, holding: Holding): Promise<Outcome<Held>> {
  const { cart, input, quoted, dueMinor } = holding
  const { draft } = await draftCart(tx, clock, holding)
  if (input.contact !== undefined || input.delivery !== undefined) tx.later(changedCartsPiece(clock, [cart]))
  const committed = await commitOrder(tx, clock, {
    draft,
    fresh: true,
    ...(cart.held.length > 0 ? { holderId: cart.id } : {}),
    actorId: input.actorId,
    acceptUnknownStock: input.acceptUnknownStock ?? false,
    publicUrl: input.publicUrl,
    tenders: input.tenders ?? [],
    balance: { capturedMinor: quoted.priced.totalMinor - dueMinor, refundedMinor: 0, live: 0 },
  })
  return { ok: true, value: { placed: true, orderId: draft.id, changeMinor: committed.changeMinor, committed } }
}

async function draftCart(tx: Tx, clock: Clock, holding: Holding, stock?: Stock): Promise<Drafted> {
  const { cart, input, quoted } = holding
  const draft = await draftOrder(
    tx,
    clock,
    {
      quote: quoted,
      cartId: cart.id,
      externalRef: null,
      locationId: cart.locationId,
      staffId: cart.staffId,
      personId: cart.personId,
      language: cart.language,
      contact: cart.contact,
      delivery: cart.delivery ?? { kind: 'carry_out', locationId: cart.locationId ?? '' },
      consents: cart.consents,
      couponCodes: cart.couponCodes,
      note: cart.note,
      lapsesAt: new Date(clock.now().getTime() + draftMinutes * 60_000),
      // What the cart holds at a till counts as free for its own plan, and is handed over to the order.
      ...(cart.held.length > 0 ? { holderId: cart.id } : {}),
      onCounter: input.acceptUnknownStock ?? false,
    },
    stock,
  )
  await redeemCoupons(tx, clock, { orderId: draft.id, redemptions: quoted.coupons })
  return { ...holding, draft }
}

/**
 * What an earlier try left: a placed order is the answer; a draft in time is gone on with; one past its time lapses here.
 * Tenders of the earlier try count, so a repeated counter sale answers the same change.
 */
async function resume(tx: Tx, clock: Clock, cart: CartRow, input: PlaceOrder): Promise<Held | undefined> {
  if (cart.status === 'merged') throw orderProblems.cart_merged()
  if (!cart.order) return undefined
  if (cart.order.status !== 'draft') {
    return { placed: true, orderId: cart.order.id, changeMinor: changeOf(input.tenders ?? []) }
  }
  const draft = await lockOrder(tx, cart.order.id)
  const { capturedMinor, live } = await balanceOf(tx, draft.id)
  const late = draft.lapsesAt !== null && draft.lapsesAt <= clock.now()
  if (
    capturedMinor === 0 &&
    live === 0 &&
    (late || draft.totalMinor !== input.expectedTotalMinor || differs(draft, input))
  ) {
    await lapseDraft(tx, clock, { orderId: draft.id })
    return undefined
  }
  if (draft.plan === null) throw new Error(`draft ${draft.id} has no plan`)
  return { placed: false, draft: { ...draft, plan: draft.plan } }
}

/** Whether the buyer now asks for another way or another contact than the draft has. */
function differs(
  draft: { contact: Contact; delivery: DeliveryChoice | null },
  { contact, delivery }: PlaceOrder,
): boolean {
  const other = (asked: unknown, has: unknown) => asked !== undefined && JSON.stringify(asked) !== JSON.stringify(has)
  return other(delivery, draft.delivery) || (contact !== undefined && contact.email !== draft.contact.email)
}

/** Who only carries goods out may stay unknown; everybody else must be told when something happens. */
function assertContact({ contact, delivery }: CartRow): void {
  if (delivery?.kind === 'carry_out') return
  if (contact.name === '') throw orderProblems.contact_missing({ parameter: 'contact.name' })
  if (contact.email === '' && contact.phone === '') throw orderProblems.contact_missing({ parameter: 'contact.email' })
}

/**
 * What the tenders leave to be paid online, in minor units.
 * @throws Problem payments.tenders_do_not_match
 */
function dueOnline({ tenders = [], online, restOnline = false }: PlaceOrder, totalMinor: number): number {
  const offered = tenders.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const rest = totalMinor - offered
  if (rest < 0 || (rest > 0 && !online && !restOnline)) {
    throw paymentProblems.tenders_do_not_match({ totalMinor, offeredMinor: offered })
  }
  return rest
}

function changeOf(tenders: readonly TakenTender[]): number {
  return tenders.reduce((sum, tender) => {
    const given = tender.method === 'cash' ? (tender.tenderedMinor ?? tender.amountMinor) : tender.amountMinor
    return sum + given - tender.amountMinor
  }, 0)
}
