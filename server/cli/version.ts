import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectDir } from '../platform/config.ts'

/** Version of this Hilo, from package.json. */
export const version: string = (
  JSON.parse(readFileSync(join(projectDir, 'package.json'), 'utf8')) as { version: string }
).version
