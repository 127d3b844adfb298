import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { picturesOf, warmPictures } from './warm-pictures.ts'

test('takes every small width of a page once', () => {
  const page =
    '<img src="/media/a.webp?w=320" srcset="/media/a.webp?w=320 320w, /media/a.webp?w=640 640w, /media/a.webp?w=1600 1600w">'
  expect(picturesOf(page)).toEqual(['/media/a.webp?w=320', '/media/a.webp?w=640'])
})

test('asks for the pictures of home and its lists, each once, and survives one that fails', async () => {
  const asked: string[] = []
  const app = Fastify()
  app.get(
    '/',
    async () => '<a href="/collections/cama"></a><img src="/media/hero?w=640"><img src="/media/broken?w=320">',
  )
  app.get('/collections/cama', async () => '<img src="/media/hero?w=640"><img src="/media/sheet?w=320">')
  app.get('/media/*', async (request) => {
    asked.push(request.url)
    if (request.url.includes('broken')) throw new Error('no such picture')
    return 'picture'
  })
  expect(await warmPictures(app)).toBe(3)
  expect(asked).toEqual(['/media/hero?w=640', '/media/broken?w=320', '/media/sheet?w=320'])
  await app.close()
})
