import type { Db } from '../../server/platform/db.ts'
import { sql } from '../../server/platform/sql.ts'

/** 1,000 products × 4 variants in 5 places with plenty of stock, sold on web, till and a trusted channel. Loaded by SQL in seconds. */
export async function loadBenchCatalog(
  db: Db,
  { products = 1000, places = 5, perPlace = 1_000_000 } = {},
): Promise<{ variantIds: string[]; locationIds: string[] }> {
  await db.script(`
    insert into catalog.channel (id, name, kind, currency, country, trusted) values
      ('web', '{"es":"Web","en":"Web"}', 'web', 'EUR', 'ES', false), ('pos', '{"es":"Caja","en":"Till"}', 'pos', 'EUR', 'ES', true),
      ('marketplace', '{"es":"Mercado","en":"Marketplace"}', 'marketplace', 'EUR', 'ES', true) on conflict do nothing;
    insert into catalog.product (id, handle, title, description, tax_class, options)
      select 'prd_' || lpad(p::text, 22, '0'), 'producto-' || p, jsonb_build_object('es', 'Producto ' || p, 'en', 'Product ' || p),
             '{"es":"<p>Lino lavado.</p>","en":"<p>Washed linen.</p>"}', 'standard',
             '[{"name":{"es":"Talla","en":"Size"},"values":[{"value":"S","label":{"es":"S","en":"S"}},{"value":"M","label":{"es":"M","en":"M"}},{"value":"L","label":{"es":"L","en":"L"}},{"value":"XL","label":{"es":"XL","en":"XL"}}]}]'
        from generate_series(1, ${products}) p;
    insert into catalog.variant (id, product_id, sku, option_values, position)
      select 'var_' || lpad((p * 4 + s)::text, 22, '0'), 'prd_' || lpad(p::text, 22, '0'), 'P' || lpad(p::text, 5, '0') || '-' || size, array[size], s
        from generate_series(1, ${products}) p, unnest(array['S','M','L','XL']) with ordinality as sizes(size, s);
    insert into catalog.publication select p.id, c.id from catalog.product p, catalog.channel c;
    insert into inventory.location (id, code, kind, name, address, latitude, longitude, time_zone, opening_hours, pickup, ships, position)
      select 'loc_' || lpad(l::text, 22, '0'), 'L' || lpad(l::text, 4, '0'), case when l = 1 then 'warehouse' else 'shop' end, 'Lugar ' || l,
             '{"line1":"Calle 1","postalCode":"28001","city":"Madrid","province":"Madrid","country":"ES","phone":""}', 39 + (l % 40) * 0.1, -3 - (l % 30) * 0.1, 'Europe/Madrid',
             '{"weekly":{"mon":[["00:00","23:59"]],"tue":[["00:00","23:59"]],"wed":[["00:00","23:59"]],"thu":[["00:00","23:59"]],"fri":[["00:00","23:59"]],"sat":[["00:00","23:59"]],"sun":[["00:00","23:59"]]},"exceptions":[]}',
             l > 1, true, l
        from generate_series(1, ${places}) l;
    insert into inventory.stock_level (variant_id, location_id, on_hand)
      select v.id, l.id, ${perPlace} from catalog.variant v, inventory.location l;
    insert into inventory.stock_movement (id, variant_id, location_id, kind, quantity, reason, actor_id, at)
      select 'mov_' || lpad(row_number() over ()::text, 22, '0'), variant_id, location_id, 'received', on_hand, 'opening', 'system:bench', now() from inventory.stock_level;
    insert into pricing.tax_rate (country, region, tax_class, rate_bp, name, valid_from) values ('ES', '', 'standard', 2100, 'IVA', '2012-09-01') on conflict do nothing;
    insert into pricing.price (price_list_id, variant_id, amount_minor)
      select (select id from pricing.price_list where channel_id is null and currency = 'EUR'), id, 1099 + (position * 100) from catalog.variant;
    insert into fulfillment.delivery_option (id, name, country, price_minor, currency, days_min, days_max)
      values ('standard', '{"es":"Estándar","en":"Standard"}', 'ES', 495, 'EUR', 1, 3) on conflict do nothing;
    update pricing.version set version = version + 1;
    analyze;`)
  const variants = await db.many<{ id: string }>(sql`select id from catalog.variant order by id`)
  const locations = await db.many<{ id: string }>(sql`select id from inventory.location order by id`)
  return { variantIds: variants.map(({ id }) => id), locationIds: locations.map(({ id }) => id) }
}
