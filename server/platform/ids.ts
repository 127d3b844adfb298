import { randomBytes } from 'node:crypto'

/** Prefixes in use; one per kind of thing, so that an id names what it points at. */
export const idPrefixes = [
  'act',
  'adr',
  'alc',
  'apk',
  'aud',
  'cap',
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
  const random = randomBytes(9)
  random[0] = (random[0] ?? 0) & 0x0f
  const value = (BigInt(lastMs) << 80n) | (BigInt(sequence & 0xfff) << 68n) | BigInt(`0x${random.toString('hex')}`)
  return `${prefix}_${toBase62(value)}`
}

/** True when the text has the shape of an id with this prefix. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return new RegExp(`^${prefix}_[0-9A-Za-z]{22}$`).test(text)
}

function toBase62(value: bigint): string {
  let rest = value
  let text = ''
  for (let i = 0; i < idDigits; i++) {
    text = alphabet[Number(rest % 62n)] + text
    rest /= 62n
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
