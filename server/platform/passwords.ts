import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'

/** Argon2id as OWASP's password sheet gives it: 19 MiB, two passes, one lane. */
const current = { memory: 19_456, passes: 2, parallelism: 1 }
const tagLength = 32
type Cost = typeof current

/** Hash of a password as a PHC string, with its own salt and the parameters it was made with. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return phc(current, salt, await derive(password, salt, current))
}

/**
 * Whether the password belongs to the hash. Without a hash the same work is done for nothing, so that time does not tell
 * whether somebody is known.
 * @returns `rehash`: right, but made with older parameters; store a new hash
 */
export async function checkPassword(password: string, hash: string | null): Promise<'right' | 'rehash' | 'wrong'> {
  const parsed = hash === null ? undefined : parse(hash)
  if (!parsed) {
    await derive(password, Buffer.alloc(16), current)
    return 'wrong'
  }
  const derived = await derive(password, parsed.salt, parsed.cost, parsed.tag.length)
  if (!timingSafeEqual(derived, parsed.tag)) return 'wrong'
  const same = (Object.keys(current) as (keyof Cost)[]).every((key) => parsed.cost[key] === current[key])
  return same ? 'right' : 'rehash'
}

function derive(password: string, salt: Buffer, cost: Cost, length = tagLength): Promise<Buffer> {
  // NFC, so that the same accents typed on another keyboard are the same password.
  const message = password.normalize('NFC')
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message, nonce: salt, ...cost, tagLength: length }, (error, key) =>
      error ? reject(error) : resolve(Buffer.from(key)),
    )
  })
}

function phc(cost: Cost, salt: Buffer, tag: Buffer): string {
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${unpadded(salt)}$${unpadded(tag)}`
}

function parse(hash: string): { cost: Cost; salt: Buffer; tag: Buffer } | undefined {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash)
  if (!match) return undefined
  const [, memory, passes, parallelism, salt = '', tag = ''] = match
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}

// The words people choose first, from published lists of leaked passwords and their Spanish counterparts. A candidate is compared
// after digits, signs and case at its ends are taken off, so "Password2026!!" and "contraseña123456" are caught as well.
const common = new Set(
  `password passwort contrasena contraseña clave secreto secret qwerty qwertyuiop qwertyuiopasdf asdfghjkl asdfghjklzxcvbnm zxcvbnm qazwsx qazwsxedc
  iloveyou tequiero teamo letmein welcome bienvenido bienvenida admin administrator administrador root superman batman princess princesa dragon
  monkey football futbol baseball realmadrid barcelona sunshine shadow master hello hola freedom whatever trustno login abc abcd abcdef abcdefg
  abcdefgh abcdefghijkl michael jordan jessica charlie ashley michelle daniel carlos alejandro maria estrella mariposa america mexico madrid
  valencia sevilla españa espana tienda shop caja changeme cambiame default guest invitado test testing prueba hilo hilohilo linoysal passw0rd p@ssw0rd p@ssword
  password1password passwordpassword contraseñacontraseña qwertyqwerty correcthorsebatterystaple correct horse battery staple`.split(
    /\s+/,
  ),
)

/**
 * Why this password will not do, or undefined. Length counts, composition does not (NIST SP 800-63B §5.1.1, ASVS 6.2).
 * @param personal name and mail of its owner, which it must not consist of
 */
export function passwordWeakness(
  password: string,
  personal: readonly string[],
): 'too_short' | 'common' | 'personal' | undefined {
  const plain = password.normalize('NFC').toLowerCase()
  if ([...plain].length < 12) return 'too_short'
  const core = plain.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '').replace(/[\s._-]+/g, '')
  if (core === '' || common.has(core) || common.has(plain) || new Set(plain).size < 5 || isRun(plain)) return 'common'
  const words = personal.flatMap((text) => [text, ...text.split(/[\s@.]+/)]).map((text) => text.toLowerCase())
  return words.some((word) => word.length >= 4 && core === word.replace(/[\s._-]+/g, '')) ? 'personal' : undefined
}

/** `123456789012`, `abcdefghijkl`, `qwertyuiop…`: neighbours all the way. */
function isRun(text: string): boolean {
  const rows = [
    '01234567890123456789',
    'abcdefghijklmnopqrstuvwxyz',
    'qwertyuiopasdfghjklñzxcvbnm',
    '98765432109876543210',
  ]
  return rows.some((row) => row.includes(text) || [...row].toReversed().join('').includes(text))
}
