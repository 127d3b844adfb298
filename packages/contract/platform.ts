import { z } from 'zod'
import { id, language } from './common.ts'

export const health = z.object({
  status: z.enum(['ok', 'failing']),
  version: z.string(),
  checks: z.object({ database: z.boolean(), schema: z.boolean(), shop: z.boolean() }),
})
export const problemEntry = z.object({
  code: z.string(),
  status: z.int(),
  retry: z.string(),
  title: z.string(),
  titleEs: z.string(),
  remedy: z.string().optional(),
  remedyEs: z.string().optional(),
})
export const mailMessage = z.object({
  id,
  personId: z.string().nullable(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  language,
  status: z.enum(['queued', 'sent', 'failed', 'held']),
  error: z.string().nullable(),
  createdAt: z.string(),
  sentAt: z.string().nullable(),
})
export type Health = z.output<typeof health>
export type MailMessage = z.output<typeof mailMessage>
