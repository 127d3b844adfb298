export { webhookSubscriber } from './queue.ts'
export { registerWebhookRoutes } from './routes.ts'
export { type PostWebhook, sendDueWebhooks } from './send.ts'
export { newWebhookSecret, signWebhook } from './sign.ts'
