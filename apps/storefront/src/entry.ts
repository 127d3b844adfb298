import { createApp } from 'astro/app/entrypoint'

const app = createApp({ streaming: false })

/** Renders one page of the shop. Every answer is a Response, also for pages that do not exist. */
export function render(request: Request, locals: App.Locals): Promise<Response> {
  return app.render(request, { locals, addCookieHeader: true })
}
