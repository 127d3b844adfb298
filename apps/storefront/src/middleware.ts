import { defineMiddleware } from 'astro:middleware'
import { readFlash } from './lib/flash.ts'
import { changeQuery, href } from './lib/links.ts'
import { isRefusal } from './lib/problem.ts'
import { tidyWhereabouts } from './lib/shop.ts'

const monthSeconds = 30 * 86_400
const yearSeconds = 365 * 86_400
/** Pages that mails, QR codes and banks lead to: their links name no language, so the reader's last choice counts. */
const linkedFromOutside = /^\/(orders|shortages|cart\/open|checkout\/return)(\/|$|\?)/

/**
 * What every page needs before and after itself: the notice left by the last form, the shopper's whereabouts, and a human page
 * for what the API refused.
 */
export const onRequest = defineMiddleware(async (context, next) => {
  const { locals, request, url } = context
  locals.flash = readFlash(locals.cookies['hilo_flash'])
  if (locals.flash && request.method === 'GET') locals.setCookie('hilo_flash', '', 0)
  const moved = languageMove(locals, request, url)
  if (moved !== undefined) return context.redirect(moved, 303)
  const near = url.searchParams.get('near')
  if (request.method === 'GET' && near !== null) {
    const tidy = tidyWhereabouts(near)
    locals.setCookie('hilo_near', tidy ?? '', tidy ? monthSeconds : 0)
    return context.redirect(href(locals.lang, changeQuery(locals.path, { near: undefined })), 303)
  }
  try {
    const response = await next()
    // A form that was answered with a page of its own is never offered again from the history.
    if (request.method === 'POST') response.headers.set('cache-control', 'no-store')
    return response
  } catch (error) {
    if (!isRefusal(error)) throw error
    // An address that the API cannot even read (a capital letter, half a token) is a page that does not exist.
    const unreadable = request.method === 'GET' && [400, 422].includes(error.body.status)
    if (error.body.status === 404 || unreadable) return context.rewrite('/404')
    if (error.body.status === 401) return context.redirect(href(locals.lang, '/account'), 303)
    locals.log(error, `shop page refused: ${error.body.code}`)
    locals.refusal = error.body
    return context.rewrite('/500')
  }
})

/** Where a reader of the other language belongs, if not here: after a choice in the link, or by their last choice. */
function languageMove(locals: App.Locals, request: Request, url: URL): string | undefined {
  if (request.method !== 'GET') return undefined
  const asked = url.searchParams.get('lang')
  if (asked === 'es' || asked === 'en') {
    locals.setCookie('hilo_lang', asked, yearSeconds)
    return href(asked, changeQuery(locals.path, { lang: undefined }))
  }
  if (locals.lang === 'es' && locals.cookies['hilo_lang'] === 'en' && linkedFromOutside.test(locals.path))
    return href('en', locals.path)
  return undefined
}
