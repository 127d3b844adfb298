import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '#platform/actor'
import { bookMail } from '#platform/mail'
import { emit, relayOnce } from '#platform/outbox'
import { sql } from '#platform/sql'
import { advance } from '#platform/subscribers'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { createMember } from '#staff'
import { recordConsent } from './consents.ts'
import { aMail, aPerson, customersTestApp } from './testing.ts'
import { readThread, threadSubscriber } from './thread.ts'

let t: TestDatabase
let app: FastifyInstance
beforeAll(async () => {
  t = await testDatabase()
  app = await customersTestApp(t)
})
afterAll(async () => {
  await app.close()
  await t.close()
})

async function as(role: Role, locationIds?: string[]) {
  const email = aMail()
  const { oneTimePassword } = await t.db.transaction((tx) =>
    createMember(
      tx,
      t.clock,
      { kind: 'system', name: 'test' },
      { email, name: 'Ana', role, allPlaces: !locationIds, locationIds },
    ),
  )
  const remoteAddress = `10.1.${Math.trunc(Math.abs(Math.sin(performance.now())) * 250)}.${Math.trunc(performance.now()) % 250}`
  let cookie = ''
  const send = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) => {
    const response = await app.inject({ method, url, payload, remoteAddress, headers: { cookie } })
    const set = response.cookies.find(({ name }) => name === 'hilo_staff')
    if (set) cookie = `hilo_staff=${set.value}`
    return { status: response.statusCode, body: response.body === '' ? {} : response.json() }
  }
  await send('POST', '/api/staff/login', { email, password: oneTimePassword })
  await send('POST', '/api/staff/login/password', { password: 'barca lenta sobre el agua' })
  return send
}

const placed = (personId: string, number: string) =>
  t.db.transaction((tx) =>
    emit(tx, t.clock, 'orders.placed', {
      subjectId: `ord_${number}`,
      personId,
      payload: {
        orderId: `ord_${number}`,
        number,
        channelId: 'pos',
        locationId: 'loc_vlc',
        totalMinor: 1990,
        currency: 'EUR',
        units: 2,
        deliveryKind: 'carry_out',
      },
    }),
  )

describe('finding people', () => {
  test('by part of the name without accents, by mail, by phone in any spelling, by order number; linked ones as one', async () => {
    const send = await as('counter')
    const made = await send('POST', '/api/admin/customers', {
      name: 'Begoña Ibáñez Güell',
      identities: [
        { kind: 'email', value: 'Bego@Example.com' },
        { kind: 'phone', value: '622 333 444' },
      ],
    })
    expect(made.status).toBe(201)
    await placed(made.body.id, 'H-777001')
    await t.drain([threadSubscriber])
    for (const q of ['begona iba', 'GÜELL', 'bego@', '622333444', '+34 622 333 444', 'h-777001']) {
      const { body } = await send('GET', `/api/admin/customers?q=${encodeURIComponent(q)}`)
      expect(body.items.map(({ id }: { id: string }) => id)).toEqual([made.body.id])
    }
    expect((await send('GET', '/api/admin/customers?q=100%25')).body.items).toEqual([])
  })

  test('pages follow each other without gap or repeat; tags and consent filter', async () => {
    const send = await as('service')
    const ids: string[] = []
    for (let i = 0; i < 7; i++)
      ids.push((await send('POST', '/api/admin/customers', { name: `Página ${i}`, tags: ['vip'] })).body.id)
    await t.db.transaction((tx) =>
      recordConsent(tx, t.clock, {
        personId: ids[3] ?? '',
        purpose: 'marketing',
        channel: 'email',
        granted: true,
        wording: 'Sí',
        wordingVersion: '1',
        source: 'test',
      }),
    )
    const seen: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const { body } = await send('GET', `/api/admin/customers?tag=vip&limit=3${next ? `&cursor=${next}` : ''}`)
      seen.push(...body.items.map(({ id }: { id: string }) => id))
      next = body.next
    }
    expect(seen.sort()).toEqual(ids.sort())
    const willing = await send('GET', '/api/admin/customers?tag=vip&marketing=yes')
    expect(willing.body.items).toMatchObject([{ marketing: true }])
  })
})

