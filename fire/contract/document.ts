/** The OpenAPI document as the other files here read it. */
export type Schema = {
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  prefixItems?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  default?: unknown
  additionalProperties?: boolean | Schema
  propertyNames?: Schema
}
export type Parameter = { name: string; in: 'query' | 'path' | 'header'; required?: boolean; schema: Schema }
export type Media = { schema?: Schema }
export type Answers = Record<string, { content?: Record<string, Media> }>
export type Operation = {
  /** As in the document: GET, POST … */
  method: string
  /** With `{id}` for parameters. */
  path: string
  name: string
  parameters: Parameter[]
  /** By media type; empty when no body is taken. */
  bodies: Record<string, Schema>
  answers: Answers
  /** Its answer goes on for ever. */
  isStream: boolean
  /** The document says that its Idempotency-Key is not kept. */
  keepsNoKey: boolean
}
export type Document = {
  components?: Record<string, Record<string, unknown>>
  paths: Record<string, Record<string, RawOperation>>
}
type RawOperation = {
  parameters?: (Parameter & { description?: string })[]
  requestBody?: { content: Record<string, Media> }
  responses: Answers
}

/** Every operation of the document, in its order. */
export function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses }]) => ({
      method: method.toUpperCase(),
      path,
      name: `${method.toUpperCase()} ${path}`,
      parameters,
      bodies: Object.fromEntries(
        Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => [type, schema ?? {}]),
      ),
      answers: Object.fromEntries(
        Object.entries(responses).map(([status, given]) => [status, resolved(document, given)]),
      ),
      isStream: Object.values(responses).some(({ content }) => content !== undefined && 'text/event-stream' in content),
      keepsNoKey: parameters.some(
        (parameter) =>
          parameter.name === 'Idempotency-Key' &&
          /not kept/.test(parameter.description ?? (parameter.schema as { description?: string }).description ?? ''),
      ),
    })),
  )
}

/** What stands once for many operations, `#/components/responses/NotFound`. */
function resolved(document: Document, given: Answers[string]): Answers[string] {
  const path = (given as { $ref?: string }).$ref?.split('/').slice(2)
  const [kind = '', name = ''] = path ?? []
  return path === undefined ? given : (document.components?.[kind]?.[name] as Answers[string])
}
