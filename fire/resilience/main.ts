/** The full form: `node fire/resilience/main.ts`. Five minutes without a database; writes docs/RESILIENCE.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { putSection, renderMatrix, sectionsOfOthers } from './report.ts'
import { playMatrix, reducedMatrix } from './run.ts'

const isReduced = process.argv.includes('--reduced')
const times = isReduced ? reducedMatrix : { downMs: 305_000, pausedMs: 10_000 }
const results = await playMatrix({ ...times, say: (text) => process.stderr.write(`· ${text}\n`) })
const report = renderMatrix(results)
process.stdout.write(report)
const page = join(import.meta.dirname, '../../docs/RESILIENCE.md')
if (!isReduced) writeFileSync(page, sectionsOfOthers(readFileSync(page, 'utf8')).reduce(putSection, report))
process.exitCode = results.some(({ faults }) => faults.length > 0) ? 1 : 0
