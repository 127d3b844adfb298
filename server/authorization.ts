import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RouteOptions } from 'fastify'
import { type Actor, roles } from '#platform/actor'
import { type ActionRow, allActions } from '#platform/permissions'

export const documentFile = join(import.meta.dirname, '../docs/authorization.md')

/** Routes of rows limited to places that need not ask for one, and why. */
export const placeless: Readonly<Record<string, string>> = {
  'GET /api/pos/orders/:id/receipt': 'because any counter takes back any order, and so sees what was sold anywhere',
  'GET /api/pos/orders/:id/returns/:returnId/receipt':
    'because any counter takes back any order, and so sees what came back anywhere',
}

export type ApiRoute = { method: string; url: string; action: string; asksPlace: boolean }

/** Gathers the API's routes, and that of the metrics, while an app is built: give `add` to `buildApp` as `onRoute`. */
export function routeCollector(): { routes: ApiRoute[]; add(route: RouteOptions): void } {
  const routes: ApiRoute[] = []
  return {
    routes,
    add: (route) => {
      if (!(route.url.startsWith('/api/') || route.url === '/metrics')) return
      for (const method of [route.method].flat()) {
        if (method === 'HEAD' || method === 'OPTIONS') continue
        routes.push({
          method,
          url: route.url,
          action: route.config?.action ?? '',
          asksPlace: route.config?.asksPlace ?? false,
        })
      }
    },
  }
}

/** Routes of rows limited to places that never ask for the place. */
export function silentRoutes(routes: readonly ApiRoute[]): string[] {
  return routes
    .filter(({ action, asksPlace }) => allActions().get(action)?.place === 'own' && !asksPlace)
    .map(({ method, url }) => `${method} ${url}`)
    .filter((route) => !(route in placeless))
}

/** What the table says about somebody, told without `can()`, so that the two check each other. */
export function expectedAnswer(row: ActionRow, actor: Actor): 'passes' | 'log in' | 'forbidden' {
  const open = row.everyone === true || row.shopper === true
  if (open) return 'passes'
  if (actor.kind === 'public') return 'log in'
  if (actor.kind === 'staff') return actor.role === 'owner' || row.staff?.includes(actor.role) ? 'passes' : 'forbidden'
  if (actor.kind === 'api_key')
    return row.apiScope !== undefined && actor.scopes.includes(row.apiScope) ? 'passes' : 'forbidden'
  return actor.kind === 'system' ? 'passes' : 'forbidden'
}

/** The authorisation table with its routes, as a page for people. */
export function authorizationPage(routes: readonly ApiRoute[]): string {
  const lines = [...routes]
    .sort((a, b) => (`${a.url} ${a.method}` < `${b.url} ${b.method}` ? -1 : 1))
    .map(({ method, url, action }) => {
      const row = allActions().get(action) ?? {}
      const who = row.everyone
        ? 'everyone'
        : row.shopper
          ? 'shopper (own cart, own session)'
          : roles.filter((role) => role === 'owner' || row.staff?.includes(role)).join(', ')
      return `| ${method} | \`${url}\` | ${action} | ${who} | ${row.place === 'own' ? 'own places' : ''} | ${row.apiScope ?? ''} |`
    })
  return `# Who may do what

Printed from the authorisation table by \`node server/authorization-page.ts --write\`; a test keeps it true. A route without a row stops the
server from starting. "own places": staff who are limited to places may do it only there. An API key needs the scope. \`/metrics\` asks everyone for its token, or answers this machine only.

| | route | action | who | where | scope |
| --- | --- | --- | --- | --- | --- |
${lines.join('\n')}
`
}

/** Writes the page into docs/. */
export async function writePage(routes: readonly ApiRoute[]): Promise<void> {
  await writeFile(documentFile, authorizationPage(routes))
}
