export { isPostgresRunning, type PostgresOptions, type RunningPostgres, startPostgres } from './launcher.ts'
export { type ExitReason, exitCodes, SetupError } from './setup-error.ts'
export { startTestPostgres } from './testing.ts'
