import { address } from '@hilo/contract'
import { z } from 'zod'
import { plainCell } from '#platform/csv'
import { isId } from '#platform/ids'
import { type CsvRow, dateOf, flag, type Importer, type Issue, refusal, type Thing } from '#platform/imports/index'
import { applyRecords } from './apply.ts'
import { addressFrom, type CustomerRecord, tagsFrom, usableIdentities } from './record.ts'

/** Columns of Hilo's own file, in order. The JSON columns hold what does not fit into one cell; everybody may leave them out. */
export const hiloColumns = [
  'person_id',
  'name',
  'email',
  'phone',
  'language',
  'birthday',
  'tags',
  'note',
  'address_name',
  'address_line1',
  'address_line2',
  'postal_code',
  'city',
  'province',
  'country',
  'address_phone',
  'linked_to',
  'created_at',
  'identities',
  'addresses',
  'consents',
  'source',
] as const

const stamp = z.iso.datetime()
const identities = z.array(
  z.strictObject({
    kind: z.enum(['email', 'phone', 'loyalty_card', 'external', 'whatsapp', 'instagram']),
    value: z.string(),
    proof: z.enum(['claimed', 'imported', 'staff', 'code', 'payment']),
    verifiedAt: stamp.nullish(),
    source: z.string().optional(),
    createdAt: stamp.optional(),
  }),
)
const addresses = z.array(
  address.extend({ postalCode: z.string().max(12), city: z.string().max(100), createdAt: stamp.optional() }),
)
const consents = z.array(
  z.strictObject({
    purpose: z.enum(['marketing', 'profiling', 'service_followup']),
    channel: z.enum(['email', 'sms', 'whatsapp', 'phone', 'post', 'ads']),
    granted: z.boolean(),
    wording: z.string(),
    wordingVersion: z.string(),
    source: z.string(),
    at: stamp,
    proof: z.record(z.string(), z.unknown()).optional(),
  }),
)

/** Hilo's own customer file, and any hand-made one with a column `name` and one of `email` or `phone`. */
export const hiloCsv: Importer<CustomerRecord> = {
  kind: 'customers',
  format: 'hilo-csv',
  name: { es: 'Clientes de Hilo (CSV)', en: 'Hilo customers (CSV)' },
  source: 'csv',
  detect: (sample) =>
    sample.source === 'csv' &&
    sample.columns.includes('name') &&
    ['email', 'phone'].some((column) => sample.columns.includes(column)),
  async *read(rows) {
    for await (const row of rows as AsyncIterable<CsvRow>) yield fromRow(row)
  },
  apply: applyRecords,
}

function fromRow({ line, cells }: CsvRow): Thing<CustomerRecord> {
  const cell = (name: (typeof hiloColumns)[number]) => plainCell(cells[name] ?? '').trim()
  const issues: Issue[] = []
  const json = <T>(name: (typeof hiloColumns)[number], schema: z.ZodType<T>, fallback: T): T => {
    if (cell(name) === '') return fallback
    const read = schema.safeParse(parsed(cell(name)))
    if (read.success) return read.data
    issues.push(
      refusal(line, name, 'not_readable', cell(name).slice(0, 200), {
        es: 'Deja esta celda como la exportó Hilo, o vacía.',
        en: 'Leave this cell as Hilo exported it, or empty.',
      }),
    )
    return fallback
  }
  const listed = json('identities', identities, [])
  const country = cell('country').toUpperCase() || 'ES'
  const found = usableIdentities(line, [
    { field: 'email', kind: 'email', value: cell('email') },
    { field: 'phone', kind: 'phone', value: cell('phone'), country },
  ])
  const personId = cell('person_id')
  // A person of Hilo's own file may have lost every identifier; their id still says who they are.
  const known = isId('per', personId) || listed.length > 0
  issues.push(...(known ? found.issues.filter(({ severity }) => severity === 'flagged') : found.issues))
  const language = cell('language').toLowerCase()
  const birthday = dateOf(cell('birthday'))
  if (cell('birthday') !== '' && birthday === null) issues.push(notADate(line, cell('birthday')))
  const first = addressFrom({
    name: cell('address_name'),
    line1: cell('address_line1'),
    line2: cell('address_line2'),
    postalCode: cell('postal_code'),
    city: cell('city'),
    province: cell('province'),
    country,
    phone: cell('address_phone'),
  })
  const value: CustomerRecord = {
    personId: isId('per', personId) ? personId : undefined,
    linkedTo: isId('per', cell('linked_to')) ? cell('linked_to') : undefined,
    name: cell('name').slice(0, 120),
    language: language === 'es' || language === 'en' ? language : undefined,
    birthday,
    tags: tagsFrom(cell('tags').replaceAll(';', ',')),
    note: cell('note').slice(0, 4000),
    identities: [
      ...listed,
      ...found.identities.filter(({ kind, value: v }) => !listed.some((one) => one.kind === kind && one.value === v)),
    ],
    // The listed ones first: they know when they were kept, and the plain cells then name an address that is there already.
    addresses: [...json('addresses', addresses, []), ...(first ? [first] : [])],
    consents: json('consents', consents, []),
    createdAt: stamp.safeParse(cell('created_at')).data,
    source: json('source', z.record(z.string(), z.unknown()), { from: 'import' }),
  }
  return issues.some(({ severity }) => severity === 'refused')
    ? { line, rows: 1, issues }
    : { line, rows: 1, value, issues }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON: the schema refuses it, and the row is listed with its remedy.
    return undefined
  }
}

function notADate(line: number, value: string): Issue {
  return flag(line, 'birthday', 'not_a_date', value, {
    es: 'Escribe la fecha como 1984-03-27 o 27/03/1984; la ficha se ha guardado sin ella.',
    en: 'Write the date as 1984-03-27 or 27/03/1984; the record was kept without it.',
  })
}
