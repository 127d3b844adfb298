import { z } from 'zod'
import { plainCell } from '#platform/csv'
import {
  booleanOf,
  type CsvRow,
  type Importer,
  type Issue,
  type JsonRow,
  refusal,
  type Thing,
} from '#platform/imports/index'
import { applyRecords } from './apply.ts'
import { addressFrom, type CustomerRecord, reportedConsent, tagsFrom, usableIdentities } from './record.ts'

/** Shopify's customer export, in its spelling since 2023 ("Default Address City") and before ("City"). */
export const shopifyCsv: Importer<CustomerRecord> = {
  kind: 'customers',
  format: 'shopify-csv',
  name: { es: 'Clientes de Shopify (CSV)', en: 'Shopify customers (CSV)' },
  source: 'csv',
  detect: (sample) =>
    sample.source === 'csv' &&
    ['First Name', 'Last Name', 'Email', 'Total Spent'].every((column) => sample.columns.includes(column)),
  async *read(rows) {
    for await (const row of rows as AsyncIterable<CsvRow>) yield fromCsv(row)
  },
  apply: applyRecords,
}

function fromCsv({ line, cells }: CsvRow): Thing<CustomerRecord> {
  const cell = (...names: string[]) =>
    plainCell(names.map((name) => cells[name] ?? '').find((value) => value !== '') ?? '').trim()
  const address = (name: string) => cell(`Default Address ${name}`, name)
  const id = cell('Customer ID').replace(/^'/, '')
  const country = address('Country Code')
  const { identities, issues } = usableIdentities(line, [
    { field: 'Email', kind: 'email', value: cell('Email') },
    { field: 'Phone', kind: 'phone', value: cell('Phone').replace(/^'/, ''), country },
    { field: 'Customer ID', kind: 'external', value: id === '' ? '' : `shopify:${id}` },
  ])
  if (identities.length === 0) return { line, rows: 1, issues }
  const name = [cell('First Name'), cell('Last Name')].join(' ').trim()
  const kept = addressFrom({
    name: [address('Company')].join(''),
    line1: cell('Default Address Address1', 'Address1'),
    line2: cell('Default Address Address2', 'Address2'),
    postalCode: address('Zip').replace(/^'/, ''),
    city: address('City'),
    province: address('Province Code'),
    country,
    phone: cell('Default Address Phone').replace(/^'/, ''),
  })
  const value: CustomerRecord = {
    name: name.slice(0, 120),
    birthday: null,
    tags: tagsFrom(cell('Tags')),
    note: cell('Note').slice(0, 4000),
    identities,
    addresses: kept ? [kept] : [],
    consents: [
      ...reportedConsent('email', {
        granted: booleanOf(cell('Accepts Email Marketing', 'Accepts Marketing')) ?? false,
        from: 'shopify',
      }),
      ...reportedConsent('sms', { granted: booleanOf(cell('Accepts SMS Marketing')) ?? false, from: 'shopify' }),
    ],
    source: {
      from: 'shopify',
      totalSpent: cell('Total Spent'),
      totalOrders: cell('Total Orders'),
      taxExempt: cell('Tax Exempt'),
    },
  }
  return { line, rows: 1, value, issues }
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')
const jsonAddress = z.looseObject({
  name: text,
  company: text,
  address1: text,
  address2: text,
  city: text,
  province: text,
  zip: text,
  phone: text,
  country_code: text,
  id: z.union([z.number(), z.string()]).nullish(),
})
const jsonCustomer = z.looseObject({
  id: z.union([z.number(), z.string()]),
  email: text,
  phone: text,
  first_name: text,
  last_name: text,
  note: text,
  tags: text,
  accepts_marketing: z.boolean().nullish(),
  created_at: text,
  updated_at: text,
  addresses: z.array(jsonAddress).nullish(),
  default_address: jsonAddress.nullish(),
})

/** Answers of Shopify's Admin REST interface: `{"customers": […]}` and `{"customer": {…}}`. */
export const shopifyJson: Importer<CustomerRecord> = {
  kind: 'customers',
  format: 'shopify-json',
  name: { es: 'Clientes de Shopify (JSON)', en: 'Shopify customers (JSON)' },
  source: 'json',
  detect: (sample) =>
    sample.source === 'json' && ['customers', 'customer'].includes(sample.root) && sample.keys.includes('first_name'),
  async *read(rows) {
    for await (const row of rows as AsyncIterable<JsonRow>) yield fromJson(row)
  },
  apply: applyRecords,
}

function fromJson({ line, json }: JsonRow): Thing<CustomerRecord> {
  const parsed = jsonCustomer.safeParse(json)
  if (!parsed.success)
    return { line, rows: 1, issues: [notACustomer(line, parsed.error.issues[0]?.path.join('.') ?? '')] }
  const customer = parsed.data
  const addresses = customer.addresses ?? (customer.default_address ? [customer.default_address] : [])
  const { identities, issues } = usableIdentities(line, [
    { field: 'email', kind: 'email', value: customer.email },
    { field: 'phone', kind: 'phone', value: customer.phone, country: addresses[0]?.country_code },
    { field: 'id', kind: 'external', value: `shopify:${customer.id}` },
  ])
  const {
    email: _e,
    phone: _p,
    first_name,
    last_name,
    note,
    tags,
    addresses: _a,
    default_address: _d,
    created_at,
    updated_at,
    ...rest
  } = customer
  const value: CustomerRecord = {
    name: `${first_name} ${last_name}`.trim().slice(0, 120),
    birthday: null,
    tags: tagsFrom(tags),
    note: note.slice(0, 4000),
    identities,
    addresses: addresses.flatMap(({ address1, address2, zip, country_code, name, company, ...more }) => {
      const kept = addressFrom({
        ...more,
        name: name || company,
        line1: address1,
        line2: address2,
        postalCode: zip,
        country: country_code,
      })
      return kept ? [kept] : []
    }),
    consents: reportedConsent('email', {
      granted: customer.accepts_marketing ?? false,
      from: 'shopify',
      at: isoOf(updated_at),
    }),
    createdAt: isoOf(created_at),
    source: { from: 'shopify', ...rest, addresses: customer.addresses ?? [], updated_at },
  }
  return { line, rows: 1, value, issues }
}

function isoOf(stamp: string): string | undefined {
  return Number.isNaN(Date.parse(stamp)) ? undefined : new Date(stamp).toISOString()
}

function notACustomer(line: number, field: string): Issue {
  return refusal(line, field, 'not_a_customer', null, {
    es: 'Este elemento no tiene la forma de un cliente de Shopify; compruébalo en el fichero.',
    en: 'This element does not have the shape of a Shopify customer; check it in the file.',
  })
}
