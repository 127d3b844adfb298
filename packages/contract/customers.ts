import { z } from 'zod'
import { address, id, instant, language, pageQuery } from './common.ts'

export const identityKind = z.enum(['email', 'phone', 'visitor', 'loyalty_card', 'external', 'whatsapp', 'instagram'])
export type IdentityKind = z.output<typeof identityKind>
/** How we know: said so, brought by an import, seen by staff, proved by a code, used in a payment. */
export const identityProof = z.enum(['claimed', 'imported', 'staff', 'code', 'payment'])
export type IdentityProof = z.output<typeof identityProof>
export const consentPurpose = z.enum(['marketing', 'profiling', 'service_followup'])
export const consentChannel = z.enum(['email', 'sms', 'whatsapp', 'phone', 'post', 'ads'])

export const identity = z.object({
  id,
  kind: identityKind,
  value: z.string(),
  proof: identityProof,
  verifiedAt: instant.nullable(),
  source: z.string(),
  createdAt: instant,
  /** The person it was given to; differs from the person shown when that one is linked. */
  personId: id,
})
export type CustomerIdentity = z.output<typeof identity>
/** What holds now for one purpose and channel. */
export const consentState = z.object({
  purpose: consentPurpose,
  channel: consentChannel,
  granted: z.boolean(),
  wording: z.string(),
  wordingVersion: z.string(),
  source: z.string(),
  at: instant,
})
export type ConsentState = z.output<typeof consentState>
export const consentEntry = consentState.extend({ id, personId: id })
export const customerAddress = address.extend({ id, createdAt: instant })
export type CustomerAddress = z.output<typeof customerAddress>

export const customerRow = z.object({
  id,
  name: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  language,
  tags: z.array(z.string()),
  city: z.string().nullable(),
  marketing: z.boolean(),
  linked: z.int(),
  anonymous: z.boolean(),
  createdAt: instant,
  lastSeenAt: instant.nullable(),
})
export type CustomerRow = z.output<typeof customerRow>
export const customerLink = z.object({
  id,
  fromPersonId: id,
  fromName: z.string(),
  toPersonId: id,
  reason: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  linkedBy: z.string(),
  linkedAt: instant,
})
export type CustomerLink = z.output<typeof customerLink>
export const customer = z.object({
  id,
  name: z.string(),
  language,
  birthday: z.string().nullable(),
  tags: z.array(z.string()),
  note: z.string(),
  anonymous: z.boolean(),
  erasedAt: instant.nullable(),
  version: z.int(),
  createdAt: instant,
  /** Every id that counts as this person, this one first. */
  personIds: z.array(id),
  identities: z.array(identity),
  consents: z.array(consentState),
  addresses: z.array(customerAddress),
  links: z.array(customerLink),
})
export type Customer = z.output<typeof customer>

export const customerQuery = pageQuery.extend({
  /** Part of a name, a mail, a phone or an order number. */
  q: z.string().max(100).optional(),
  tag: z.string().max(60).optional(),
  speaks: language.optional(),
  marketing: z.enum(['yes', 'no']).optional(),
  anonymous: z.enum(['yes', 'no']).default('no'),
})
export const identityBody = z.strictObject({
  kind: identityKind.exclude(['visitor']),
  value: z.string().min(1).max(254),
})
export const customerBody = z.strictObject({
  name: z.string().trim().min(1).max(120),
  language: language.default('es'),
  birthday: z.iso.date().nullable().default(null),
  tags: z.array(z.string().trim().min(1).max(60)).max(50).default([]),
  note: z.string().max(4000).default(''),
  identities: z.array(identityBody).max(10).default([]),
})
export const customerPatch = z.strictObject({
  /** The version that was read; another one is refused. */
  version: z.int(),
  name: z.string().trim().max(120).optional(),
  language: language.optional(),
  birthday: z.iso.date().nullable().optional(),
  tags: z.array(z.string().trim().min(1).max(60)).max(50).optional(),
  note: z.string().max(4000).optional(),
})
export const consentBody = z.strictObject({
  purpose: consentPurpose,
  channel: consentChannel,
  granted: z.boolean(),
  /** The sentence the person agreed to, or withdrew. */
  wording: z.string().trim().min(1).max(1000),
  wordingVersion: z.string().trim().min(1).max(40).default('1'),
  locationId: z.string().max(40).nullable().default(null),
})
export const addressBody = address
export const linkBody = z.strictObject({ otherPersonId: id, reason: z.string().trim().min(1).max(300) })
export const visitBody = z.strictObject({
  locationId: z.string().max(40),
  note: z.string().trim().max(1000).default(''),
})
export const eraseBody = z.strictObject({ reason: z.string().trim().min(1).max(300) })

/** One entry of a person's thread. `data` is the payload of the event it was made from. */
export const threadEntry = z.object({
  at: instant,
  seq: z.int(),
  kind: z.string(),
  channel: z.string(),
  subjectId: z.string(),
  personId: id,
  data: z.record(z.string(), z.unknown()),
})
export type ThreadEntry = z.output<typeof threadEntry>
export const threadQuery = pageQuery.extend({ kind: z.string().max(60).optional() })

const duplicateSide = z.object({
  id,
  name: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  createdAt: instant,
})
/** Two people who may be one, and why we think so; strongest first. */
export const duplicate = z.object({
  id,
  a: duplicateSide,
  b: duplicateSide,
  score: z.int(),
  evidence: z.array(
    z.object({
      kind: z.enum([
        'same_phone',
        'same_name_postal_code',
        'same_name_birthday',
        'same_mail_name',
        'same_device',
        'same_identifier',
      ]),
      value: z.string(),
    }),
  ),
  createdAt: instant,
})
export type Duplicate = z.output<typeof duplicate>
export const duplicateBody = z.strictObject({
  decision: z.enum(['link', 'dismiss']),
  reason: z.string().trim().max(300).default(''),
})

// The shopper's own side.
export const signInBody = z.strictObject({ email: z.string().trim().min(3).max(254) })
/** Always this answer, whether somebody is known by the address or not. */
export const signInStarted = z.object({ requestId: z.string(), expiresAt: instant })
export const signInConfirmBody = z.strictObject({
  requestId: z.string().max(60),
  code: z
    .string()
    .trim()
    .regex(/^\d{6}$/, 'six digits'),
})
export const account = z.object({
  id,
  name: z.string(),
  language,
  birthday: z.string().nullable(),
  emails: z.array(z.string()),
  phones: z.array(z.string()),
  addresses: z.array(customerAddress),
  consents: z.array(consentState),
})
export type Account = z.output<typeof account>
export const accountPatch = z.strictObject({
  name: z.string().trim().min(1).max(120).optional(),
  language: language.optional(),
  birthday: z.iso.date().nullable().optional(),
})
export const ownConsentBody = z.strictObject({
  purpose: consentPurpose,
  channel: consentChannel,
  granted: z.boolean(),
  wording: z.string().trim().min(1).max(1000),
  wordingVersion: z.string().trim().min(1).max(40).default('1'),
})
