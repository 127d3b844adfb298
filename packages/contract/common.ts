import { z } from 'zod'

/** Text in both languages; Spanish is never empty. */
export const localizedText = z.strictObject({ es: z.string(), en: z.string() })
/** Whole minor units (cents). */
export const minor = z.int()
/** What a single thing may cost: up to ten million in the currency's unit, so that no basket's sum leaves the whole numbers. */
export const priceMinorMax = 1_000_000_000
export const currency = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as EUR')
export const id = z
  .string()
  .min(5)
  .max(40)
  .regex(/^[a-z]{3}_[0-9A-Za-z]+$/, 'an id of Hilo')
/** ISO 8601 instant in UTC. */
export const instant = z.iso.datetime()
export const language = z.enum(['es', 'en'])

/** Cursor pages: pass `next` of one answer as `cursor` of the following request; null ends. */
export const pageQuery = z.strictObject({
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  lang: language.optional(),
})
export const langQuery = z.strictObject({ lang: language.optional() })
/** A page of items. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable(), total: z.int().optional() })
}

export const address = z.strictObject({
  name: z.string().max(120).default(''),
  line1: z.string().min(1).max(200),
  line2: z.string().max(200).default(''),
  postalCode: z.string().min(3).max(12),
  city: z.string().min(1).max(100),
  province: z.string().max(100).default(''),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('ES'),
  phone: z.string().max(30).default(''),
})
export type Address = z.output<typeof address>

/** RFC 9457 problem, as every refusal answers. */
export const problem = z.looseObject({
  type: z.string(),
  code: z.string(),
  status: z.int(),
  title: z.string(),
  detail: z.string().optional(),
  remedy: z.string().optional(),
  retry: z.enum(['never', 'after_reload', 'later', 'after_change']),
  parameter: z.string().optional(),
  requestId: z.string().optional(),
})
export type ProblemBody = z.output<typeof problem>
