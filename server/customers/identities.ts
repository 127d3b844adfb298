import type { IdentityKind, IdentityProof } from '@hilo/contract'
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js'
import { customerProblems } from './problems.ts'

export type IdentityGiven = { kind: IdentityKind; value: string; proof: IdentityProof }

/** How much each proof says; a stronger one replaces a weaker one, never the other way. */
export const proofStrength: Readonly<Record<IdentityProof, number>> = {
  claimed: 0,
  imported: 1,
  staff: 2,
  payment: 3,
  code: 4,
}

/** Which identifier tells best who somebody is, best first; decides when two point at different people. */
const kindOrder: readonly IdentityKind[] = [
  'email',
  'external',
  'loyalty_card',
  'phone',
  'whatsapp',
  'instagram',
  'visitor',
]

/**
 * The one spelling under which an identifier is kept: mail in lower case and NFC, phones in E.164 (Spanish without a prefix).
 * Dots and +tags in mail addresses stay: only some providers ignore them, and a wrong merge is worse than a duplicate.
 * @returns undefined when the value cannot be such an identifier
 */
export function normalizeIdentity(kind: IdentityKind, value: string, country: CountryCode = 'ES'): string | undefined {
  const text = value.normalize('NFC').trim()
  switch (kind) {
    case 'email':
      return normalizeEmail(text)
    case 'phone':
    case 'whatsapp': {
      const phone = parsePhoneNumberFromString(text, country)
      return phone?.isValid() ? phone.number : undefined
    }
    case 'instagram':
      return /^@?[a-z0-9._]{1,30}$/i.test(text) ? text.replace(/^@/, '').toLowerCase() : undefined
    case 'visitor':
    case 'loyalty_card':
    case 'external':
      return text.length > 0 && text.length <= 200 ? text : undefined
    default: {
      const never: never = kind
      return never
    }
  }
}

function normalizeEmail(text: string): string | undefined {
  const mail = text.toLowerCase()
  const [local = '', domain = '', ...rest] = mail.split('@')
  const shaped = rest.length === 0 && local.length <= 64 && mail.length <= 254
  const localFits = /^[^\s@<>(),:;"[\]\\]+$/.test(local) && !/^\.|\.$|\.\./.test(local)
  const domainFits =
    /^(?=.{1,253}$)[^\s@<>(),:;"[\]\\_]+$/.test(domain) &&
    domain.split('.').every((part) => /^[^-].{0,62}$/.test(part) && !part.endsWith('-'))
  return shaped && localFits && domainFits && domain.includes('.') ? mail : undefined
}

/**
 * Normalizes, drops repeats (keeping the stronger proof) and sorts by key, the order in which rows are written and locked. A phone or
 * handle that cannot be reached is left out beside a good identifier: a slip in it must not stop an order that is paid already. A mail
 * address must be right, since it decides who somebody is.
 * @throws Problem customers.identity_invalid naming the value that will not do, customers.identity_missing
 */
export function normalizeIdentities(given: readonly IdentityGiven[]): IdentityGiven[] {
  const byKey = new Map<string, IdentityGiven>()
  const unusable = given.filter(({ kind, value }) => normalizeIdentity(kind, value) === undefined)
  for (const { kind, value, proof } of given) {
    const normal = normalizeIdentity(kind, value)
    if (normal === undefined) continue
    const key = `${kind}:${normal}`
    const before = byKey.get(key)
    if (!before || proofStrength[proof] > proofStrength[before.proof]) byKey.set(key, { kind, value: normal, proof })
  }
  const named = [...byKey.values()].some(({ kind }) => kind !== 'visitor')
  const refused = unusable.find(({ kind }) => kind === 'email' || !named)
  if (refused) throw customerProblems.identity_invalid({ parameter: refused.kind, value: refused.value })
  if (byKey.size === 0) throw customerProblems.identity_missing()
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, identity]) => identity)
}

/**
 * The identifiers that may decide who somebody is, best first. A phone number that was only typed in does not, when better
 * ones are there: whoever types a stranger's number must not become that stranger.
 */
export function deciding(given: readonly IdentityGiven[]): IdentityGiven[] {
  const named = given.filter(({ kind }) => kind !== 'visitor')
  const carrying = named.filter(({ kind, proof }) => kind === 'email' || proof !== 'claimed')
  const chosen = carrying.length > 0 ? carrying : named.length > 0 ? named : given
  const rank = ({ kind, proof }: IdentityGiven) => (proof === 'code' ? 0 : kindOrder.length) + kindOrder.indexOf(kind)
  return [...chosen].sort((a, b) => rank(a) - rank(b))
}
