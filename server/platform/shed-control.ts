/**
 * How many requests may be under way at once, found out while it matters.
 *
 *   BOUND    a limit on requests under way bounds the time each of them takes (Little's law: time = number under way ÷ rate). It holds
 *            from the first request of a rush on; nothing has to be noticed first.
 *   QUEUE    the limit follows the standing queue: how long a question that asks for nothing waits for its turn in this process, for a
 *            connection and for the database. Its least value of a moment counts, as in CoDel (RFC 8289), so that a hiccup or one slow
 *            request is no queue; and it is the wait that counts, not the time of answers, which also depends on what was asked and
 *            on payment providers (DAGOR: Zhou et al., Overload Control for Scaling WeChat Microservices, SoCC 2018).
 *   WINDOW   a queue makes the limit smaller by a factor, its absence larger step by step, as TCP does with its window (Chiu and Jain,
 *            Analysis of the Increase and Decrease Algorithms for Congestion Avoidance, 1989).
 *   CLASSES  each class finds room only up to its share of the limit, so the first in line are let in while the last are refused.
 *
 * Who has been in for more than a second or two waits for something else than a place (a provider's answer, the next live event, a
 * slow line) and is not counted any more. No clock, no timer in here: whoever owns it calls `heed` and `turn`.
 */
import type { SheddingClass } from './shed-classes.ts'

/** How full of the limit it may be for a class still to come in. */
const shares: Readonly<Record<SheddingClass, number>> = {
  till: 3,
  purchase: 1,
  file: 0.95,
  order: 0.85,
  browse: 0.7,
  office: 0.5,
}
const leastShare = Math.min(...Object.values(shares))

/** A standing queue beyond this is too long, in milliseconds: a request waits some times on its way, and people notice 100. */
export const queueMsMax = 50
/** A queue stands when so many looks on end have found one. A process that was blocked for a moment shows it in two of them. */
const looksOfQueue = 3
/** While so many are under way nobody is in anybody's way: a process does its best at about this number. */
const limitMin = 48
/** What an idle process starts with: some tenths of a second of work for one that does a thousand a second. */
const limitUsual = 300
const growth = 1.04
const shrinkMost = 0.6

/** Requests that came in during the same second. */
export type Round = { open: number }

/** The controller: pure, so that a test can play an hour of rush in a moment. */
export class LoadControl {
  #limit = limitUsual
  #round: Round = { open: 0 }
  #before: Round = { open: 0 }
  #peak = 0
  #wasShort = false
  /** Of the last looks, the newest first. */
  #waited: readonly number[] = []
  #queueMs = 0

  /** Requests under way that count. */
  get inFlight(): number {
    return this.#round.open + this.#before.open
  }
  /** How many may be under way at once now. */
  get limit(): number {
    return Math.round(this.#limit)
  }
  /** The standing queue as it was last seen, in milliseconds. */
  get queueMs(): number {
    return this.#queueMs
  }
  /** True when there is room for everybody, so that the class need not even be asked for. */
  get isRoomy(): boolean {
    return this.#round.open + this.#before.open < this.#limit * leastShare
  }

  /** Whether one more of this class may come in. A refusal is noted: it says that the limit is felt. */
  hasRoom(of: SheddingClass): boolean {
    if (this.inFlight < this.#limit * shares[of]) return true
    this.#wasShort = true
    return false
  }

  /** Counts one in. @returns what to give to `leave` at its end */
  enter(): Round {
    const round = this.#round
    round.open += 1
    const now = round.open + this.#before.open
    if (now > this.#peak) this.#peak = now
    return round
  }

  /** One has been answered or has gone away. */
  leave(round: Round): void {
    round.open -= 1
  }

  /** Once a second: those who came in before the last one are not counted any more. */
  turn(): void {
    this.#before = this.#round
    this.#round = { open: 0 }
  }

  /** Some ten times a second while there is a crowd: how long the question that asks for nothing has just waited, in milliseconds. */
  heed(waitedMs: number): void {
    this.#waited = [waitedMs, ...this.#waited].slice(0, looksOfQueue)
    this.#queueMs = this.#waited.length < looksOfQueue ? 0 : Math.min(...this.#waited)
    if (this.#queueMs > queueMsMax) {
      const used = Math.min(this.#limit, this.#peak)
      this.#limit = Math.max(limitMin, used * Math.max(shrinkMost, queueMsMax / this.#queueMs))
    } else if (this.#wasShort || this.#limit < limitUsual) this.#limit = this.#limit * growth + 1
    else this.#limit = Math.max(limitUsual, this.#limit / growth)
    this.#peak = this.inFlight
    this.#wasShort = false
  }
}
