import { fileURLToPath } from 'node:url'
import { build } from 'astro'

// A shopkeeper's machine tells nobody that it built its shop.
process.env.ASTRO_TELEMETRY_DISABLED = '1'
await build({ root: fileURLToPath(new URL('.', import.meta.url)), logLevel: 'warn' })
