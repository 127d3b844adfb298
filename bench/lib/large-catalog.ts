import { rebuildSearch } from '../../server/catalog/index.ts'
import type { Db } from '../../server/platform/db.ts'

const types =
  'camisa pantalón vestido falda chaqueta abrigo jersey camiseta pijama bata mantel servilleta cojín manta toalla sábana cortina alfombra delantal bolso cesta jarrón plato taza vela lámpara'
const typesEn =
  'shirt trousers dress skirt jacket coat jumper t-shirt pyjamas robe tablecloth napkin cushion blanket towel sheet curtain rug apron bag basket vase plate cup candle lamp'
const materials = 'lino algodón lana seda yute esparto cerámica vidrio madera corcho cáñamo alpaca'
const materialsEn = 'linen cotton wool silk jute esparto ceramic glass wood cork hemp alpaca'
const manners = 'lavado crudo bordado tejido estampado liso rayado trenzado teñido cepillado ligero grueso'
const mannersEn = 'washed raw embroidered woven printed plain striped braided dyed brushed light heavy'
const syllables =
  'ba be bi bo bu ca ce ci co cu da de di do du fa fe fi fo fu ga go gu la le li lo lu ma me mi mo mu na ne ni no nu pa pe pi po pu ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo vu za zo'

const list = (words: string) => `array['${words.split(' ').join("','")}']`

/**
 * So many products of four sizes and one of twelve colours with prices of their own, in 48 collections, every tenth lowered, each with a name
 * of made-up words beside common ones, as a large shop has: some words stand in thousands of products, most in a few. Written by SQL.
 */
export async function loadLargeCatalog(
  db: Db,
  { products }: { products: number },
  say: (text: string) => void,
): Promise<void> {
  await db.script(`
    set statement_timeout = 0;
    set session_replication_role = replica; -- what refers to what is right by construction
    insert into catalog.collection (id, handle, title, position)
      select 'col_' || lpad(c::text, 22, '0'), 'coleccion-' || c, jsonb_build_object('es', 'Colección ' || c, 'en', 'Collection ' || c), c from generate_series(0, 47) c;
    create temporary table word as
      select n, (${list(syllables)})[1 + (n * 7) % 56] || (${list(syllables)})[1 + (n * 13 + n / 56) % 56] || (${list(syllables)})[1 + (n * 31 + n / 3136) % 56] as word
        from generate_series(0, 29999) n;
    insert into catalog.product (id, handle, title, description, tax_class, product_type, vendor, options, created_at, position)
      select 'prd_' || lpad(p::text, 22, '0'), 'producto-' || p,
             jsonb_build_object('es', initcap(t.es) || ' de ' || m.es || ' ' || w.es || ' ' || a.word, 'en', initcap(w.en) || ' ' || m.en || ' ' || t.en || ' ' || a.word),
             jsonb_build_object('es', '<p>' || t.es || ' ' || w.es || ' de ' || m.es || ', modelo ' || a.word || ' ' || b.word || '.</p>', 'en', '<p>A ' || w.en || ' ' || t.en || ' of ' || m.en || ', model ' || a.word || ' ' || b.word || '.</p>'),
             'standard', t.es, 'Marca ' || (p % 80), jsonb_build_array(
               jsonb_build_object('key', 'color', 'name', '{"es":"Color","en":"Color"}'::jsonb, 'values', jsonb_build_array(jsonb_build_object('value', 'color-' || p % 12, 'label', jsonb_build_object('es', 'Color ' || p % 12, 'en', 'Color ' || p % 12)))),
               '{"key":"size","name":{"es":"Talla","en":"Size"},"values":[{"value":"S","label":{"es":"S","en":"S"}},{"value":"M","label":{"es":"M","en":"M"}},{"value":"L","label":{"es":"L","en":"L"}},{"value":"XL","label":{"es":"XL","en":"XL"}}]}'::jsonb),
             now() - p * interval '1 minute', 0
        from generate_series(1, ${products}) p
        cross join lateral (select (${list(types)})[1 + p % 26] as es, (${list(typesEn)})[1 + p % 26] as en) t
        cross join lateral (select (${list(materials)})[1 + (p / 26) % 12] as es, (${list(materialsEn)})[1 + (p / 26) % 12] as en) m
        cross join lateral (select (${list(manners)})[1 + (p / 312) % 12] as es, (${list(mannersEn)})[1 + (p / 312) % 12] as en) w
        join word a on a.n = (p * 17) % 30000 join word b on b.n = (p * 7919) % 30000;
    insert into catalog.variant (id, product_id, sku, option_values, position)
      select 'var_' || lpad((p * 4 + s)::text, 22, '0'), 'prd_' || lpad(p::text, 22, '0'), 'P' || lpad(p::text, 6, '0') || '-' || size, array['color-' || p % 12, size], s
        from generate_series(1, ${products}) p, unnest(array['S','M','L','XL']) with ordinality as sizes (size, s);
    insert into catalog.publication select id, 'web' from catalog.product;
    insert into catalog.collection_product (collection_id, product_id, position)
      select 'col_' || lpad((p % 48)::text, 22, '0'), 'prd_' || lpad(p::text, 22, '0'), p from generate_series(1, ${products}) p;
    insert into pricing.tax_rate (country, region, tax_class, rate_bp, name, valid_from) values ('ES', '', 'standard', 2100, 'IVA', '2012-09-01') on conflict do nothing;
    insert into pricing.price (price_list_id, variant_id, amount_minor, markdown_minor, prior_minor)
      select (select id from pricing.price_list where channel_id is null and currency = 'EUR'), 'var_' || lpad((p * 4 + s)::text, 22, '0'), amount + s * 100,
             case when p % 10 = 0 then (amount + s * 100) * 8 / 10 end, case when p % 10 = 0 then amount + s * 100 end
        from generate_series(1, ${products}) p, generate_series(1, 4) s, lateral (select 500 + (p::bigint * 7919 % 30000)::int as amount) a;
    set session_replication_role = origin;
    update pricing.version set version = nextval('pricing.version_number');
    analyze catalog.product; analyze catalog.variant; analyze pricing.price; analyze catalog.collection_product; analyze catalog.publication;`)
  say('search documents')
  // An index of words is made several times faster over all documents than along with them.
  await db.script('drop index catalog.search_document_gin')
  await db.transaction(rebuildSearch)
  await db.script('create index search_document_gin on catalog.search_document using gin (document)')
  for (const table of [
    'catalog.search_document',
    'catalog.search_word',
    'catalog.product',
    'catalog.variant',
    'pricing.price',
  ])
    await db.script(`vacuum analyze ${table}`)
}
