import { allocate } from '@hilo/calc'
import { z } from 'zod'
import {
  flag,
  type Issue,
  instantOf,
  type JsonRow,
  minorOf,
  refusal,
  registerImporter,
  type Thing,
} from '#platform/imports/index'
import { applyHistory, type HistoryDoc, type HistoryLine } from './history.ts'

const text = z.union([z.string(), z.number()]).transform(String)
const money = z.union([z.string(), z.number()]).transform(String)
const item = z.looseObject({
  id: text,
  title: z.string().default(''),
  sku: z.string().nullish(),
  quantity: z.int(),
  price: money,
  total_discount: money.default('0.00'),
})
const refundOf = z.looseObject({
  id: text,
  created_at: z.string(),
  refund_line_items: z.array(z.looseObject({ quantity: z.int(), line_item: item })).default([]),
  transactions: z
    .array(z.looseObject({ amount: money.optional(), kind: z.string().optional(), status: z.string().optional() }))
    .default([]),
})
const orderOf = z.looseObject({
  id: text,
  name: text,
  created_at: z.string(),
  processed_at: z.string().nullish(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  taxes_included: z.boolean().default(false),
  financial_status: z.string().nullish(),
  total_price: money,
  subtotal_price: money,
  total_tax: money.default('0.00'),
  total_discounts: money.default('0.00'),
  email: z.string().nullish(),
  phone: z.string().nullish(),
  line_items: z.array(item).min(1),
  shipping_lines: z.array(z.looseObject({ price: money })).default([]),
  tax_lines: z.array(z.looseObject({ rate: z.number().nullish(), price: money })).default([]),
  refunds: z.array(refundOf).default([]),
  customer: z.looseObject({ first_name: z.string().nullish(), last_name: z.string().nullish() }).nullish(),
})
type ShopifyOrder = z.output<typeof orderOf>

/**
 * Orders as Shopify's Admin API answers them (`order`, `orders`), with the refunds inside. Stated totals are the truth: where the parts
 * do not add up to them, the order is taken as stated, `source.mismatch` says what the parts give, and the row is flagged. The whole
 * answer stays in `source.shopify`, so nothing is lost.
 */
async function* read(rows: AsyncIterable<JsonRow>): AsyncIterable<Thing<HistoryDoc>> {
  for await (const { line, json } of rows) {
    const parsed = orderOf.safeParse(json)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      yield {
        line,
        rows: 1,
        issues: [
          refusal(line, issue?.path.join('.') ?? '', 'not_an_order', issue?.message ?? null, {
            es: 'No es un pedido de Shopify. Exporta de nuevo.',
            en: 'Not an order of Shopify. Export again.',
          }),
        ],
      }
      continue
    }
    const order = parsed.data
    const issues: Issue[] = []
    yield { line, rows: 1, value: saleOf(line, order, json, issues), issues }
    for (const [at, refund] of order.refunds.entries()) {
      const flags: Issue[] = []
      yield { line: line + at + 1, rows: 0, value: returnOf(line, order, refund, flags), issues: flags }
    }
  }
}

function saleOf(line: number, order: ShopifyOrder, json: unknown, issues: Issue[]): HistoryDoc {
  const minor = (amount: string) => minorOf(amount, order.currency) ?? 0
  const taxMinor = minor(order.total_tax)
  const totalMinor = minor(order.total_price)
  const deliveryMinor = order.shipping_lines.reduce((sum, { price }) => sum + minor(price), 0)
  const lines = linesOf(order, taxMinor)
  const sums = {
    total: lines.reduce((sum, each) => sum + each.totalMinor, 0) + deliveryMinor,
    gross: lines.reduce((sum, each) => sum + each.grossMinor, 0),
    discount: lines.reduce((sum, each) => sum + each.discountMinor, 0),
  }
  const adds = sums.total === totalMinor
  if (!adds) issues.push(mismatch(line, 'total_price', order.total_price))
  const rateBp = order.tax_lines.length === 1 ? Math.round((order.tax_lines[0]?.rate ?? 0) * 10_000) : 0
  return {
    kind: 'sale',
    ref: order.id,
    number: `SHOPIFY-${order.name.replace(/^#/, '')}`,
    at: instantOf(order.processed_at ?? order.created_at) ?? order.created_at,
    currency: order.currency,
    ...customerOf(order),
    lines,
    deliveryMinor,
    taxIncluded: order.taxes_included,
    taxes: [{ rateBp, netMinor: totalMinor - taxMinor, taxMinor }],
    subtotalMinor: adds ? sums.gross : minor(order.subtotal_price),
    discountMinor: adds ? sums.discount : minor(order.total_discounts),
    taxMinor,
    totalMinor,
    paidMinor: ['paid', 'partially_refunded', 'refunded'].includes(order.financial_status ?? '') ? totalMinor : 0,
    source: {
      format: 'shopify-orders-json',
      shopify: json,
      ...(adds ? {} : { mismatch: { statedMinor: totalMinor, partsMinor: sums.total } }),
    },
  }
}

