import { sql } from '#platform/sql'
import type { Check } from './check.ts'

/** What needs a moment to arrive is no disagreement before this many milliseconds. */
const tolerance = 10 * 60_000

/** Laws 6 and 7: one identifier, one person; links that can be undone; consents that say what was agreed to. */
export const peopleChecks: Check[] = [
  {
    name: 'people.identity_twice',
    law: 6,
    title: { es: 'Un identificador, una persona', en: 'One identifier, one person' },
    rows: sql`
      select kind || ' ' || value as subject, '1' as expected, count(*)::text as found from customers.identity group by kind, value having count(*) > 1`,
  },
  {
    name: 'people.identity_not_normal',
    law: 6,
    title: {
      es: 'Los correos se guardan en minúsculas y los teléfonos en E.164',
      en: 'Mail is kept in lower case, telephones in E.164',
    },
    rows: sql`
      select id as subject, 'normalized' as expected, kind || ' ' || value as found from customers.identity
       where (kind = 'email' and value <> lower(trim(value))) or (kind = 'phone' and value !~ '^\\+[1-9][0-9]{5,14}$')`,
  },
  {
    name: 'people.canonical_without_link',
    law: 6,
    title: {
      es: 'Cada persona unida tiene un enlace que se puede deshacer',
      en: 'Every joined person has a link that can be undone',
    },
    rows: sql`
      select p.id as subject, 'a live link' as expected, p.canonical_id as found from customers.person p
       where p.canonical_id is not null
         and not exists (select 1 from customers.person_link l where l.from_person_id = p.id and l.unlinked_at is null)`,
  },
  {
    name: 'people.canonical_root',
    law: 6,
    title: { es: 'La persona que cuenta no cuenta como otra', en: 'Who counts for others counts as nobody else' },
    rows: sql`
      select p.id as subject, 'a root' as expected, c.canonical_id as found
        from customers.person p join customers.person c on c.id = p.canonical_id where c.canonical_id is not null`,
  },
  {
    name: 'people.link_without_effect',
    law: 6,
    title: { es: 'Un enlace vivo une a las dos personas', en: 'A live link joins its two persons' },
    rows: sql`
      select l.id as subject, coalesce(t.canonical_id, t.id) as expected, coalesce(f.canonical_id, f.id) as found
        from customers.person_link l join customers.person f on f.id = l.from_person_id join customers.person t on t.id = l.to_person_id
       where l.unlinked_at is null and coalesce(f.canonical_id, f.id) <> coalesce(t.canonical_id, t.id)`,
  },
  {
    name: 'people.order_of_nobody',
    law: 6,
    title: { es: 'Cada pedido con persona es de alguien', en: 'Every order with a person is somebody’s' },
    rows: sql`
      select o.id as subject, 'a person' as expected, o.person_id as found
        from orders.customer_order o left join customers.person p on p.id = o.person_id where o.person_id is not null and p.id is null`,
  },
  {
    name: 'people.consent_without_words',
    law: 7,
    title: {
      es: 'Cada consentimiento guarda la frase aceptada',
      en: 'Every consent keeps the sentence that was agreed to',
    },
    rows: sql`
      select id as subject, 'the sentence' as expected, 'empty' as found from customers.consent
       where granted and (trim(wording) = '' or trim(wording_version) = '' or trim(source) = '')`,
  },
]

