import { z } from 'zod'
import { id, instant, language, pageQuery } from './common.ts'

/** What people who work here may be; one role each. */
export const staffRole = z.enum(['owner', 'manager', 'counter', 'service', 'stock'])
export type StaffRole = z.output<typeof staffRole>

const email = z
  .string()
  .trim()
  .min(3)
  .max(254)
  .regex(/^[^\s@]+@[^\s@]+$/, 'an e-mail address')
/** 12 to 200 characters, any of them; no rules of composition (ASVS 6.2.5). */
export const newPassword = z.string().min(12).max(200)

// Login in steps. Every step answers what comes next; the cookie carries how far one is.
export const loginBody = z.strictObject({ email, password: z.string().min(1).max(200) })
export const loginCodeBody = z.strictObject({
  code: z
    .string()
    .trim()
    .regex(/^\d{6}$/, 'six digits'),
})
export const newPasswordBody = z.strictObject({ password: newPassword })
/** What the browser's passkey API gave, as JSON (`PublicKeyCredential.toJSON()`). */
export const passkeyAnswer = z.looseObject({
  id: z.string().max(2000),
  rawId: z.string().max(2000),
  type: z.literal('public-key'),
})
export const passkeyLoginBody = z.strictObject({ challengeId: z.string().max(60), response: passkeyAnswer })
export const passkeyEnrollBody = z.strictObject({
  challengeId: z.string().max(60),
  label: z.string().trim().min(1).max(60),
  response: passkeyAnswer,
})
export const otpConfirmBody = z.strictObject({
  challengeId: z.string().max(60),
  code: z
    .string()
    .trim()
    .regex(/^\d{6}$/, 'six digits'),
})
/** Proves anew who one is, before something sensitive: the password or a code. */
export const confirmBody = z.strictObject({
  password: z.string().max(200).optional(),
  code: z.string().trim().max(6).optional(),
})

export const staffMe = z.object({
  id,
  email: z.string(),
  name: z.string(),
  role: staffRole,
  allPlaces: z.boolean(),
  locationIds: z.array(z.string()),
  language,
  otp: z.boolean(),
  passkeys: z.int(),
  /** Until when sensitive acts need no new proof. */
  confirmedUntil: instant,
})
export type StaffMe = z.output<typeof staffMe>
/** `second_factor`: send a code or a passkey · `new_password`: choose one · `enroll`: set up a second factor · `done`: in */
export const loginStep = z.object({
  step: z.enum(['second_factor', 'new_password', 'enroll', 'done']),
  methods: z.array(z.enum(['otp', 'passkey'])),
  member: staffMe.nullable(),
})
export type LoginStep = z.output<typeof loginStep>
/** `options` goes to `PublicKeyCredential.parse…OptionsFromJSON` as it is. */
export const passkeyOptions = z.object({ challengeId: z.string(), options: z.record(z.string(), z.unknown()) })
export type PasskeyOptions = z.output<typeof passkeyOptions>
export const otpStart = z.object({ challengeId: z.string(), secret: z.string(), uri: z.string() })
export type OtpStart = z.output<typeof otpStart>
export const passkeyView = z.object({
  id: z.string(),
  label: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
})
export type PasskeyView = z.output<typeof passkeyView>
export const staffSession = z.object({
  id: z.string(),
  current: z.boolean(),
  createdAt: instant,
  lastUsedAt: instant,
  expiresAt: instant,
  userAgent: z.string(),
  ip: z.string(),
})
export type StaffSession = z.output<typeof staffSession>
export const languageBody = z.strictObject({ language })

// People, as the console manages them.
export const member = z.object({
  id,
  email: z.string(),
  name: z.string(),
  role: staffRole,
  allPlaces: z.boolean(),
  locationIds: z.array(z.string()),
  language,
  status: z.enum(['active', 'disabled']),
  otp: z.boolean(),
  passkeys: z.int(),
  passwordMustChange: z.boolean(),
  lastSeenAt: instant.nullable(),
  createdAt: instant,
})
export type Member = z.output<typeof member>
export const memberBody = z.strictObject({
  email,
  name: z.string().trim().min(1).max(120),
  role: staffRole,
  language: language.default('es'),
  allPlaces: z.boolean().default(false),
  locationIds: z.array(z.string().max(40)).max(1000).default([]),
})
export const memberPatch = z.strictObject({
  email: email.optional(),
  name: z.string().trim().min(1).max(120).optional(),
  role: staffRole.optional(),
  language: language.optional(),
  allPlaces: z.boolean().optional(),
  locationIds: z.array(z.string().max(40)).max(1000).optional(),
  status: z.enum(['active', 'disabled']).optional(),
})
export const memberQuery = pageQuery.extend({
  q: z.string().max(100).optional(),
  role: staffRole.optional(),
  status: z.enum(['active', 'disabled']).optional(),
  locationId: z.string().max(40).optional(),
})
/** The one-time password is in this answer and nowhere else. */
export const memberWithPassword = z.object({ member, oneTimePassword: z.string() })
export type MemberWithPassword = z.output<typeof memberWithPassword>

// Software that acts: API keys.
export const apiKey = z.object({
  id,
  name: z.string(),
  hint: z.string(),
  channelId: z.string(),
  scopes: z.array(z.string()),
  createdBy: z.string(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
})
export type ApiKey = z.output<typeof apiKey>
export const apiKeyBody = z.strictObject({
  name: z.string().trim().min(1).max(80),
  channelId: z.string().min(1).max(40),
  scopes: z.array(z.string().max(60)).min(1).max(50),
  expiresAt: instant.nullable().default(null),
})
/** `key` is in this answer and nowhere else. */
export const apiKeyCreated = z.object({ apiKey, key: z.string() })
export type ApiKeyCreated = z.output<typeof apiKeyCreated>

// Who did what.
export const auditEntry = z.object({
  id,
  at: instant,
  actorKind: z.enum(['staff', 'api_key', 'customer', 'system']),
  actorId: z.string(),
  actorName: z.string(),
  action: z.string(),
  subjectId: z.string().nullable(),
  locationId: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  requestId: z.string().nullable(),
})
export type AuditEntry = z.output<typeof auditEntry>
export const auditQuery = pageQuery.extend({
  actorId: z.string().max(60).optional(),
  action: z.string().max(80).optional(),
  subjectId: z.string().max(60).optional(),
  locationId: z.string().max(40).optional(),
  from: instant.optional(),
  to: instant.optional(),
})
/** GET /api/admin/audit/export: all of it, in one file. */
export const auditExportQuery = auditQuery.omit({ cursor: true, limit: true })
