/** Finds products by words, forgiving slips in Spanish and English. */
import type { Queryable } from '#platform/db'
import { empty, join, type Sql, sql } from '#platform/sql'
import { type Candidate, closest, wordsOfQuery } from './spelling.ts'
import { findVariantByCode, type SaleVariant } from './variants.ts'

/** Rows that a query may bring before they are ranked: keeps a search for "shirt" in 200,000 products quick. */
const rankedMax = 2000

export type SearchScope = {
  /** Only active products that this channel shows; without it, every product in any state. */
  channelId?: string
  /** What the asker knows of that already; then the tables need hardly be asked. */
  isShown?(productId: string): boolean
}
export type SearchResult = {
  productIds: string[]
  corrected: { from: string; to: string }[]
  ignored: string[]
  /** Set when the whole query is a SKU or barcode; its product comes first. */
  exact: SaleVariant | undefined
}

type Word = { text: string /** The last word may be unfinished. */; prefix: boolean }

/**
 * Products for a query, best first, at most 2,000. A SKU or barcode comes first. Words that no product uses are read as the
 * nearest one that some do (`corrected`); those that resemble nothing are left out (`ignored`). All words must be in a product;
 * when none has them all, any word counts.
 */
export async function searchProducts(q: Queryable, query: string, scope: SearchScope = {}): Promise<SearchResult> {
  const [found, { words, corrected, ignored }] = await Promise.all([
    findVariantByCode(q, query),
    readWords(q, wordsOfQuery(query)),
  ])
  const exact = found && isShown(found, scope) ? found : undefined
  let ids = words.length === 0 ? [] : await ranked(q, queryOf(words, sql` && `), scope)
  if (ids.length === 0 && words.length > 1) ids = await ranked(q, queryOf(words, sql` || `), scope)
  const productIds = exact ? [exact.productId, ...ids.filter((id) => id !== exact.productId)] : ids
  return { productIds, corrected, ignored: exact ? [] : ignored, exact }
}

function isShown(variant: SaleVariant, { channelId }: SearchScope): boolean {
  return channelId === undefined || (variant.active && variant.publishedOn.includes(channelId))
}

// As a range of bytes: `like` with a pattern that is not a constant would read every word.
const startsWith = (prefix: Sql): Sql => sql`(w.word ~>=~ ${prefix} and w.word ~<~ (${prefix} || chr(1114111)))`

type Known = { word: string; isStop: boolean; isKnown: boolean; isPrefix: boolean }

async function readWords(
  q: Queryable,
  texts: readonly string[],
): Promise<{ words: Word[] } & Pick<SearchResult, 'corrected' | 'ignored'>> {
  if (texts.length === 0) return { words: [], corrected: [], ignored: [] }
  const known = await q.many<Known>(sql`
    select t.word, (cardinality(es.stem) = 0 or cardinality(en.stem) = 0) as "isStop",
           exists (select 1 from catalog.search_word w
                    where w.products > 0 and ${startsWith(sql`es.stem[1]`)} and ts_lexize('spanish_stem', w.word) = es.stem)
        or exists (select 1 from catalog.search_word w
                    where w.products > 0 and ${startsWith(sql`en.stem[1]`)} and ts_lexize('english_stem', w.word) = en.stem)
             as "isKnown",
           exists (select 1 from catalog.search_word w where w.products > 0 and ${startsWith(sql`t.word`)}) as "isPrefix"
      from unnest(${[...texts]}::text[]) with ordinality t (word, at)
      cross join lateral (select ts_lexize('spanish_stem', t.word) as stem) es
      cross join lateral (select ts_lexize('english_stem', t.word) as stem) en
     order by t.at`)
  const last = known.length - 1
  const counted = known.some(({ isStop }) => !isStop) ? known.filter(({ isStop }) => !isStop) : known
  const isGood = (word: Known) => word.isKnown || (word === known[last] && word.isPrefix)
  const fixes = await corrections(
    q,
    counted.filter((word) => !isGood(word)).map(({ word }) => word),
  )
  const words: Word[] = []
  const corrected: SearchResult['corrected'] = []
  const ignored: string[] = []
  for (const word of counted) {
    const fix = isGood(word) ? word.word : fixes.get(word.word)
    if (fix === undefined) {
      ignored.push(word.word)
      continue
    }
    if (fix !== word.word) corrected.push({ from: word.word, to: fix })
    words.push({ text: fix, prefix: word === known[last] && fix === word.word })
  }
  return { words, corrected, ignored }
}

