import type { Address, ConsentState, IdentityKind, IdentityProof } from '@hilo/contract'
import type { CountryCode } from 'libphonenumber-js'
import { flag, type Issue, refusal } from '#platform/imports/index'
import { normalizeIdentity } from '../identities.ts'

export type ImportedIdentity = {
  kind: IdentityKind
  value: string
  proof: IdentityProof
  verifiedAt?: string | null
  source?: string
  createdAt?: string
}
export type ImportedAddress = Address & { createdAt?: string }
export type ImportedConsent = Omit<ConsentState, 'at'> & { at?: string; proof?: Record<string, unknown> }

/** One person as any format gives them. */
export type CustomerRecord = {
  /** Set by Hilo's own export: this very record, so what the file says replaces what is here. Other formats only fill gaps. */
  personId?: string
  /** The record this one was linked to. */
  linkedTo?: string
  name: string
  language?: 'es' | 'en'
  birthday: string | null
  tags: string[]
  note: string
  identities: ImportedIdentity[]
  addresses: ImportedAddress[]
  consents: ImportedConsent[]
  createdAt?: string
  /** What had no place here, kept as it was. */
  source: Record<string, unknown>
}

export type RawIdentity = { field: string; kind: IdentityKind; value: string; country?: string }

/**
 * Keeps the identifiers somebody can be known by. One that cannot be reached is flagged while another one is left; with none left the
 * row is refused, since nobody could ever find that person again.
 */
export function usableIdentities(
  line: number,
  raw: readonly RawIdentity[],
): { identities: ImportedIdentity[]; issues: Issue[] } {
  const identities: ImportedIdentity[] = []
  const issues: Issue[] = []
  for (const { field, kind, value, country } of raw) {
    if (value.trim() === '') continue
    const normal = normalizeIdentity(kind, value, (country || 'ES') as CountryCode)
    if (normal !== undefined) {
      if (!identities.some((known) => known.kind === kind && known.value === normal))
        identities.push({ kind, value: normal, proof: 'imported' })
      continue
    }
    issues.push(
      flag(line, field, kind === 'email' ? 'mail_not_valid' : 'phone_not_valid', value, {
        es: `Corrige ${kind === 'email' ? 'el correo' : 'el teléfono'} en la ficha; no se ha guardado.`,
        en: `Correct the ${kind === 'email' ? 'mail address' : 'phone'} in the record; it was not kept.`,
      }),
    )
  }
  if (identities.length > 0) return { identities, issues }
  const first = issues[0]
  const remedy = {
    es: 'Añade un correo, un teléfono o un identificador válido y vuelve a importar.',
    en: 'Add a valid mail address, phone or identifier and import again.',
  }
  return {
    identities,
    issues: [refusal(line, first?.field ?? 'email', 'nobody_to_reach', first?.value ?? null, remedy)],
  }
}

const text = (value: string | null | undefined, max: number) => (value ?? '').trim().slice(0, max)

/** Cells of an address; undefined without a street, or with nothing to find it by. */
export function addressFrom(cells: { [K in keyof Address]?: string | null }): ImportedAddress | undefined {
  const line1 = text(cells.line1, 200)
  if (line1 === '') return undefined
  const country = text(cells.country, 2).toUpperCase()
  return {
    name: text(cells.name, 120),
    line1,
    line2: text(cells.line2, 200),
    postalCode: text(cells.postalCode, 12),
    city: text(cells.city, 100),
    province: text(cells.province, 100),
    country: /^[A-Z]{2}$/.test(country) ? country : 'ES',
    phone: text(cells.phone, 30),
  }
}

/** Marketing consent that another system reports. Only a yes is worth a row: no row is a no. */
export function reportedConsent(
  channel: 'email' | 'sms',
  { granted, from, at }: { granted: boolean; from: string; at?: string },
): ImportedConsent[] {
  if (!granted) return []
  return [
    {
      purpose: 'marketing',
      channel,
      granted: true,
      wording: `Consent as kept in ${from}`,
      wordingVersion: from,
      source: `import ${from}`,
      at,
    },
  ]
}

/** Tags as other systems write them: separated by commas. */
export function tagsFrom(list: string): string[] {
  return [...new Set(list.split(',').map((tag) => tag.trim().slice(0, 60)))].filter((tag) => tag !== '').slice(0, 50)
}
