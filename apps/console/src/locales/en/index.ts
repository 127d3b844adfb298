import type { es } from '../es/index.ts'
import { app } from './app.ts'

export const en: Record<keyof typeof es, string> = { ...app }
