import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { customersCsv } from '#customers'
import { exportStock } from '#inventory'
import { ordersCsv } from '#orders'
import { exportProducts } from '#pricing'
import { type Config, loadConfig } from '../platform/config.ts'
import type { Db } from '../platform/db.ts'
import { type Command, textArg } from './command.ts'
import { withDatabase } from './database.ts'

const formats = ['hilo-csv', 'shopify-csv'] as const
type Format = (typeof formats)[number]

const exporters: Readonly<Record<string, (db: Db, config: Config, format: Format) => Readable>> = {
  products: (db, { publicUrl }, format) => Readable.from(exportProducts(db, { format, publicUrl })),
  stock: (db) => exportStock(db),
  customers: (db) => customersCsv(db),
  orders: (db) => ordersCsv(db),
}

/** `hilo export`: a CSV that imports back to the same state, to a file or to standard output. */
export const command: Command = {
  name: 'export',
  about: { es: 'Saca productos, stock, clientes o pedidos', en: 'Takes out products, stock, customers or orders' },
  args: {
    kind: { type: 'positional', options: Object.keys(exporters), about: { es: 'Qué sacar', en: 'What to take out' } },
    file: {
      type: 'positional',
      required: false,
      hint: 'FILE',
      about: { es: 'Fichero CSV; sin él, a la salida', en: 'CSV file; without it, to standard output' },
    },
    format: {
      type: 'enum',
      options: formats,
      about: {
        es: 'Columnas de los productos: las de Hilo o las de Shopify',
        en: 'Columns of products: those of Hilo or of Shopify',
      },
    },
  },
  examples: ['hilo export products productos.csv', 'hilo export stock > stock.csv'],
  run: async ({ args, env, lang, terminal }) => {
    const config = loadConfig(env)
    const file = textArg(args, 'file')
    const exporter = exporters[textArg(args, 'kind') ?? '']
    if (!exporter) throw new Error(`no exporter for ${String(args.kind)}`)
    const format = formats.find((known) => known === args.format) ?? 'hilo-csv'
    await withDatabase(config, ({ db }) => write(exporter(db, config, format), file && resolve(file)), { poolSize: 2 })
    if (file) terminal.say(lang === 'es' ? `Escrito ${resolve(file)}` : `Wrote ${resolve(file)}`)
    return undefined
  },
}

/** Written beside and renamed, so that a file under its name is always a complete one. */
async function write(csv: Readable, file: string | undefined): Promise<void> {
  if (!file) return toOutput(csv)
  const draft = `${file}.partial`
  try {
    await pipeline(csv, createWriteStream(draft, { mode: 0o600, flush: true }))
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** `hilo export stock | head` has read enough before the end: that is no failure. */
async function toOutput(csv: Readable): Promise<void> {
  try {
    await pipeline(csv, process.stdout, { end: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
}
