import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { putSection } from '../resilience/report.ts'
import { renderShed } from './report.ts'
import { fullShed, runShed, shedFaults } from './run.ts'

/**
 * The full form: node fire/shed/main.ts -- [--seed N] [--no-report]. The same crowd comes to a server that does not shed load and to
 * one that does; the figures go into docs/RESILIENCE.md. Ends with 1 when the one that does fails anybody whom it should not.
 */
const { values } = parseArgs({
  options: { seed: { type: 'string' }, report: { type: 'boolean', default: true } },
  allowNegative: true,
})
const seed = Number(values.seed ?? Math.floor(performance.timeOrigin) % 1_000_000)
const say = (text: string) => process.stderr.write(`· ${text}\n`)
say(`seed ${seed}; without shedding`)
const without = await runShed(seed, { ...fullShed, sheds: false }, say)
say('with shedding')
const sheds = await runShed(seed, { ...fullShed, capacityPerSecond: without.capacityPerSecond }, say)
const section = renderShed({ without, sheds })
process.stdout.write(section)
const page = join(import.meta.dirname, '../../docs/RESILIENCE.md')
if (values.report) writeFileSync(page, putSection(readFileSync(page, 'utf8'), section))
process.exitCode = shedFaults(sheds).length === 0 ? 0 : 1
