import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { Document, Operation } from './document.ts'

/** What came back for a call. `body` is undefined for a stream, whose head only was read. */
export type Reply = { status: number; contentType: string; body: string | undefined }
export type Judge = (operation: Operation, reply: Reply) => string | undefined

/**
 * Judges answers by the document: no failure of ours, a documented status, a documented kind of content, a body as its schema says.
 * @returns a function that gives the fault in words, or undefined
 */
export function judgeOf(document: Document): Judge {
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true })
  addFormats.default(ajv)
  ajv.addSchema({ $id: 'doc', components: document.components ?? {} })
  const checks = new Map<string, ValidateFunction>()
  const checkFor = (key: string, schema: object) => {
    const known = checks.get(key)
    if (known) return known
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"doc#/components/')
    const made = ajv.compile(JSON.parse(text) as object)
    checks.set(key, made)
    return made
  }
  return (operation, { status, contentType, body }) => {
    if (status >= 500) return `answered ${status}`
    const documented = [String(status), `${Math.floor(status / 100)}XX`].find((key) => key in operation.answers)
    if (documented === undefined) return `status ${status} is not documented`
    const content = operation.answers[documented]?.content
    if (!content || Object.keys(content).length === 0) return body ? `${status} has a body and should not` : undefined
    const kind = contentType.split(';')[0]?.trim() ?? ''
    const media = content[kind]
    if (!media) return `${status} came as ${kind || 'nothing'}, documented is ${Object.keys(content).join(', ')}`
    if (body === undefined || !kind.endsWith('json') || !media.schema) return undefined
    const check = checkFor(`${operation.name} ${documented} ${kind}`, media.schema)
    const value = parsed(body)
    if (value === unreadable) return `${status} is no JSON: ${body.slice(0, 80)}`
    if (check(value)) return undefined
    const [error] = check.errors ?? []
    const found = error?.keyword === 'additionalProperties' ? ` ${String(error.params['additionalProperty'])}` : ''
    return `${status} breaks its schema at ${(error?.instancePath ?? '').replaceAll(/\/\d+/g, '/n') || '/'}: ${error?.message ?? ''}${found}`
  }
}

const unreadable = Symbol('unreadable')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return unreadable
  }
}
