export { isPostgresRunning, type PostgresOptions, type RunningPostgres, startPostgres } from './launcher.ts'
export { diskFull, type ExitReason, exitCodes, fileTrouble, notWritable, SetupError } from './setup-error.ts'
export type { SupervisionEvent } from './supervisor.ts'
export { startTestPostgres } from './testing.ts'
