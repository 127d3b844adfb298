export { recordBackup } from './backups.ts'
export { checkJobs } from './checks.ts'
export { type MachineRoom, openMachineRoom } from './machine-room.ts'
