/** The refusals that an OpenAPI document tells: for each module and status one shared answer with its codes. Pure. */
import { allProblems } from './problems.ts'

type Json = Record<string, unknown>

/** Only a call that changes something meets these: a conflict, a payment that fails, a body that cannot be taken. */
const writingOnly = new Set([402, 409, 412, 413, 415])

/** Modules whose refusals an operation may pass on, by the first word of its action. */
export type ModulesAsked = (module: string) => readonly string[]

/** What any call may meet before its operation is reached: it shows a key that counts for nothing. */
const beforeAnyOperation = ['staff.api_key_refused']

/** Codes by status that operations of these modules may answer, the ground floor's included. */
function codesByStatus(modules: readonly string[]): Map<number, string[]> {
  const asked = new Set(['platform', ...modules])
  const byStatus = new Map<number, string[]>()
  for (const [code, { status }] of [...allProblems()].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    if (asked.has(code.split('.')[0] ?? '') || beforeAnyOperation.includes(code))
      byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  return byStatus
}

function nameOf(module: string, status: number): string {
  return `${module.charAt(0).toUpperCase()}${module.slice(1)}${status}`
}

/** What an operation of a module may refuse with, each status by reference. */
export function refusalsOf(module: string, asks: ModulesAsked, { isWriting }: { isWriting: boolean }): Json {
  const statuses = [...codesByStatus([module, ...asks(module)]).keys()].toSorted((a, b) => a - b)
  const possible = statuses.filter((status) => isWriting || !writingOnly.has(status))
  return Object.fromEntries(
    possible.map((status) => [String(status), { $ref: `#/components/responses/${nameOf(module, status)}` }]),
  )
}

/** The answers that `refusalsOf` refers to, with every code in words. */
export function refusalAnswers(modules: Iterable<string>, asks: ModulesAsked): Json {
  const answers: Json = {}
  for (const module of modules) {
    for (const [status, codes] of codesByStatus([module, ...asks(module)]))
      answers[nameOf(module, status)] = answerOf(codes)
  }
  return answers
}

function answerOf(codes: readonly string[]): Json {
  const problems = allProblems()
  const waits = codes.some((code) => problems.get(code)?.retry === 'later')
  const retryAfter = { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'string' } } }
  const schema = {
    allOf: [{ $ref: '#/components/schemas/Problem' }, { type: 'object', properties: { code: { enum: codes } } }],
  }
  return {
    description: codes.map((code) => `- \`${code}\`: ${problems.get(code)?.title}`).join('\n'),
    ...(waits ? { headers: retryAfter } : {}),
    content: { 'application/problem+json': { schema } },
  }
}
