import { z } from 'zod'
import { id } from './common.ts'
import { eventTypes } from './events.ts'

/** Event types, or '*' for all; one that is misspelt would never be heard, so it is refused. */
const wanted = z
  .array(z.enum(['*', ...eventTypes]))
  .min(1)
  .max(60)

export const webhookEndpointInput = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(2000),
  eventTypes: wanted,
  description: z.string().max(200).default(''),
})
export const webhookEndpointChange = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  eventTypes: wanted.optional(),
  description: z.string().max(200).optional(),
  status: z.enum(['enabled', 'paused']).optional(),
})
export const webhookEndpoint = z.object({
  id,
  url: z.string(),
  eventTypes: z.array(z.string()),
  description: z.string(),
  status: z.enum(['enabled', 'paused', 'disabled']),
  disabledReason: z.string().nullable(),
  createdAt: z.string(),
})
/** The secret is shown when it is made and when it is rotated, never again. */
export const webhookEndpointWithSecret = webhookEndpoint.extend({ secret: z.string() })
export const webhookDelivery = z.object({
  id,
  endpointId: id,
  eventSeq: z.int(),
  eventType: z.string(),
  status: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.int(),
  nextAttemptAt: z.string().nullable(),
  replayOf: z.string().nullable(),
  createdAt: z.string(),
  log: z.array(
    z.object({
      attempt: z.int(),
      at: z.string(),
      responseStatus: z.int().nullable(),
      error: z.string().nullable(),
      durationMs: z.int(),
    }),
  ),
})
export type WebhookEndpoint = z.output<typeof webhookEndpoint>
export type WebhookEndpointWithSecret = z.output<typeof webhookEndpointWithSecret>
export type WebhookDelivery = z.output<typeof webhookDelivery>
