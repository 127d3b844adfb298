/**
 * The script of the reference page, packed, for whoever started this file as a worker. The package holds its four megabytes as text inside
 * its code, which costs a process some 26 MB for as long as it lives: a worker gives all of it back when it ends.
 */
import { promisify } from 'node:util'
import { parentPort } from 'node:worker_threads'
import { gzip } from 'node:zlib'
import scalar from '@scalar/fastify-api-reference'
import Fastify from 'fastify'

const app = Fastify()
await app.register(scalar, { routePrefix: '/reference', configuration: { url: '/api/openapi.json' } })
const { statusCode, rawPayload } = await app.inject({ url: '/reference/js/scalar.js' })
if (statusCode !== 200) throw new Error(`the package of the reference page answered ${statusCode}`)
parentPort?.postMessage(await promisify(gzip)(rawPayload, { level: 9 }))
