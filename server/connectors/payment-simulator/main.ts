import { startSimulator } from './index.ts'

/** The simulator as a process of its own: SIM_PORT, SIM_SECRET, SIM_WEBHOOK_URL, SIM_SEED, SIM_LOSE, SIM_REPEAT, SIM_DELAY_MS. */
const env = process.env
const webhookUrl = env['SIM_WEBHOOK_URL']
const running = await startSimulator({
  port: Number(env['SIM_PORT'] ?? 0),
  seed: Number(env['SIM_SEED'] ?? 1),
  faults: {
    lose: Number(env['SIM_LOSE'] ?? 0),
    repeat: Number(env['SIM_REPEAT'] ?? 0),
    delayMsMax: Number(env['SIM_DELAY_MS'] ?? 0),
  },
  ...(env['SIM_SECRET'] ? { secret: env['SIM_SECRET'] } : {}),
  ...(webhookUrl ? { webhookUrl: () => webhookUrl } : {}),
})
process.stdout.write(`payment simulator: ${running.url}\n`)
process.once('SIGINT', () => void running.stop())
process.once('SIGTERM', () => void running.stop())
