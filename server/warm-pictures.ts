import type { FastifyInstance } from 'fastify'

const pauseMs = 40
/** Larger ones are asked for by few screens; they are made when one does. */
const widthMax = 640

/**
 * Makes the pictures of the home page and of the lists it links to before anybody waits for them, one after the other, in the
 * background of a start. What is on disk already costs a read. Asked before each picture, `isStopped` ends it. A picture that fails is the media route's
 * business, not the start's.
 * @returns how many pictures were asked for
 */
export async function warmPictures(app: FastifyInstance, isStopped: () => boolean = () => false): Promise<number> {
  const asked = new Set<string>()
  const home = await pageOf(app, '/')
  const lists = [...home.matchAll(/href="(\/collections\/[a-z0-9-]+)"/g)].map((match) => match[1] ?? '')
  for (const path of ['/', ...new Set(lists)]) {
    const page = path === '/' ? home : await pageOf(app, path)
    for (const url of picturesOf(page)) {
      if (isStopped()) return asked.size
      if (asked.has(url)) continue
      asked.add(url)
      await app.inject({ url, headers: { accept: 'image/webp' } })
      await new Promise((resolve) => setTimeout(resolve, pauseMs).unref())
    }
  }
  return asked.size
}

async function pageOf(app: FastifyInstance, url: string): Promise<string> {
  const { statusCode, body } = await app.inject({ url })
  return statusCode === 200 ? body : ''
}

/** Picture addresses of a page, from `src` and `srcset`, in the widths that lists and phones ask for. */
export function picturesOf(page: string): string[] {
  const found = [...page.matchAll(/\/media\/[^"'\s,]+/g)].map((match) => match[0].replaceAll('&amp;', '&'))
  return [...new Set(found)].filter((url) => Number(/[?&]w=(\d+)/.exec(url)?.[1] ?? 800) <= widthMax)
}
