/** Keeps the search current, in the transaction that changes a product. */
import type { Tx } from '#platform/db'
import { type Sql, sql } from '#platform/sql'

/** Text of one language; Spanish where the other is empty. Weight A title, B how it is sold, C facts, D description. */
const textsIn = (language: 'es' | 'en'): Sql => {
  const said = (column: Sql) => sql`coalesce(nullif(${column} ->> ${language}::text, ''), ${column} ->> 'es', '')`
  return sql`
    select ${said(sql`p.title`)} as a,
           concat_ws(' ', p.product_type, p.vendor, array_to_string(p.tags, ' '),
             (select string_agg(${said(sql`o -> 'name'`)} || ' ' ||
                     (select string_agg(${said(sql`v -> 'label'`)}, ' ') from jsonb_array_elements(o -> 'values') v), ' ')
                from jsonb_array_elements(p.options) o),
             (select string_agg(${said(sql`c.title`)}, ' ')
                from catalog.collection_product cp join catalog.collection c on c.id = cp.collection_id
               where cp.product_id = p.id)) as b,
           (select string_agg(${said(sql`f.value`)}, ' ') from jsonb_each(p.facts) f) as c,
           regexp_replace(${said(sql`p.description`)}, '<[^>]*>', ' ', 'g') as d`
}
const weighted = (row: Sql, config: 'catalog.es' | 'catalog.en'): Sql => sql`
  setweight(to_tsvector(${config}::text::regconfig, coalesce(${row}.a, '')), 'A') ||
  setweight(to_tsvector(${config}::text::regconfig, coalesce(${row}.b, '')), 'B') ||
  setweight(to_tsvector(${config}::text::regconfig, coalesce(${row}.c, '')), 'C') ||
  setweight(to_tsvector(${config}::text::regconfig, coalesce(${row}.d, '')), 'D')`
const wordsOf = (row: Sql): Sql => sql`
  array(select distinct w from regexp_split_to_table(
          lower(public.unaccent(concat_ws(' ', ${row}.a, ${row}.b, ${row}.c, ${row}.d))), '[^[:alnum:]]+') w
         where length(w) between 2 and 40 order by w)`

/** What is searched of these products: id, document, words_es, words_en. `which` is a condition on p, a product. */
const documentsOf = (which: Sql): Sql => sql`
  select p.id, ${weighted(sql`es`, 'catalog.es')} || ${weighted(sql`en`, 'catalog.en')} as document,
         ${wordsOf(sql`es`)} as words_es, ${wordsOf(sql`en`)} as words_en
    from catalog.product p
    cross join lateral (${textsIn('es')}) es
    cross join lateral (${textsIn('en')}) en
   where ${which}`

/**
 * Writes the search documents of these products anew and brings the counts of their words forward by the difference. Words are
 * locked in order, so that two writers of common words wait instead of blocking each other.
 */
export async function indexProducts(tx: Tx, productIds: readonly string[]): Promise<void> {
  if (productIds.length === 0) return
  await tx.run(sql`
    with fresh as (
      ${documentsOf(sql`p.id = any (${[...new Set(productIds)]}::text[])`)}
    ), before as (
      select d.product_id, d.words_es, d.words_en from catalog.search_document d join fresh f on f.id = d.product_id for update of d
    ), written as (
      insert into catalog.search_document (product_id, document, words_es, words_en)
      select id, document, words_es, words_en from fresh
      on conflict (product_id) do update
         set document = excluded.document, words_es = excluded.words_es, words_en = excluded.words_en
    ), changes as (
      select 'es' as language, unnest(words_es) as word, 1 as n from fresh
      union all select 'en', unnest(words_en), 1 from fresh
      union all select 'es', unnest(words_es), -1 from before
      union all select 'en', unnest(words_en), -1 from before
    )
    insert into catalog.search_word (language, word, products)
    select language, word, sum(n)::int from changes group by language, word having sum(n) <> 0 order by language, word
    on conflict (language, word) do update set products = catalog.search_word.products + excluded.products`)
}

/** Products whose documents are made by one statement when the whole search is made anew. */
const chunk = 5000

/** Makes the whole search anew: for loaders that write products by SQL. Words are counted once, at the end. */
export async function rebuildSearch(tx: Tx): Promise<void> {
  await tx.run(sql`delete from catalog.search_document`)
  await tx.run(sql`delete from catalog.search_word`)
  const ids = await tx.many<{ id: string }>(sql`select id from catalog.product order by id`)
  for (let at = 0; at < ids.length; at += chunk) {
    const part = ids.slice(at, at + chunk).map(({ id }) => id)
    await tx.run(sql`
      insert into catalog.search_document (product_id, document, words_es, words_en)
      ${documentsOf(sql`p.id = any (${part}::text[])`)}`)
  }
  await tx.run(sql`
    insert into catalog.search_word (language, word, products)
    select 'es', word, count(*)::int from catalog.search_document, unnest(words_es) word group by word
    union all
    select 'en', word, count(*)::int from catalog.search_document, unnest(words_en) word group by word`)
  await raiseCatalogVersion(tx)
}

/** Says that products or collections changed; call it once, at the end of a transaction that writes them. */
export async function raiseCatalogVersion(tx: Tx): Promise<void> {
  await tx.run(sql`update catalog.version set version = nextval('catalog.version_number')`)
}

/** The version of products and collections, as a value for the `select` list of any statement; who keeps lists compares it. */
export const catalogVersionNow = sql`(select version from catalog.version)`