/** Tax that is not in the prices goes to the lines in proportion, so that lines and delivery sum to the total. */
function linesOf(
  { line_items: items, currency, taxes_included: included }: ShopifyOrder,
  taxMinor: number,
): HistoryLine[] {
  const minor = (amount: string) => minorOf(amount, currency) ?? 0
  const plain = items.map((one) => {
    const grossMinor = one.quantity * minor(one.price)
    const discountMinor = Math.min(grossMinor, minor(one.total_discount))
    return { one, grossMinor, discountMinor, paid: grossMinor - discountMinor }
  })
  const weights = plain.map(({ paid }) => paid)
  const taxes =
    taxMinor > 0 && weights.some((weight) => weight > 0) ? allocate(taxMinor, weights) : weights.map(() => 0)
  return plain.map(({ one, grossMinor, discountMinor, paid }, at) => {
    const tax = taxes[at] ?? 0
    return {
      sku: one.sku ?? '',
      title: one.title,
      units: one.quantity,
      unitMinor: minor(one.price),
      grossMinor,
      discountMinor,
      totalMinor: included ? paid : paid + tax,
      taxRateBp: 0,
      taxMinor: tax,
    }
  })
}

function returnOf(line: number, order: ShopifyOrder, refund: z.output<typeof refundOf>, issues: Issue[]): HistoryDoc {
  const minor = (amount: string) => minorOf(amount, order.currency) ?? 0
  const lines = refund.refund_line_items
    .filter(({ quantity }) => quantity > 0)
    .map(({ quantity, line_item: one }): HistoryLine => {
      const totalMinor = quantity * minor(one.price)
      return {
        orderLineNo: order.line_items.findIndex(({ id }) => id === one.id) + 1,
        sku: one.sku ?? '',
        title: one.title,
        units: quantity,
        unitMinor: minor(one.price),
        grossMinor: totalMinor,
        discountMinor: 0,
        totalMinor,
        taxRateBp: 0,
        taxMinor: 0,
      }
    })
  const partsMinor = lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0)
  const stated = refund.transactions.filter(({ kind }) => kind === undefined || kind === 'refund')
  const totalMinor = stated.length > 0 ? stated.reduce((sum, { amount }) => sum + minor(amount ?? '0'), 0) : partsMinor
  const adds = totalMinor === partsMinor
  if (!adds) issues.push(mismatch(line, 'refunds.transactions.amount', String(totalMinor)))
  return {
    kind: 'return',
    ref: `refund-${refund.id}`,
    orderRef: order.id,
    number: `SHOPIFY-R-${refund.id}`,
    at: instantOf(refund.created_at) ?? refund.created_at,
    currency: order.currency,
    ...customerOf(order),
    lines,
    deliveryMinor: 0,
    taxIncluded: order.taxes_included,
    taxes: [],
    subtotalMinor: totalMinor,
    discountMinor: 0,
    taxMinor: 0,
    totalMinor,
    paidMinor: 0,
    // What its transactions say went back; goods without money are an exchange or a credit.
    ...(stated.length > 0 ? { refundedMinor: totalMinor } : {}),
    source: {
      format: 'shopify-orders-json',
      shopify: refund,
      ...(adds ? {} : { mismatch: { statedMinor: totalMinor, partsMinor } }),
    },
  }
}

function customerOf({ email, phone, customer }: ShopifyOrder): Pick<HistoryDoc, 'customer' | 'contact'> {
  const name = [customer?.first_name, customer?.last_name].filter(Boolean).join(' ')
  const contact = { name, email: email ?? '', phone: phone ?? '' }
  return { contact, customer: email ? { kind: 'email', value: email, name } : null }
}

function mismatch(line: number, field: string, value: string): Issue {
  return flag(line, field, 'parts_do_not_add_up', value, {
    es: 'Las partes no suman el total indicado. Se guarda el total indicado.',
    en: 'The parts do not add up to the stated total. The stated total is kept.',
  })
}

registerImporter<HistoryDoc>({
  kind: 'orders',
  format: 'shopify-orders-json',
  name: { es: 'Pedidos de Shopify (JSON)', en: 'Shopify orders (JSON)' },
  source: 'json',
  detect: (sample) => sample.source === 'json' && (sample.root === 'orders' || sample.root === 'order'),
  read: (rows) => read(rows as AsyncIterable<JsonRow>),
  apply: (tx, { clock, actorId, options }, things) =>
    applyHistory(
      tx,
      { clock, actorId, channelId: options['channel'] ?? 'web' },
      things.map(({ value }) => value),
    ),
})
