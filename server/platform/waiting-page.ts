/** A page for people that stands on nothing: no database, no file, no script. It opens the page that was asked for by itself. */
export type WaitingPage = {
  language: 'es' | 'en'
  title: string
  text: string
  /** What the link to the same address says; without it there is none, as after a form that was sent. */
  again: string | null
  /** Seconds until it asks again; null when the reader has to. */
  reloadSeconds: number | null
}

/** The HTML of it, in the shop's colours, light and dark. The words are ours, so nothing in them needs escaping. */
export function waitingPage({ language, title, text, again, reloadSeconds }: WaitingPage): string {
  const reload = reloadSeconds === null ? '' : `<meta http-equiv="refresh" content="${reloadSeconds}">`
  const link = again === null ? '' : `<p><a href="">${again}</a></p>`
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">${reload}
<title>${title}</title>
<style>${style}</style></head>
<body><main>${thread}<h1>${title}</h1><p>${text}</p>${link}</main></body></html>`
}

/** The thread is being pulled: something is under way. */
const thread =
  '<svg viewBox="0 0 320 40" aria-hidden="true"><path d="M2 20C40 2 62 2 82 20s44 18 64 0 44-18 64 0 44 18 108 0"/><circle cx="146" cy="20" r="5"/></svg>'

const style = `:root{color-scheme:light dark;--paper:#faf8f4;--ink:#1c1b1a;--quiet:#5d5a54;--thread:#3a3fb5}
@media (prefers-color-scheme:dark){:root{--paper:#161513;--ink:#ece9e2;--quiet:#a8a49b;--thread:#8f95f5}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;min-height:100dvh;display:grid;place-items:center;background:var(--paper);color:var(--ink);font:400 1.0625rem/1.55 "Instrument Sans",system-ui,sans-serif}
main{width:min(34rem,100vw - 3rem);padding-block:3rem}svg{display:block;width:min(20rem,100%);height:auto;margin:0 0 2rem -2px;fill:none;stroke:var(--thread);stroke-width:2.5;stroke-linecap:round}circle{fill:var(--paper)}
path{stroke-dasharray:8 6;animation:pull 1.2s linear infinite}@keyframes pull{to{stroke-dashoffset:-14}}@media (prefers-reduced-motion:reduce){path{animation:none;stroke-dasharray:none}}
h1{margin:0 0 .75rem;font:430 clamp(1.9rem,1.4rem + 2.4vw,2.75rem)/1.1 Newsreader,Georgia,serif;letter-spacing:-.012em;text-wrap:balance}p{margin:0 0 1rem;color:var(--quiet);text-wrap:pretty}
a{display:inline-flex;align-items:center;min-height:3rem;color:var(--thread);text-underline-offset:.22em}a:focus-visible{outline:2px solid var(--thread);outline-offset:3px}`
