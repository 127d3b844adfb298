/** The full form: `node fire/resilience/main.ts`. Five minutes without a database; writes docs/RESILIENCE.md. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderMatrix } from './report.ts'
import { playMatrix } from './run.ts'

const isReduced = process.argv.includes('--reduced')
const times = isReduced ? { downMs: 4000, pausedMs: 6000 } : { downMs: 305_000, pausedMs: 10_000 }
const results = await playMatrix({ ...times, say: (text) => process.stderr.write(`· ${text}\n`) })
const report = renderMatrix(results)
process.stdout.write(report)
if (!isReduced) writeFileSync(join(import.meta.dirname, '../../docs/RESILIENCE.md'), report)
process.exitCode = results.some(({ faults }) => faults.length > 0) ? 1 : 0
