import { findVariants, variantIdsBySku } from '#catalog'
import { listLocations } from '#inventory'
import type { Queryable } from '#platform/db'

/**
 * Places and articles have other ids in another database. In a file they go by what people call them: `place:VLC`, `sku:CAM-AZ-M`. Both ways
 * work on JSON text, because ids stand anywhere in it.
 */
export async function nameIds(q: Queryable, texts: readonly string[]): Promise<string[]> {
  const codes = new Map((await listLocations(q)).map(({ id, code }) => [id, code]))
  const ids = new Set(texts.flatMap((text) => text.match(/"var_[0-9A-Za-z]+"/g) ?? []).map((id) => id.slice(1, -1)))
  const variants = await findVariants(q, [...ids])
  return texts.map((text) =>
    text
      .replaceAll(/"(loc_[0-9A-Za-z]+)"/g, (whole, id: string) => named('place', codes.get(id)) ?? whole)
      .replaceAll(/"(var_[0-9A-Za-z]+)"/g, (whole, id: string) => named('sku', variants.get(id)?.sku) ?? whole),
  )
}

function named(kind: 'place' | 'sku', name: string | undefined): string | undefined {
  return name === undefined ? undefined : JSON.stringify(`${kind}:${name}`)
}

const places = /"place:([A-Z0-9]{2,8})"/g
const skus = /"sku:((?:[^"\\]|\\.)*)"/g

/** Names in a file that nothing here goes by. */
export type Unknown = { places: string[]; skus: string[] }

/** The ids of this database for the names in these texts, and what nothing here goes by. */
export async function idsOfNames(
  q: Queryable,
  texts: readonly string[],
): Promise<{ translate: (text: string) => { text: string; unknown: Unknown } }> {
  const ids = new Map((await listLocations(q)).map(({ id, code }) => [code, id]))
  const wanted = texts.flatMap((text) => [...text.matchAll(skus)].map(([, name = '']) => plain(name)))
  const variants = await variantIdsBySku(q, wanted)
  return {
    translate: (text) => {
      const unknown: Unknown = { places: [], skus: [] }
      const translated = text
        .replaceAll(places, (whole, code: string) => {
          const id = ids.get(code)
          if (id === undefined) unknown.places.push(code)
          return id === undefined ? whole : JSON.stringify(id)
        })
        .replaceAll(skus, (whole, name: string) => {
          const id = variants.get(plain(name).trim().toUpperCase())
          if (id === undefined) unknown.skus.push(plain(name))
          return id === undefined ? whole : JSON.stringify(id)
        })
      return { text: translated, unknown }
    },
  }
}

/** The text that stands in a JSON string. */
function plain(inner: string): string {
  return JSON.parse(`"${inner}"`) as string
}
