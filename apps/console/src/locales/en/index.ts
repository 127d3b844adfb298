import type { es } from '../es/index.ts'
import { app } from './app.ts'
import { customers } from './customers.ts'
import { deeds } from './deeds.ts'
import { house } from './house.ts'
import { orders } from './orders.ts'
import { picking } from './picking.ts'
import { products } from './products.ts'
import { promotions } from './promotions.ts'
import { settings } from './settings.ts'
import { stock } from './stock.ts'
import { system } from './system.ts'

/** All texts in English. */
export const en: Record<keyof typeof es, string> = {
  ...app,
  ...orders,
  ...picking,
  ...stock,
  ...products,
  ...customers,
  ...promotions,
  ...house,
  ...settings,
  ...deeds,
  ...system,
}