describe('keeping people', () => {
  test('an identifier of somebody else is refused with whose it is, and the last one stays', async () => {
    const send = await as('service')
    const address = aMail()
    const first = await send('POST', '/api/admin/customers', {
      name: 'Una',
      identities: [{ kind: 'email', value: address }],
    })
    const taken = await send('POST', '/api/admin/customers', {
      name: 'Otra',
      identities: [{ kind: 'email', value: address }],
    })
    expect(taken.body).toMatchObject({ status: 409, code: 'customers.identity_taken', personId: first.body.id })
    const [identity] = first.body.identities
    expect((await send('DELETE', `/api/admin/customers/${first.body.id}/identities/${identity.id}`)).body.code).toBe(
      'customers.last_identity',
    )
  })

  test('two who edit at once: the second is told to reload', async () => {
    const send = await as('manager')
    const { body } = await send('POST', '/api/admin/customers', { name: 'Edita' })
    const edit = (note: string) => send('PATCH', `/api/admin/customers/${body.id}`, { version: body.version, note })
    expect((await edit('uno')).body).toMatchObject({ note: 'uno', version: body.version + 1 })
    expect((await edit('dos')).body).toMatchObject({ status: 412, code: 'platform.changed_meanwhile' })
  })

  test('a visit is noted only for a place one acts for, and stands in the thread', async () => {
    const send = await as('counter', ['loc_vlc'])
    const { body } = await send('POST', '/api/admin/customers', { name: 'Visita' })
    const visit = (locationId: string) =>
      send('POST', `/api/admin/customers/${body.id}/visits`, { locationId, note: 'Miró vestidos de lino' })
    expect((await visit('loc_bio')).body).toMatchObject({ status: 403, locationId: 'loc_bio' })
    expect((await visit('loc_vlc')).status).toBe(204)
    await t.drain([threadSubscriber])
    const thread = await send('GET', `/api/admin/customers/${body.id}/thread`)
    expect(thread.body.items).toMatchObject([
      { kind: 'visit', channel: 'pos', data: { locationId: 'loc_vlc', note: 'Miró vestidos de lino' } },
    ])
  })

  test('stock people do not see customers; counter people do not link or erase them', async () => {
    expect((await (await as('stock'))('GET', '/api/admin/customers')).status).toBe(403)
    const send = await as('counter')
    const { body } = await send('POST', '/api/admin/customers', { name: 'Nadie' })
    expect(
      (await send('POST', `/api/admin/customers/${body.id}/links`, { otherPersonId: body.id, reason: 'x' })).status,
    ).toBe(403)
    expect((await send('POST', `/api/admin/customers/${body.id}/erase`, { reason: 'x' })).status).toBe(403)
  })
})

describe('the thread', () => {
  test('every event of a person is there once, also when it is delivered again; a basket shows its latest state', async () => {
    const personId = await aPerson(t.db, t.clock)
    for (const units of [1, 2, 3]) {
      await t.db.transaction((tx) =>
        emit(tx, t.clock, 'orders.cart_changed', {
          subjectId: 'crt_1',
          personId,
          payload: { cartId: 'crt_1', channelId: 'web', units },
        }),
      )
    }
    await placed(personId, 'H-777002')
    await relayOnce(t.db)
    await advance(t.db, t.clock, threadSubscriber)
    await t.db.run(sql`update platform.subscriber set last_seq = 0 where name = ${threadSubscriber.name}`)
    await advance(t.db, t.clock, threadSubscriber)
    const { items } = await readThread(t.db, personId, { limit: 50 })
    expect(items.map(({ kind, data }) => [kind, data['units']])).toEqual([
      ['order.placed', 2],
      ['cart', 3],
    ])
  })

  test('pages by time without gap or repeat, also over linked people and equal times', async () => {
    const send = await as('service')
    const [a, b] = [await aPerson(t.db, t.clock), await aPerson(t.db, t.clock)]
    for (let i = 0; i < 9; i++) await placed(i % 2 ? a : b, `H-8000${i}`)
    await send('POST', `/api/admin/customers/${a}/links`, { otherPersonId: b, reason: 'una sola persona' })
    await t.drain([threadSubscriber])
    const seen: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const { body } = await send(
        'GET',
        `/api/admin/customers/${b}/thread?kind=order&limit=4${next ? `&cursor=${encodeURIComponent(next)}` : ''}`,
      )
      seen.push(...body.items.map(({ data }: { data: { number: string } }) => data.number))
      next = body.next
    }
    expect(seen).toEqual(Array.from({ length: 9 }, (_, i) => `H-8000${8 - i}`))
  })
})

