// With REDIS_URL the modules on Redis that the guide for production asks for; without it the in-memory ones.
const { defineConfig } = require('@medusajs/framework/utils')

const redisUrl = process.env.REDIS_URL || undefined
const provider = (resolve, id) => ({ resolve, id, is_default: true, options: { redisUrl } })
const onRedis = [
  {
    resolve: '@medusajs/medusa/caching',
    options: { providers: [provider('@medusajs/caching-redis', 'caching-redis')] },
  },
  { resolve: '@medusajs/medusa/event-bus-redis', options: { redisUrl } },
  { resolve: '@medusajs/medusa/workflow-engine-redis', options: { redis: { redisUrl } } },
  {
    resolve: '@medusajs/medusa/locking',
    options: { providers: [provider('@medusajs/medusa/locking-redis', 'locking-redis')] },
  },
]

module.exports = defineConfig({
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    redisUrl,
    workerMode: process.env.MEDUSA_WORKER_MODE || 'shared',
    databaseDriverOptions: { ssl: false },
    http: {
      storeCors: 'http://localhost:8000',
      adminCors: 'http://localhost:9000',
      authCors: 'http://localhost:9000',
      jwtSecret: 'bench-jwt-secret',
      cookieSecret: 'bench-cookie-secret',
    },
  },
  admin: { disable: true },
  featureFlags: redisUrl ? { caching: true } : {},
  modules: redisUrl ? onRedis : [],
})
