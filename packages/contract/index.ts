export * from './common.ts'
export type { EventPayloads, EventType, LocalizedText } from './events.ts'
