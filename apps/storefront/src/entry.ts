import { createApp } from 'astro/app/entrypoint'

const app = createApp({ streaming: false })

/**
 * The stylesheets that stand in every page, three quarters of it, each with the words that stand in its place while a page is made: the
 * server puts them in as bytes, once it has them all (server/page-body.ts), and keeps pages without them.
 */
export const sheets: { instead: string; text: string }[] = []
for (const route of app.manifest.routes)
  route.styles = route.styles.map((style) => {
    if (style.type !== 'inline') return style
    let sheet = sheets.find(({ text }) => text === style.content)
    if (!sheet) sheets.push((sheet = { instead: `/*sheet ${sheets.length}*/`, text: style.content }))
    return { ...style, content: sheet.instead }
  })

/** Renders one page of the shop. Every answer is a Response, also for pages that do not exist. */
export function render(request: Request, locals: App.Locals): Promise<Response> {
  return app.render(request, { locals, addCookieHeader: true })
}