describe('privacy', () => {
  test('the file of a person holds everything of everybody who counts as them', async () => {
    const send = await as('manager')
    const address = aMail()
    const { body } = await send('POST', '/api/admin/customers', {
      name: 'Datos',
      note: 'Prefiere la mañana',
      identities: [{ kind: 'email', value: address }],
    })
    await send('POST', `/api/admin/customers/${body.id}/addresses`, {
      line1: 'Calle Luna 3',
      postalCode: '28004',
      city: 'Madrid',
    })
    await placed(body.id, 'H-777003')
    await t.drain([threadSubscriber])
    const file = await send('GET', `/api/admin/customers/${body.id}/data`)
    expect(file.body).toMatchObject({
      format: 'hilo.person.v1',
      persons: [{ name: 'Datos', note: 'Prefiere la mañana' }],
      identities: [{ value: address }],
      addresses: [{ line1: 'Calle Luna 3' }],
      thread: [{ kind: 'order.placed' }],
    })
  })

  test('after erasure nothing in the whole database names the person, and the accounts are intact', async () => {
    const send = await as('manager')
    const words = ['Zenobia', 'zenobia.camprubi@example.com', '+34633444555', 'Calle del Olvido', 'secreto de Zenobia']
    const { body } = await send('POST', '/api/admin/customers', {
      name: words[0],
      note: words[4],
      identities: [
        { kind: 'email', value: words[1] },
        { kind: 'phone', value: words[2] },
      ],
    })
    await send('POST', `/api/admin/customers/${body.id}/addresses`, {
      line1: words[3],
      postalCode: '28004',
      city: 'Madrid',
    })
    await send('POST', `/api/admin/customers/${body.id}/visits`, { locationId: 'loc_vlc', note: words[4] })
    await t.db.transaction((tx) =>
      bookMail(tx, t.clock, {
        dedupeKey: null,
        personId: body.id,
        to: words[1] ?? '',
        subject: 'Hola Zenobia',
        text: 'x',
        html: 'x',
        language: 'es',
      }),
    )
    await placed(body.id, 'H-777004')
    await t.drain([threadSubscriber])
    expect(await mentions(words)).not.toEqual([])

    const erased = await send('POST', `/api/admin/customers/${body.id}/erase`, { reason: 'Lo pide la persona' })
    expect(erased.body).toMatchObject({ name: '', identities: [], addresses: [], note: '' })
    await t.drain([threadSubscriber])
    expect(await mentions(words)).toEqual([])
    const thread = await send('GET', `/api/admin/customers/${body.id}/thread?kind=order.placed`)
    expect(thread.body.items).toMatchObject([{ data: { number: 'H-777004', totalMinor: 1990 } }])
    expect(
      (await send('POST', `/api/admin/customers/${body.id}/visits`, { locationId: 'loc_vlc', note: 'x' })).status,
    ).toBe(410)
    expect((await send('POST', `/api/admin/customers/${body.id}/erase`, { reason: 'otra vez' })).status).toBe(200)
  })
})

/** Tables that hold any of these words in any column, by looking at every row of every table. */
async function mentions(words: string[]): Promise<string[]> {
  const tables = await t.db.many<{ name: string }>(sql`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`)
  const found = []
  for (const { name } of tables) {
    const { rows } = await t.db.pool.query(
      `select 1 from ${name} x where exists (select 1 from unnest($1::text[]) w where to_jsonb(x)::text ilike '%' || w || '%') limit 1`,
      [words],
    )
    if (rows.length > 0) found.push(name)
  }
  return found
}
