import { randomBytes, randomFillSync } from 'node:crypto'

/** Prefixes in use; one per kind of thing, so that an id names what it points at. */
export const idPrefixes = [
  'act',
  'adr',
  'alc',
  'apk',
  'aud',
  'bak',
  'cap',
  'chk',
  'col',
  'con',
  'crt',
  'dlv',
  'evt',
  'ful',
  'idn',
  'imp',
  'lin',
  'lnk',
  'loc',
  'mbr',
  'med',
  'mov',
  'msg',
  'not',
  'ord',
  'pay',
  'per',
  'pli',
  'prd',
  'prm',
  'pro',
  'psk',
  'rcp',
  'ref',
  'req',
  'res',
  'ret',
  'rma',
  'ses',
  'sho',
  'thr',
  'trf',
  'var',
  'vis',
  'whe',
] as const
export type IdPrefix = (typeof idPrefixes)[number]

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const idDigits = 22
let lastMs = 0
let sequence = 0

/**
 * A new id such as `ord_01JD…`: prefix and 22 base-62 digits of a UUIDv7-shaped value (48 bits of milliseconds, 12 bits of
 * sequence within the millisecond, 68 random bits). Sorts by time in the "C" collation, so index inserts stay at the right
 * edge. The wall clock here orders ids and nothing else; no rule of the domain reads it.
 */
export function newId(prefix: IdPrefix): string {
  const now = Date.now()
  if (now > lastMs) {
    lastMs = now
    sequence = 0
  } else {
    sequence += 1
  }
  // Eight limbs of 16 bits, the highest first.
  const limbs = [Math.floor(lastMs / 2 ** 32), Math.floor(lastMs / 2 ** 16) % 65_536, lastMs % 65_536]
  limbs.push(((sequence & 0xfff) << 4) | (random16() & 0xf), random16(), random16(), random16(), random16())
  return `${prefix}_${toBase62(limbs)}`
}

const pool = new Uint16Array(2048)
let drawn = pool.length

/** Random bits are drawn from the system many at a time: one call for dozens of ids. */
function random16(): number {
  if (drawn === pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  return pool[drawn++] ?? 0
}

/** True when the text has the shape of an id with this prefix. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return new RegExp(`^${prefix}_[0-9A-Za-z]{22}$`).test(text)
}

/** Five digits a division: 62^5 times a limb stays exact in a double, where big integers would take ten times as long. */
const fiveDigits = 62 ** 5

function toBase62(limbs: number[]): string {
  let text = ''
  for (let left = idDigits; left > 0; left -= 5) {
    let rest = 0
    for (let i = 0; i < limbs.length; i++) {
      const value = rest * 65_536 + (limbs[i] ?? 0)
      limbs[i] = Math.floor(value / fiveDigits)
      rest = value % fiveDigits
    }
    for (let digit = Math.min(5, left); digit > 0; digit--) {
      text = alphabet[rest % 62] + text
      rest = Math.floor(rest / 62)
    }
  }
  return text
}

const codeAlphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/** A short code people read aloud and type (no 0/O, 1/I); `length` 8 gives 40 random bits. */
export function newCode(length: number): string {
  return Array.from(randomBytes(length), (byte) => codeAlphabet[byte & 31]).join('')
}

/** An opaque secret token with 256 random bits, URL-safe. Store only its hash. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}