/** Laws 8 and 10: promised places hold the goods; nobody misses an event. */
export const promiseChecks: Check[] = [
  {
    name: 'promises.place_without_goods',
    law: 8,
    title: { es: 'El lugar prometido tiene la mercancía', en: 'The promised place holds the goods' },
    rows: sql`
      select f.id as subject, sum(l.units - l.short_units)::text as expected,
             coalesce((select sum(a.units) from inventory.allocation a
                        where a.order_id = f.order_id and a.location_id = f.location_id and a.status = 'open'
                          and a.order_line_id in (select x.order_line_id from fulfillment.fulfillment_line x where x.fulfillment_order_id = f.id)), 0)::text as found
        from fulfillment.fulfillment_order f join fulfillment.fulfillment_line l on l.fulfillment_order_id = f.id
       where f.status in ('open', 'picking', 'packed', 'ready')
       group by f.id
      having coalesce((select sum(a.units) from inventory.allocation a
                        where a.order_id = f.order_id and a.location_id = f.location_id and a.status = 'open'
                          and a.order_line_id in (select x.order_line_id from fulfillment.fulfillment_line x where x.fulfillment_order_id = f.id)), 0)
             < sum(l.units - l.short_units)`,
  },
  {
    name: 'promises.ready_not_set_aside',
    law: 8,
    title: { es: '«Listo» solo tras apartarlo una persona', en: '“Ready” only after a person set it aside' },
    rows: sql`
      select id as subject, 'set aside' as expected, 'not set aside' as found from fulfillment.fulfillment_order
       where kind = 'pickup' and status in ('ready', 'handed_over') and set_aside_at is null`,
  },
  {
    name: 'promises.told_not_set_aside',
    law: 8,
    title: { es: 'Ningún aviso de «listo» sin apartar', en: 'No “ready” notice without setting aside' },
    rows: sql`
      select m.id as subject, 'set aside' as expected, f.status as found
        from platform.mail_message m join fulfillment.fulfillment_order f on f.id = split_part(m.dedupe_key, ':', 2)
       where m.dedupe_key like 'pickup_ready:%' and f.set_aside_at is null
         -- A unit that disappeared after the notice was asked about.
         and not exists (select 1 from fulfillment.shortage s where s.fulfillment_order_id = f.id)`,
  },
  {
    name: 'promises.other_place',
    law: 8,
    title: { es: 'La promesa nombra el lugar que la prepara', en: 'The promise names the place that prepares it' },
    rows: sql`
      select p.id as subject, f.location_id as expected, coalesce(p.location_id, 'none') as found
        from fulfillment.promise p join fulfillment.fulfillment_order f on f.id = p.fulfillment_order_id
       where p.kind = 'pickup_ready' and p.status = 'made' and p.location_id is distinct from f.location_id`,
  },
  {
    name: 'promises.waits_for_nothing',
    law: 8,
    title: { es: 'Quien espera un traslado tiene un traslado', en: 'Who waits for a van has a van' },
    // One that has just arrived is told of within moments.
    rows: (now) => sql`
      select f.id as subject, 'a transfer' as expected, 'none' as found from fulfillment.fulfillment_order f
       where f.status = 'waiting'
         and not exists (select 1 from inventory.transfer t
                          where t.reference = f.order_id and t.to_location_id = f.location_id
                            and (t.status in ('requested', 'sent')
                                 or t.received_at > ${new Date(now.getTime() - tolerance)}::timestamptz))`,
  },
  {
    name: 'promises.made_for_nothing',
    law: 8,
    title: { es: 'Ninguna promesa viva de algo anulado', en: 'No living promise of something canceled' },
    rows: sql`
      select p.id as subject, 'withdrawn' as expected, p.status as found
        from fulfillment.promise p join fulfillment.fulfillment_order f on f.id = p.fulfillment_order_id
       where p.status = 'made' and f.status = 'canceled'`,
  },
  {
    name: 'events.gap',
    law: 10,
    title: { es: 'El registro de sucesos no tiene huecos', en: 'The event log has no gap' },
    rows: sql`
      with pairs as (select seq, lag(seq, 1, 0::bigint) over (order by seq) as before from platform.event)
      select seq::text as subject, (before + 1)::text as expected, seq::text as found from pairs where seq <> before + 1`,
  },
  {
    name: 'events.counter',
    law: 10,
    title: { es: 'El contador de sucesos es el último', en: 'The event counter is the last event' },
    rows: sql`
      select 'event_seq' as subject, coalesce(max(e.seq), 0)::text as expected,
             coalesce((select value from platform.counter where name = 'event_seq'), 0)::text as found
        from platform.event e having coalesce(max(e.seq), 0) <> coalesce((select value from platform.counter where name = 'event_seq'), 0)`,
  },
  {
    name: 'events.subscriber_ahead',
    law: 10,
    title: { es: 'Ningún suscriptor va por delante del registro', en: 'No subscriber is ahead of the log' },
    rows: sql`
      select name as subject, '<= ' || (select coalesce(max(seq), 0) from platform.event) as expected, last_seq::text as found
        from platform.subscriber where last_seq > (select coalesce(max(seq), 0) from platform.event)`,
  },
  {
    name: 'events.not_heard',
    law: 10,
    title: { es: 'Ningún suscriptor se ha quedado atascado', en: 'No subscriber is stuck' },
    rows: (now) => sql`
      select s.name as subject, e.seq::text as expected, s.last_seq || ': ' || coalesce(s.last_error, '') as found
        from platform.subscriber s join platform.event e on e.seq = s.last_seq + 1
       where s.failures > 0 and e.relayed_at < ${new Date(now.getTime() - tolerance)}::timestamptz`,
  },
  {
    name: 'events.thread_without_event',
    law: 10,
    title: { es: 'Cada entrada del hilo viene de un suceso', en: 'Every entry of the thread comes from an event' },
    rows: sql`
      select t.person_id || ' ' || t.seq as subject, 'an event' as expected, t.kind as found
        from customers.thread_entry t left join platform.event e on e.seq = t.seq where e.seq is null and t.seq > 0`,
  },
]
