import { join } from 'node:path'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { gunzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'

type Language = 'es' | 'en'
const titles: Readonly<Record<Language, string>> = { es: 'API de Hilo', en: 'Hilo API' }
const withoutScript: Readonly<Record<Language, string>> = {
  es: 'Esta página necesita JavaScript. El documento completo está en',
  en: 'This page needs JavaScript. The whole document is at',
}
const page = (lang: Language) => `<!doctype html>
<html lang="${lang}">
  <head>
    <title>${titles[lang]}</title>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="icon" href="/favicon.svg" />
  </head>
  <body>
    <div id="app"></div>
    <noscript><p>${withoutScript[lang]} <a href="/api/openapi.json">/api/openapi.json</a>.</p></noscript>
    <script src="/reference/js/scalar.js"></script>
    <script src="/reference/start.js?lang=${lang}"></script>
  </body>
</html>
`
type Looks = {
  /** Three steps of paper, three of ink, strongest first. */
  paper: readonly [string, string, string]
  ink: readonly [string, string, string]
  line: string
  thread: string
  /** Methods and states. */
  meaning: Readonly<Record<string, string>>
}

/** The package's own variables in Hilo's colours (`packages/ui/theme/tokens.css`), every text 4.5:1 on its paper or better. */
function looks(mode: 'light' | 'dark', { paper, ink, line, thread, meaning }: Looks): string {
  const steps = [0, 1, 2].map((at) => `--scalar-background-${at + 1}:${paper[at]};--scalar-color-${at + 1}:${ink[at]}`)
  const states = Object.entries(meaning).map(([name, color]) => `--scalar-color-${name}:${color}`)
  const rest = [`--scalar-color-accent:${thread}`, `--scalar-border-color:${line}`, '--scalar-radius:6px']
  return `.${mode}-mode{${[...steps, ...states, ...rest].join(';')}}`
}

/** No font, no proxy, no assistant of other hosts: the page talks to this server only. */
const options = {
  theme: 'default',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  proxyUrl: '',
  customCss: `${looks('light', {
    paper: ['#faf8f4', '#f3efe7', '#e9e3d8'],
    ink: ['#1c1b1a', '#56524b', '#6a655c'],
    line: '#e2dccf',
    thread: '#3a3fb5',
    meaning: {
      green: '#236743',
      orange: '#85550c',
      yellow: '#85550c',
      red: '#a8221b',
      blue: '#3a3fb5',
      purple: '#5b3c9e',
    },
  })}${looks('dark', {
    paper: ['#161513', '#1d1c19', '#262420'],
    ink: ['#ece9e2', '#b9b3a7', '#a39d91'],
    line: '#33302a',
    thread: '#8f95f5',
    meaning: {
      green: '#7cc79b',
      orange: '#e0b25c',
      yellow: '#e0b25c',
      red: '#f08d85',
      blue: '#8f95f5',
      purple: '#b9a3f0',
    },
  })}`,
}
const script = 'text/javascript; charset=utf-8'

/**
 * The readable page of the API. The package would start it by an inline script, which our policy forbids everywhere: ours loads two files
 * instead. The large one is taken out of the package when somebody opens the page for the first time.
 */
export async function registerReferencePage(app: FastifyInstance): Promise<void> {
  const open = { schema: { hide: true } as never }
  let packed: Promise<Buffer> | undefined
  const scriptOfPackage = () => {
    packed ??= takenOut().catch((error: unknown) => {
      packed = undefined
      throw error
    })
    return packed
  }
  app.get('/reference/', open, async ({ language }, reply) =>
    reply.type('text/html; charset=utf-8').header('vary', 'accept-language, cookie').send(page(language)),
  )
  app.get('/reference/js/scalar.js', open, async (request, reply) => {
    const body = await scriptOfPackage()
    reply.type(script).header('vary', 'accept-encoding').header('cache-control', 'public, max-age=3600')
    const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
    return takesGzip ? reply.header('content-encoding', 'gzip').send(body) : reply.send(await promisify(gunzip)(body))
  })
  app.get('/reference/start.js', open, async ({ language }, reply) => {
    const own = {
      title: titles[language],
      url: `/api/openapi.json?lang=${language}`,
      localization: { locale: language },
    }
    return reply.type(script).send(`Scalar.createApiReference('#app', ${JSON.stringify({ ...options, ...own })})\n`)
  })
}

/** The script as gzip. @throws Error when the worker ends without it */
function takenOut(): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(import.meta.dirname, 'reference-script.ts'))
    worker.once('message', (packed: Uint8Array) => resolve(Buffer.from(packed)))
    worker.once('error', reject)
    worker.once('exit', (code) =>
      reject(new Error(`the script of the reference page could not be taken out (${code})`)),
    )
  })
}
