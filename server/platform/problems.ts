/** How a caller may try again: never as it is, after reading anew, after a while, or after changing the request. */
export const retryHints = ['never', 'after_reload', 'later', 'after_change'] as const
export type RetryHint = (typeof retryHints)[number]

export type ProblemDefinition = {
  status: number
  retry: RetryHint
  title: string
  titleEs: string
  remedy?: string
  remedyEs?: string
}
export type ProblemDetail = Record<string, unknown> & { parameter?: string; detail?: string; detailEs?: string }

/**
 * An expected refusal (RFC 9457 on the wire): a stable code, the numbers, the next step. Defects are ordinary errors and answer 500.
 */
export class Problem extends Error {
  readonly code: string
  readonly definition: ProblemDefinition
  readonly data: ProblemDetail
  constructor(code: string, definition: ProblemDefinition, data: ProblemDetail = {}, options?: ErrorOptions) {
    super(`${code}: ${data.detail ?? definition.title}`, options)
    this.name = 'Problem'
    this.code = code
    this.definition = definition
    this.data = data
  }
  get status(): number {
    return this.definition.status
  }
}

type Makers<T> = { [K in keyof T]: (data?: ProblemDetail, options?: ErrorOptions) => Problem }
const registry = new Map<string, ProblemDefinition>()

/** Declares every refusal of one module; `orderProblems.cart_empty({ cartId })` makes one. Codes read `module.name`. */
export function defineProblems<const T extends Record<string, ProblemDefinition>>(module: string, table: T): Makers<T> {
  const makers: Partial<Makers<T>> = {}
  for (const name of Object.keys(table) as (keyof T & string)[]) {
    const definition = table[name] as ProblemDefinition
    const code = `${module}.${name}`
    registry.set(code, definition)
    makers[name] = (data, options) => new Problem(code, definition, data, options)
  }
  return makers as Makers<T>
}

/** Every declared refusal, by code: the reference page and the tests read it. */
export function allProblems(): ReadonlyMap<string, ProblemDefinition> {
  return registry
}

/** RFC 9457 body of a problem in the reader's language. */
export function problemBody(problem: Problem, language: 'es' | 'en'): Record<string, unknown> {
  // A thing's own status is its state: `status` is the answer's.
  const { detail, detailEs, status: state, ...data } = problem.data
  const { definition } = problem
  return {
    ...data,
    ...(state === undefined ? {} : { state }),
    type: `/api/problems/${problem.code}`,
    code: problem.code,
    status: definition.status,
    title: language === 'es' ? definition.titleEs : definition.title,
    detail: language === 'es' ? (detailEs ?? detail) : detail,
    remedy: language === 'es' ? (definition.remedyEs ?? definition.remedy) : definition.remedy,
    retry: definition.retry,
  }
}

export const platformProblems = defineProblems('platform', {
  invalid: { status: 422, retry: 'after_change', title: 'A field is not valid', titleEs: 'Un campo no es válido' },
  not_found: { status: 404, retry: 'never', title: 'Not found', titleEs: 'No encontrado' },
  unauthenticated: { status: 401, retry: 'after_change', title: 'Sign in first', titleEs: 'Inicia sesión primero' },
  forbidden: { status: 403, retry: 'never', title: 'Your role does not allow this', titleEs: 'Tu rol no permite esto' },
  rate_limited: { status: 429, retry: 'later', title: 'Too many attempts', titleEs: 'Demasiados intentos' },
  key_reused: {
    status: 422,
    retry: 'never',
    title: 'This Idempotency-Key was used with another request',
    titleEs: 'Esta Idempotency-Key se usó con otra petición',
    remedy: 'Use a new key for a new request.',
    remedyEs: 'Usa una clave nueva para cada petición nueva.',
  },
  answer_gone: {
    status: 410,
    retry: 'never',
    title: 'This was done; its answer told of a person who has been forgotten since',
    titleEs: 'Esto ya se hizo; su respuesta hablaba de una persona que se ha olvidado después',
  },
  changed_meanwhile: {
    status: 412,
    retry: 'after_reload',
    title: 'Somebody changed this meanwhile',
    titleEs: 'Alguien lo ha cambiado entretanto',
  },
  malformed: {
    status: 400,
    retry: 'after_change',
    title: 'This request cannot be read',
    titleEs: 'Esta petición no se puede leer',
    remedy: 'Send a body of the announced length that is what its Content-Type says, such as JSON.',
    remedyEs: 'Manda un cuerpo de la longitud anunciada que sea lo que dice su Content-Type, por ejemplo JSON.',
  },
  too_large: {
    status: 413,
    retry: 'after_change',
    title: 'This is larger than what is taken here',
    titleEs: 'Esto es más grande de lo que se admite aquí',
    remedy: 'Send less at once.',
    remedyEs: 'Manda menos de una vez.',
  },
  media_type: {
    status: 415,
    retry: 'after_change',
    title: 'This kind of content is not taken here',
    titleEs: 'Este tipo de contenido no se admite aquí',
    remedy: 'The API reference says which Content-Type each route takes.',
    remedyEs: 'La referencia de la API dice qué Content-Type admite cada ruta.',
  },
  unavailable: {
    status: 503,
    retry: 'later',
    title: 'Hilo cannot reach its database now',
    titleEs: 'Hilo no llega ahora a su base de datos',
    remedy: 'Nothing is lost: try again in a moment, with the same Idempotency-Key.',
    remedyEs: 'No se pierde nada: inténtalo otra vez en un momento, con la misma Idempotency-Key.',
  },
  busy: {
    status: 503,
    retry: 'later',
    title: 'More is asked of Hilo right now than it can do',
    titleEs: 'Ahora mismo se le pide a Hilo más de lo que puede',
    remedy: 'Nothing was done: try again in some seconds.',
    remedyEs: 'No se ha hecho nada: inténtalo otra vez en unos segundos.',
  },
  disk_full: {
    status: 503,
    retry: 'later',
    title: 'The disk of Hilo is full; nothing can be written now',
    titleEs: 'El disco de Hilo está lleno; ahora no se puede escribir nada',
    remedy: 'Whoever runs Hilo frees some space; what was acknowledged is safe.',
    remedyEs: 'Quien lleva Hilo libera espacio; lo que se confirmó está a salvo.',
  },
  defect: {
    status: 500,
    retry: 'later',
    title: 'Something broke on our side',
    titleEs: 'Algo ha fallado por nuestra parte',
  },
})
