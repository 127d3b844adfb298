// What @vendure/create writes into a new project, without the plugins for mail, assets, GraphiQL and dashboard.
const path = require('node:path')
const {
  DefaultJobQueuePlugin,
  DefaultLogger,
  DefaultSchedulerPlugin,
  DefaultSearchPlugin,
  dummyPaymentHandler,
  LogLevel,
} = require('@vendure/core')

const database = new URL(process.env.DATABASE_URL)
exports.config = {
  apiOptions: {
    hostname: '127.0.0.1',
    port: Number(process.env.PORT),
    adminApiPath: 'admin-api',
    shopApiPath: 'shop-api',
  },
  authOptions: {
    tokenMethod: ['bearer', 'cookie'],
    superadminCredentials: { identifier: 'superadmin', password: 'bench-superadmin' },
    cookieOptions: { secret: 'bench-cookie-secret' },
  },
  dbConnectionOptions: {
    type: 'postgres',
    synchronize: process.env.DB_SYNC === '1',
    logging: false,
    host: database.hostname,
    port: Number(database.port),
    username: database.username,
    password: database.password || 'none',
    database: database.pathname.slice(1),
  },
  logger: new DefaultLogger({ level: LogLevel.Info, timestamp: true }),
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  importExportOptions: { importAssetsDir: path.join(__dirname, 'import') },
  plugins: [
    DefaultSchedulerPlugin.init(),
    DefaultJobQueuePlugin.init({ useDatabaseForBuffer: true }),
    DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true }),
  ],
}
