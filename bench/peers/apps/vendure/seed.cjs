// The common catalogue through Vendure's own importer, then four shops with stock beside its default place.
process.env.DB_SYNC = '1'
const fs = require('node:fs')
const path = require('node:path')
const {
  bootstrap,
  ChannelService,
  LanguageCode,
  RequestContextService,
  StockLocationService,
  TransactionalConnection,
} = require('@vendure/core')
const { populate } = require('@vendure/core/cli')
const { config } = require('./config.cjs')

const products = Number(process.env.PRODUCTS)
const stock = Number(process.env.STOCK)
const sizes = ['S', 'M', 'L', 'XL']
const initialData = {
  defaultLanguage: LanguageCode.en,
  defaultZone: 'Europe',
  taxRates: [{ name: 'IVA', percentage: 21 }],
  shippingMethods: [{ name: 'Flat shipping', price: 500, taxRate: 21 }],
  paymentMethods: [
    {
      name: 'Manual payment',
      handler: { code: 'dummy-payment-handler', arguments: [{ name: 'automaticSettle', value: 'false' }] },
    },
  ],
  countries: [{ name: 'Spain', code: 'ES', zone: 'Europe' }],
  collections: [],
}

function writeCsv() {
  const folder = path.join(__dirname, 'import')
  fs.mkdirSync(folder, { recursive: true })
  const lines = [
    'name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,variantAssets,variantFacets',
  ]
  for (let product = 0; product < products; product++) {
    for (const [at, size] of sizes.entries()) {
      const sku = `P${String(product).padStart(4, '0')}-${size}`
      const price = (10 + (product % 90) + 0.99).toFixed(2)
      const head = at === 0 ? `Product ${product},product-${product},Description of product ${product},,,size` : ',,,,,'
      lines.push(`${head},${size},${sku},${price},standard,${stock},true,,`)
    }
  }
  const file = path.join(folder, 'products.csv')
  fs.writeFileSync(file, lines.join('\n'))
  return file
}

async function startInEuros() {
  const app = await bootstrap(config)
  const ctx = await app.get(RequestContextService).create({ apiType: 'admin' })
  const channel = await app.get(ChannelService).getDefaultChannel(ctx)
  await app.get(ChannelService).update(ctx, {
    id: channel.id,
    defaultCurrencyCode: 'EUR',
    availableCurrencyCodes: ['EUR'],
    pricesIncludeTax: true,
  })
  return app
}

async function seed() {
  const app = await populate(startInEuros, initialData, writeCsv())
  const ctx = await app.get(RequestContextService).create({ apiType: 'admin' })
  for (let shop = 1; shop <= 4; shop++) await app.get(StockLocationService).create(ctx, { name: `Shop ${shop}` })
  // The importer fills its default place only.
  await app.get(TransactionalConnection).rawConnection.query(
    `insert into stock_level ("createdAt", "updatedAt", "productVariantId", "stockLocationId", "stockOnHand", "stockAllocated")
     select now(), now(), v.id, l.id, ${stock}, 0 from product_variant v cross join stock_location l
      where not exists (select 1 from stock_level s where s."productVariantId" = v.id and s."stockLocationId" = l.id)`,
  )
  await app.close()
}

seed().then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
