import type { ProblemBody } from './common.ts'

/** A refusal of the API, as an error. `body.code` is stable; `body.detail` is for people. */
export class ApiProblem extends Error {
  readonly body: ProblemBody
  constructor(body: ProblemBody) {
    super(body.detail ?? body.title)
    this.name = 'ApiProblem'
    this.body = body
  }
}

export type ClientOptions = {
  baseUrl?: string
  headers?: () => Record<string, string>
  fetch?: typeof fetch
  /** Makes Idempotency-Keys; one per intent, so that a retry after a lost answer is the same request. */
  newKey?: () => string
}
export type CallOptions = {
  query?: Record<string, string | number | boolean | undefined>
  key?: string
  signal?: AbortSignal
}

export type Client = {
  get<T>(path: string, options?: CallOptions): Promise<T>
  post<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>
  put<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>
  patch<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>
  delete<T>(path: string, options?: CallOptions): Promise<T>
}

/** A small typed client over fetch; response types come from the schemas of this package. */
export function createClient(options: ClientOptions = {}): Client {
  const send = options.fetch ?? fetch
  const newKey = options.newKey ?? (() => crypto.randomUUID())
  const call = async <T>(
    method: string,
    path: string,
    body: unknown,
    { query, key, signal }: CallOptions = {},
  ): Promise<T> => {
    const search = new URLSearchParams()
    for (const [name, value] of Object.entries(query ?? {}))
      if (value !== undefined && value !== '') search.set(name, String(value))
    const suffix = search.size > 0 ? `?${search}` : ''
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers?.() }
    if (body !== undefined) headers['content-type'] = 'application/json'
    if (method !== 'GET') headers['idempotency-key'] = key ?? newKey()
    const response = await send(`${options.baseUrl ?? ''}${path}${suffix}`, {
      method,
      headers,
      signal,
      credentials: 'same-origin',
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    if (response.status === 204) return undefined as T
    const text = await response.text()
    const parsed: unknown = text === '' ? null : parse(text, response.status)
    if (!response.ok) throw new ApiProblem(parsed as ProblemBody)
    return parsed as T
  }
  return {
    get: (path, call_) => call('GET', path, undefined, call_),
    post: (path, body, call_) => call('POST', path, body ?? {}, call_),
    put: (path, body, call_) => call('PUT', path, body ?? {}, call_),
    patch: (path, body, call_) => call('PATCH', path, body ?? {}, call_),
    delete: (path, call_) => call('DELETE', path, undefined, call_),
  }
}

function parse(text: string, status: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {
      type: 'about:blank',
      code: 'client.not_json',
      status,
      title: `Unexpected answer (${status})`,
      retry: 'later',
    }
  }
}
