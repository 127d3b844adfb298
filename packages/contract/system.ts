import { z } from 'zod'
import { id, localizedText } from './common.ts'

/** The doors that people and programs come in by. */
export const systemFaces = ['shop', 'till', 'console', 'api'] as const

/** Everything that can be wrong with the machine; each has its words on the screen. */
export const systemFindings = [
  'checks.disagree',
  'checks.failed',
  'checks.old',
  'events.stuck',
  'subscriber.failing',
  'subscriber.behind',
  'work.nobody',
  'work.failing',
  'work.stuck',
  'process.silent',
  'process.versions',
  'queue.late',
  'queue.failed',
  'webhook.disabled',
  'holds.overdue',
  'payments.unclear',
  'answers.failing',
  'answers.slow',
  'load.shed',
  'backup.old',
  'archive.behind',
  'archive.failing',
  'database.connections',
  'database.schema',
  'disk.low',
] as const

const at = z.string().describe('ISO 8601 instant in UTC')
const count = z.int().nonnegative()
const ms = z.number().nonnegative()

export const systemFinding = z.object({
  code: z.enum(systemFindings),
  tone: z
    .enum(['owed', 'broken'])
    .describe('broken: something does not work now; owed: it works, and somebody should look'),
  since: at.nullable().describe('Since when, where that can be known'),
  data: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .describe('The numbers and names that the sentence about it needs'),
})

export const systemFace = z.object({
  face: z.enum(systemFaces),
  perSecond: z.number().nonnegative().describe('Requests a second over the last ten seconds'),
  requests: z
    .array(count)
    .describe('Requests a minute of the last hour, oldest first; the last one is the minute that runs'),
  failed: count.describe('Answers from 500 on in the last five minutes'),
  recent: count.describe('Requests in the last five minutes'),
  p50Ms: ms.nullable().describe('Half of the last five minutes took no longer; null when nobody came'),
  p95Ms: ms.nullable(),
  p99Ms: ms.nullable(),
  slowMs: z.array(ms.nullable()).describe('95 of 100 took no longer, minute by minute; of several servers the slowest'),
})

export const systemQueue = z.object({
  name: z.enum(['payments', 'refunds', 'webhooks', 'mails', 'pictures', 'imports', 'drafts']),
  waiting: count,
  due: count.describe('Of those, how many should have been done by now'),
  oldestDueAt: at.nullable(),
  failed: count.describe('Given up in the last 24 hours'),
})

export const systemSubscriber = z.object({
  name: z.string(),
  behind: count.describe('Events it has not read yet'),
  oldestUnreadAt: at.nullable(),
  failures: count.describe('Failed attempts in a row'),
  lastError: z.string().nullable(),
  retryAt: at.nullable(),
})

export const systemJob = z.object({
  name: z.string(),
  process: z.string(),
  runningSince: at.nullable(),
  endedAt: at.nullable(),
  failures: count,
  failingSince: at.nullable(),
  lastError: z.string().nullable(),
})

export const systemProcess = z.object({
  id: z.string(),
  kind: z.enum(['server', 'worker']),
  version: z.string(),
  startedAt: at,
  seenAt: at,
  memoryBytes: count,
  busy: z.number().min(0).max(1).describe('Share of the last seconds that its one thread was at work'),
  listeners: count.describe('Screens that listen to live events here'),
  works: z.boolean().describe('Does background work: events, mails, webhooks, payments, law checks'),
  isThis: z.boolean().describe('The one that answers'),
})

const disagreement = z.object({ subject: z.string(), expected: z.string(), found: z.string() })
export const lawCheck = z.object({
  name: z.string(),
  law: z.int(),
  title: localizedText,
  count: count.describe('Rows that disagree'),
  rows: z.array(disagreement).describe('At most 50 of them; mail addresses and telephones are blotted out'),
  ms: count,
})
export const checkRun = z.object({
  id,
  status: z.enum(['queued', 'running', 'done', 'failed']),
  askedBy: z.string().nullable().describe('Staff member; null: of the night'),
  askedAt: at,
  startedAt: at.nullable(),
  finishedAt: at.nullable(),
  done: count,
  total: count,
  ms: count.nullable(),
  disagreements: count.nullable().describe('Rows that disagree over all checks; 0 is the good answer'),
  error: z.string().nullable(),
})
export const checkRunDetail = checkRun.extend({ checks: z.array(lawCheck) })

export const systemState = z.object({
  at,
  verdict: z.enum(['fine', 'owed', 'broken']),
  findings: z.array(systemFinding).describe('What is wrong, the worst first'),
  version: z.string(),
  startedAt: at,
  faces: z.array(systemFace),
  orders: z.object({
    lastMinute: count.describe('Orders placed in the last 60 seconds'),
    minutes: z
      .array(count)
      .describe('Orders a minute of the last hour, oldest first; the last one is the minute that runs'),
  }),
  events: z.object({ total: count, waiting: count, oldestAt: at.nullable() }),
  subscribers: z.array(systemSubscriber),
  queues: z.array(systemQueue),
  holds: z.object({
    live: count,
    overdue: count.describe('Lapsed, and not given back yet'),
    oldestOverdueAt: at.nullable(),
  }),
  jobs: z.array(systemJob),
  processes: z.array(systemProcess),
  shedding: z
    .object({ active: z.boolean(), since: at.nullable(), refused: count })
    .nullable()
    .describe('Whether requests are refused because more is asked than can be done; null when that is switched off'),
  checks: z.object({ open: checkRun.nullable(), last: checkRun.nullable() }),
  backups: z.object({
    last: z.object({ at, bytes: count, target: z.string() }).nullable(),
    archive: z
      .object({ upTo: at.nullable(), lastBaseAt: at.nullable(), bases: count, keptDays: count })
      .nullable()
      .describe('HILO_ARCHIVE; null when there is none'),
    server: z
      .object({ lastArchivedAt: at.nullable(), lastFailedAt: at.nullable() })
      .nullable()
      .describe('Archiving of a PostgreSQL of your own; null when it does not archive'),
    embedded: z.boolean(),
  }),
  database: z.object({
    version: z.string(),
    startedAt: at,
    bytes: count,
    connections: count,
    active: count,
    connectionsMax: count,
    diskFreeBytes: count.nullable().describe('Of the disk with the data folder; null where that cannot be seen'),
    diskBytes: count.nullable(),
    migrated: z.boolean(),
  }),
  mailIsSent: z.boolean().describe('A mail server is set; without one mail is held and can be read in the console'),
})

export type SystemState = z.output<typeof systemState>
export type SystemFinding = z.output<typeof systemFinding>
export type SystemFace = z.output<typeof systemFace>
export type SystemQueue = z.output<typeof systemQueue>
export type SystemProcess = z.output<typeof systemProcess>
export type SystemSubscriber = z.output<typeof systemSubscriber>
export type CheckRun = z.output<typeof checkRun>
export type CheckRunDetail = z.output<typeof checkRunDetail>
export type LawCheck = z.output<typeof lawCheck>
