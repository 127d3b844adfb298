import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * What every log of Hilo has in common: JSON lines whose errors and addresses tell no secret and no person. Requests are told by their
 * id, method, path, status and time; whose they were stands in the audit.
 */
export function logOptions(level: string) {
  return {
    level,
    redact: ['req.headers', 'res.headers'],
    serializers: {
      req: (request: FastifyRequest) => ({ method: request.method, url: loggedPath(request.url) }),
      // The pattern gathers what belongs together; which address it was stands in the line about the same id before.
      res: (reply: Partial<FastifyReply>) => ({
        statusCode: reply.statusCode,
        method: reply.request?.method,
        route: reply.request?.routeOptions.url,
      }),
      err: (error: unknown) => loggedError(error),
    },
  }
}

/**
 * What the log keeps of an address: no query (mails, codes), no mail address that somebody wrote into the path, and no token, which are
 * the only parts of 40 letters and more (the link to an order, to a shortage). Ids have 26.
 */
export function loggedPath(url: string): string {
  return (url.split('?')[0] ?? url).replace(/[^/]*(?:@|%40)[^/]*|[\w-]{40,}/gi, '…')
}

type LoggedError = { type: string; message: string; stack: string; code?: string; cause?: LoggedError }

/**
 * What the log keeps of an error and of what caused it. Not the other fields: PostgreSQL puts whole rows into `detail`, and with them
 * people's names and mails.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: '' }
  const { code } = error as { code?: unknown }
  // A value that does not fit is quoted by PostgreSQL ("data exceptions"), and may be somebody's name or mail.
  const shown = (text: string) =>
    typeof code === 'string' && /^22...$/.test(code) ? text.replace(/".*?"/gs, '"…"') : text
  return {
    type: error.name,
    message: shown(error.message),
    stack: shown(error.stack ?? ''),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.cause !== undefined && depth < 3 ? { cause: loggedError(error.cause, depth + 1) } : {}),
  }
}
