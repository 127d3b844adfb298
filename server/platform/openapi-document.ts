/** What an OpenAPI document says beyond the schemas: who may, repeats, files, refusals. Pure. */
import type { Reference } from './http.ts'
import { type ModulesAsked, refusalAnswers, refusalsOf } from './openapi-refusals.ts'
import { allActions } from './permissions.ts'

type Json = Record<string, unknown>
export type DescribedRoute = {
  method: string
  url: string
  config: { action?: string; reference?: Reference }
  /** Whether the server takes the call without a body. */
  bodyOptional: boolean
}

const writing = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Adds to a route's JSON schemas: its name, the Idempotency-Key, who may call it, forms and files. */
export function describeRoute(schema: Json, { method, url, config, bodyOptional }: DescribedRoute): Json {
  const reference = config.reference ?? {}
  return {
    ...schema,
    operationId: operationId(method, url),
    tags: ((schema['tags'] as string[] | undefined) ?? []).map((tag) => tag.charAt(0).toUpperCase() + tag.slice(1)),
    description: whoMay(config.action),
    security: security(config.action),
    [notes]: {
      bodyOptional,
      module: (config.action ?? '').split('.')[0] ?? '',
      isWriting: writing.has(method),
    } satisfies Notes,
    ...(writing.has(method) ? { headers: keyHeader(reference.secret ?? false) } : {}),
    ...(reference.form ? { consumes: ['multipart/form-data'], body: form(reference.form) } : {}),
    ...(method === 'DELETE' && !schema['response'] ? { response: { 204: { description: 'Done', type: 'null' } } } : {}),
    ...(reference.answers
      ? {
          response: {
            200: {
              description: 'OK',
              content: Object.fromEntries(
                [reference.answers, ...(reference.alsoAnswers ? [reference.alsoAnswers] : [])].map((type) => [
                  type,
                  { schema: { type: isJson(type) ? 'object' : 'string' } },
                ]),
              ),
            },
          },
        }
      : {}),
  }
}

function isJson(type: string): boolean {
  return type === 'application/json'
}

/** `POST /api/store/carts/{id}/place` → `postStoreCartsByIdPlace`. */
function operationId(method: string, url: string): string {
  const words = url
    .replace(/^\/api\//, '')
    .replaceAll(/[:{](\w+)}?/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return method.toLowerCase() + words.join('')
}

function keyHeader(isSecret: boolean): Json {
  const description = isSecret
    ? 'Taken and not kept, since the request or its answer carries a secret: the call is safe to repeat by itself.'
    : 'The same key and body get the same answer for at least 24 hours; another body is refused with 422.'
  const key = { type: 'string', minLength: 1, maxLength: 255, description }
  return { type: 'object', properties: { 'Idempotency-Key': key } }
}

function whoMay(action: string | undefined): string {
  const row = action === undefined ? undefined : allActions().get(action)
  if (!row) return ''
  if (row.everyone) return 'For everyone.'
  if (row.shopper) return 'For whoever holds the cart token or the customer session.'
  const roles = ['owner', ...(row.staff ?? [])].join(', ')
  const place = row.place === 'own' ? ', for the places they act for' : ''
  const scope = row.apiScope ? ` API keys need the scope \`${row.apiScope}\`.` : ''
  return `For staff: ${roles}${place}.${scope}`
}

function security(action: string | undefined): Json[] {
  const row = action === undefined ? undefined : allActions().get(action)
  if (!row || row.everyone) return [{}]
  if (row.shopper) return [{ cart: [] }, { customer: [] }, {}]
  return [{ staff: [] }, ...(row.apiScope ? [{ apiKey: [row.apiScope] }] : [])]
}

function form(fields: Readonly<Record<string, string>>): Json {
  const properties = Object.entries(fields).map(([name, description]) => [
    name,
    name === 'file' ? { type: 'string', format: 'binary', description } : { type: 'string', description },
  ])
  return { type: 'object', required: ['file'], properties: Object.fromEntries(properties) }
}

/** What our routes know and the maker of the document has no field for; taken out again by `completeDocument`. */
const notes = 'x-hilo-notes'
type Notes = { bodyOptional: boolean; module: string; isWriting: boolean }

const problemSchema = {
  type: 'object',
  required: ['type', 'code', 'status', 'title', 'retry'],
  properties: {
    type: { type: 'string', description: 'Address that explains the code' },
    code: { type: 'string' },
    status: { type: 'integer' },
    title: { type: 'string' },
    detail: { type: 'string' },
    remedy: { type: 'string' },
    parameter: { type: 'string' },
    requestId: {
      type: 'string',
      description: 'Names this request in the log; also in the header X-Request-Id of every answer',
    },
    retry: { type: 'string', enum: ['never', 'after_reload', 'later', 'after_change'] },
  },
}
/** How a caller proves who they are. */
export const securitySchemes = {
  apiKey: { type: 'http', scheme: 'bearer', description: 'An API key made in the console: hilo_live_…' },
  staff: { type: 'apiKey', in: 'cookie', name: 'hilo_staff' },
  customer: { type: 'apiKey', in: 'cookie', name: 'hilo_customer' },
  cart: { type: 'apiKey', in: 'header', name: 'X-Cart-Token' },
}

type Operation = { tags?: string[]; responses?: Json; requestBody?: Json; [notes]?: Notes }
type Document = { paths?: Record<string, Record<string, Operation>>; components?: Json }

/** Every operation with its refusals and with a body that is needed only where the server needs it; tags in the order of the routes. */
export function completeDocument(document: Document, asks: ModulesAsked): Document {
  const problem = {
    description: 'A refusal (RFC 9457)',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
  const operations = Object.values(document.paths ?? {}).flatMap((path) => Object.values(path))
  const modules = new Set<string>()
  for (const operation of operations) {
    const { [notes]: note = { bodyOptional: false, module: 'platform', isWriting: false } } = operation
    delete operation[notes]
    modules.add(note.module)
    const refusals = refusalsOf(note.module, asks, note)
    operation.responses = { ...operation.responses, ...refusals, '4XX': problem, '5XX': problem }
    if (operation.requestBody) operation.requestBody['required'] = !note.bodyOptional
  }
  const tags = [...new Set(operations.flatMap((operation) => operation.tags ?? []))].map((name) => ({ name }))
  const components = {
    ...document.components,
    schemas: { ...(document.components?.['schemas'] as Json | undefined), Problem: problemSchema },
    responses: refusalAnswers(modules, asks),
  }
  return { ...document, tags, components } as Document
}
