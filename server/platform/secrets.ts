import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { crc32 } from 'node:zlib'

/** Hash under which an opaque token is stored; the token itself has 256 random bits, so a plain SHA-256 cannot be turned back. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/**
 * Seals a text with a key that stands outside the database (`HILO_SECRET`): AES-256-GCM, fresh nonce, bound to its purpose, so
 * that a sealed value copied into another column does not open there.
 * @returns `v1.` and base64url of nonce, tag and ciphertext
 */
export function seal(secret: string, purpose: string, text: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyFor(secret, purpose), nonce)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`
}

/** Opens what `seal` closed; undefined when the secret, the purpose or the text is another one. */
export function unseal(secret: string, purpose: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed.replace(/^v1\./, ''), 'base64url')
  if (bytes.length < 28) return undefined
  const decipher = createDecipheriv('aes-256-gcm', keyFor(secret, purpose), bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
  } catch {
    // GCM says "not what was sealed": changed, or sealed with another secret. The caller decides what that means.
    return undefined
  }
}

/** What stands for a text to whoever has the key: `sign` gives it, `isOf` tells whether it is the text's. */
export type Signer = { sign(text: string): string; isOf(text: string, signature: string): boolean }

/**
 * Signs texts with a key that stands outside the database (`HILO_SECRET`), so that a link can be made again without being kept:
 * HMAC-SHA-256 of its purpose's own key, 192 bits, 32 letters of base64url. Compares in constant time.
 */
export function signer(secret: string, purpose: string): Signer {
  // A key object is read once; bytes would be read anew for every signature, which costs more than signing.
  const key = createSecretKey(keyFor(secret, purpose))
  const sign = (text: string) => createHmac('sha256', key).update(text).digest().subarray(0, 24).toString('base64url')
  const isOf = (text: string, signature: string) => {
    const [expected, given] = [Buffer.from(sign(text)), Buffer.from(signature)]
    return expected.length === given.length && timingSafeEqual(expected, given)
  }
  return { sign, isOf }
}

function keyFor(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'hilo', purpose, 32))
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const keyShape = /^hilo_live_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/

/** A new API key: `hilo_live_`, 32 random base-62 digits (190 bits), 6 digits of CRC-32, so that scanners know a leaked one. */
export function newApiKey(): string {
  let random = ''
  // Bytes of 248 and above would favour the first digits of the alphabet.
  while (random.length < 32)
    for (const byte of randomBytes(48)) if (byte < 248 && random.length < 32) random += alphabet[byte % 62]
  return `hilo_live_${random}${checksum(random)}`
}

/** Whether the text has the shape and checksum of an API key; junk is refused without asking the database. */
export function looksLikeApiKey(text: string): boolean {
  const match = keyShape.exec(text)
  return match !== null && checksum(match[1] ?? '') === match[2]
}

function checksum(random: string): string {
  let rest = crc32(random)
  let text = ''
  for (let i = 0; i < 6; i++) {
    text = alphabet[rest % 62] + text
    rest = Math.floor(rest / 62)
  }
  return text
}
