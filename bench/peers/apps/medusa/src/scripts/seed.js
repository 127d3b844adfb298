// The common catalogue through Medusa's own workflows: EUR with 21 % VAT included, five places, flat shipping.
const fs = require('node:fs')
const { ContainerRegistrationKeys, Modules, ProductStatus } = require('@medusajs/framework/utils')
const flows = require('@medusajs/medusa/core-flows')

const products = Number(process.env.PRODUCTS)
const stock = Number(process.env.STOCK)
const sizes = ['S', 'M', 'L', 'XL']
const places = ['Warehouse', 'Shop 1', 'Shop 2', 'Shop 3', 'Shop 4']

/** Runs one of its workflows and gives the result. */
const run = async (container, workflow, input) => (await workflow(container).run({ input })).result

async function makeStore(container) {
  const [store] = await container.resolve(Modules.STORE).listStores()
  const found = await container.resolve(Modules.SALES_CHANNEL).listSalesChannels({})
  const salesChannel =
    found[0] ?? (await run(container, flows.createSalesChannelsWorkflow, { salesChannelsData: [{ name: 'Web' }] }))[0]
  await run(container, flows.updateStoresWorkflow, {
    selector: { id: store.id },
    update: {
      default_sales_channel_id: salesChannel.id,
      supported_currencies: [{ currency_code: 'eur', is_default: true, is_tax_inclusive: true }],
    },
  })
  const [region] = await run(container, flows.createRegionsWorkflow, {
    regions: [
      {
        name: 'Spain',
        currency_code: 'eur',
        countries: ['es'],
        payment_providers: ['pp_system_default'],
        automatic_taxes: true,
        is_tax_inclusive: true,
      },
    ],
  })
  await run(container, flows.createTaxRegionsWorkflow, [
    { country_code: 'es', provider_id: 'tp_system', default_tax_rate: { name: 'IVA', code: 'ES21', rate: 21 } },
  ])
  return { salesChannel, region }
}

async function makePlaces(container, salesChannel) {
  const locations = await run(container, flows.createStockLocationsWorkflow, {
    locations: places.map((name) => ({
      name,
      address: { city: 'Madrid', country_code: 'ES', address_1: 'Calle Mayor 1' },
    })),
  })
  const link = container.resolve(ContainerRegistrationKeys.LINK)
  for (const { id } of locations) {
    await link.create({
      [Modules.STOCK_LOCATION]: { stock_location_id: id },
      [Modules.FULFILLMENT]: { fulfillment_provider_id: 'manual_manual' },
    })
    await run(container, flows.linkSalesChannelsToStockLocationWorkflow, { id, add: [salesChannel.id] })
  }
  return locations
}

async function makeShipping(container, [warehouse], region) {
  const fulfillment = container.resolve(Modules.FULFILLMENT)
  const profiles = await fulfillment.listShippingProfiles({ type: 'default' })
  const profile =
    profiles[0] ??
    (await run(container, flows.createShippingProfilesWorkflow, { data: [{ name: 'Default', type: 'default' }] }))[0]
  const set = await fulfillment.createFulfillmentSets({
    name: 'Shipping',
    type: 'shipping',
    service_zones: [{ name: 'Spain', geo_zones: [{ country_code: 'es', type: 'country' }] }],
  })
  await container.resolve(ContainerRegistrationKeys.LINK).create({
    [Modules.STOCK_LOCATION]: { stock_location_id: warehouse.id },
    [Modules.FULFILLMENT]: { fulfillment_set_id: set.id },
  })
  const [option] = await run(container, flows.createShippingOptionsWorkflow, [
    {
      name: 'Flat shipping',
      price_type: 'flat',
      provider_id: 'manual_manual',
      service_zone_id: set.service_zones[0].id,
      shipping_profile_id: profile.id,
      type: { label: 'Shipping', description: 'Shipping', code: 'shipping' },
      prices: [
        { currency_code: 'eur', amount: 5 },
        { region_id: region.id, amount: 5 },
      ],
      rules: [
        { attribute: 'enabled_in_store', value: 'true', operator: 'eq' },
        { attribute: 'is_return', value: 'false', operator: 'eq' },
      ],
    },
  ])
  return { profile, option }
}

async function makeKey(container, salesChannel) {
  const [key] = await run(container, flows.createApiKeysWorkflow, {
    api_keys: [{ title: 'Web', type: 'publishable', created_by: '' }],
  })
  await run(container, flows.linkSalesChannelsToApiKeyWorkflow, { id: key.id, add: [salesChannel.id] })
  return key
}

const variantOf = (product, size) => ({
  title: size,
  sku: `P${String(product).padStart(4, '0')}-${size}`,
  manage_inventory: true,
  options: { Size: size },
  prices: [{ amount: Number((10 + (product % 90) + 0.99).toFixed(2)), currency_code: 'eur' }],
})

async function makeProducts(container, salesChannel, profile) {
  const chunk = 50
  for (let from = 0; from < products; from += chunk) {
    const numbers = Array.from({ length: Math.min(chunk, products - from) }, (_, at) => from + at)
    await run(container, flows.createProductsWorkflow, {
      products: numbers.map((product) => ({
        title: `Product ${product}`,
        handle: `product-${product}`,
        description: `Description of product ${product}`,
        status: ProductStatus.PUBLISHED,
        shipping_profile_id: profile.id,
        options: [{ title: 'Size', values: sizes }],
        sales_channels: [{ id: salesChannel.id }],
        variants: sizes.map((size) => variantOf(product, size)),
      })),
    })
  }
}

async function makeStock(container, locations) {
  const query = container.resolve(ContainerRegistrationKeys.QUERY)
  const { data: items } = await query.graph({ entity: 'inventory_item', fields: ['id'] })
  const levels = items.flatMap(({ id }) =>
    locations.map((location) => ({ location_id: location.id, stocked_quantity: stock, inventory_item_id: id })),
  )
  const chunk = 2000
  for (let at = 0; at < levels.length; at += chunk)
    await run(container, flows.createInventoryLevelsWorkflow, { inventory_levels: levels.slice(at, at + chunk) })
}

exports.default = async function seed({ container }) {
  const { salesChannel, region } = await makeStore(container)
  const locations = await makePlaces(container, salesChannel)
  const { profile, option } = await makeShipping(container, locations, region)
  const key = await makeKey(container, salesChannel)
  await makeProducts(container, salesChannel, profile)
  await makeStock(container, locations)
  fs.writeFileSync('seed.json', JSON.stringify({ region: region.id, pk: key.token, shippingOption: option.id }))
}