/**
 * The word that was probably meant for each unknown one. Trigrams find most; in words of up to six letters a single slip can leave
 * no trigram in common, so words of about the same length with the same first letter stand beside them.
 */
async function corrections(q: Queryable, words: readonly string[]): Promise<Map<string, string>> {
  const asked = words.filter((word) => !/^\d+$/.test(word))
  if (asked.length === 0) return new Map()
  const rows = await q.many<Candidate & { asked: string }>(sql`
    select t.word as asked, c.word, c.products, similarity(c.word, t.word) as similarity
      from unnest(${asked}::text[]) t (word)
      cross join lateral (
        (select w.word, max(w.products) as products from catalog.search_word w
          where w.word % t.word and w.products > 0 group by w.word order by similarity(w.word, t.word) desc limit 40)
        union
        (select w.word, max(w.products) from catalog.search_word w
          where length(t.word) <= 6 and ${startsWith(sql`left(t.word, 1)`)} and w.products > 0
            and length(w.word) between length(t.word) - 1 and length(t.word) + 1
          group by w.word order by max(w.products) desc limit 500)
      ) c`)
  const found = new Map<string, string>()
  for (const word of asked) {
    const fix = closest(
      word,
      rows.filter((row) => row.asked === word),
    )
    if (fix !== undefined) found.set(word, fix)
  }
  return found
}

/** The words as one query; each in both languages, since a text may mix them. */
function queryOf(words: readonly Word[], operator: Sql): Sql {
  const each = words.map(({ text, prefix }) => {
    const term = `'${text}'${prefix ? ':*' : ''}`
    return sql`(to_tsquery('catalog.es', ${term}) || to_tsquery('catalog.en', ${term}))`
  })
  return join(each, operator)
}

async function ranked(q: Queryable, query: Sql, { channelId, isShown: isKnown }: SearchScope): Promise<string[]> {
  if (isKnown) {
    const ids = await rankedOf(q, query, empty)
    const shown = ids.filter((id) => isKnown(id))
    // Where most of what was found is not shown here, it may have taken the place of what is.
    if (ids.length < rankedMax || shown.length > rankedMax / 2) return shown
  }
  const shown =
    channelId === undefined
      ? empty
      : sql`join catalog.product p on p.id = d.product_id and p.status = 'active'
            join catalog.publication u on u.product_id = d.product_id and u.channel_id = ${channelId}`
  return rankedOf(q, query, shown)
}

async function rankedOf(q: Queryable, query: Sql, shown: Sql): Promise<string[]> {
  const rows = await q.many<{ id: string }>(sql`
    select f.product_id as id
      from (select d.product_id, d.document, query.it
              from (select ${query} as it) query, catalog.search_document d ${shown}
             where d.document @@ query.it limit ${rankedMax}::int) f
     order by ts_rank('{0.05, 0.2, 0.4, 1.0}', f.document, f.it) desc, f.product_id`)
  return rows.map(({ id }) => id)
}

/** Words of the shop that begin like the last word typed, those of more products first. */
export async function suggestWords(q: Queryable, query: string, language: 'es' | 'en', limit = 6): Promise<string[]> {
  const words = wordsOfQuery(query)
  const last = words.at(-1)
  if (last === undefined) return []
  const rows = await q.many<{ word: string }>(sql`
    select word from catalog.search_word w
     where w.language = ${language} and ${startsWith(sql`${last}::text`)} and word <> ${last} and products > 0 and length(word) > 2
     order by products desc, word limit ${limit}::int`)
  return rows.map(({ word }) => [...words.slice(0, -1), word].join(' '))
}
