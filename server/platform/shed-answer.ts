/** What is said to whoever is refused because of the load: who, when to come back, that nothing was done, in their language. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { platformProblems, problemBody } from './problems.ts'
import type { SheddingClass } from './shed-classes.ts'
import { waitingPage } from './waiting-page.ts'

export type BusyHeaders = Readonly<Record<string, string>>

/** Seconds after which to come back, from and to: those who are served first are asked back first, robots last. */
const backAfter: Readonly<Record<SheddingClass, readonly [number, number]>> = {
  till: [1, 2],
  purchase: [1, 3],
  file: [2, 4],
  order: [3, 8],
  browse: [4, 12],
  office: [5, 15],
}
/** A body larger than this is not worth hearing to its end; the line is cut instead. */
const heardBytesMax = 65_536
const goldenRatio = (Math.sqrt(5) - 1) / 2

let turn = 0
/** Spread evenly between both ends, so that those who are refused together do not come back together. */
function secondsFor(of: SheddingClass): number {
  const [from, to] = backAfter[of]
  turn = (turn + goldenRatio) % 1
  return from + Math.floor(turn * (to - from + 1))
}

/** Answers 503 with Retry-After: a page to whoever asked for one, else a problem. Nothing of the request is looked at but its head. */
export function answerBusy(
  request: IncomingMessage,
  response: ServerResponse,
  { of, headers }: { of: SheddingClass; headers: BusyHeaders },
): void {
  const seconds = secondsFor(of)
  const isPage = !request.url?.startsWith('/api/') && (request.headers.accept ?? '').includes('text/html')
  const language = languageOfHead(request)
  const body = isPage ? pageOf(language, request.method === 'POST' ? null : seconds) : textOf(language, seconds)
  const cut = Number(request.headers['content-length'] ?? 0) > heardBytesMax
  response.writeHead(503, {
    ...headers,
    'retry-after': String(seconds),
    // Tells it apart from a 503 after which nobody knows what was done.
    'hilo-refused': 'busy',
    'cache-control': 'no-store',
    'content-type': isPage ? 'text/html; charset=utf-8' : 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...(cut ? { connection: 'close' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

const texts = new Map<string, string>()
/** Made once for each language and number of seconds: refusing must cost next to nothing. */
function textOf(language: 'es' | 'en', seconds: number): string {
  const key = `${language} ${seconds}`
  let text = texts.get(key)
  if (text === undefined) {
    text = JSON.stringify(problemBody(platformProblems.busy({ retryAfterSeconds: seconds }), language))
    texts.set(key, text)
  }
  return text
}

/** `?lang=`, the English half of the shop, the cookie, then Accept-Language; Spanish when none says English. */
function languageOfHead({ url = '', headers }: IncomingMessage): 'es' | 'en' {
  if (/^\/en(?=[/?]|$)/.test(url)) return 'en'
  const asked =
    /[?&]lang=(es|en)(?=&|$)/.exec(url)?.[1] ?? /(?:^|;\s*)hilo_lang=(es|en)/.exec(headers.cookie ?? '')?.[1]
  const said = asked ?? /\b(es|en)\b/.exec(headers['accept-language'] ?? '')?.[1]
  return said === 'en' ? 'en' : 'es'
}

const words = {
  es: {
    title: 'Hay mucha gente a la vez',
    text: 'Ahora atendemos primero a quien está pagando. Esta página se abre sola en unos segundos; tu cesta y tus pedidos siguen donde estaban.',
    sent: 'Todavía no hemos hecho lo que pedías. Recarga esta página en unos segundos y se enviará otra vez, tal como lo escribiste.',
    again: 'Probar ahora',
  },
  en: {
    title: 'Many people at once',
    text: 'Right now we serve those who are paying first. This page opens by itself in a few seconds; your basket and orders are where they were.',
    sent: 'What you asked for has not been done yet. Reload this page in a few seconds and it is sent again, just as you wrote it.',
    again: 'Try now',
  },
} as const

function pageOf(language: 'es' | 'en', reloadSeconds: number | null): string {
  const { title, text, sent, again } = words[language]
  const isForm = reloadSeconds === null
  return waitingPage({ language, title, text: isForm ? sent : text, again: isForm ? null : again, reloadSeconds })
}
