import { app } from './app.ts'

/** All texts in Spanish; English has exactly the same keys. */
export const es = { ...app } as const
