declare namespace App {
  /** What the server gives every page (server/storefront.ts). */
  interface Locals {
    /** The public API, called in-process with the visitor's cookies. */
    api: import('@hilo/contract/client').Client
    lang: 'es' | 'en'
    /** Path as it would be in Spanish: without the language prefix, with its query. */
    path: string
    publicUrl: string
    now: Date
    /** Sets a cookie on the answer; `maxAge` in seconds, 0 removes it. */
    setCookie(name: string, value: string, maxAge: number): void
    cookies: Readonly<Record<string, string | undefined>>
    /** When the oldest answer of this page was true, while the database is away; undefined when all of it is true now. */
    asOf(): string | undefined
    /** What the API refused, for the page that says so (set by the middleware). */
    refusal?: import('@hilo/contract').ProblemBody
    log(error: unknown, text: string): void
    /** Notice left by the form before this page (set by the middleware). */
    flash: import('./lib/flash.ts').Flash | null
  }
}
