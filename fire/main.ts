import { parseArgs } from 'node:util'
import { debianPackages } from './ha/programs.ts'
import { haSize, runHa } from './ha/run.ts'
import { runPlants } from './r1/plants.ts'
import { fullSize, reducedSize, runR1 } from './r1/run.ts'
import { fullPayments, reducedPayments, runR2 } from './r2/run.ts'
import { type FireResults, faultsOf, keepOnPage, renderFire } from './report.ts'

/**
 * npm run fire -- [--seed N] [--only r1|r2|ha|plants] [--full] [--no-report]
 * Kills real servers and databases under real buyers and says what became of every order and every cent. Without --full: the reduced
 * form, as the tests run it. A full run puts its parts into docs/FIRE.md. Ends with 1 when anything was lost, doubled or oversold.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    only: { type: 'string' },
    full: { type: 'boolean', default: false },
    report: { type: 'boolean', default: true },
  },
  allowNegative: true,
})
const parts = ['r1', 'plants', 'r2', 'ha']
if (values.only !== undefined && !parts.includes(values.only)) {
  process.stderr.write(`--only takes one of ${parts.join(', ')}\n`)
  process.exit(2)
}
const seed = Number(values.seed ?? Math.floor(performance.timeOrigin) % 1_000_000)
if (!Number.isSafeInteger(seed)) {
  process.stderr.write('--seed takes a whole number\n')
  process.exit(2)
}
const isFull = values.full
const say = (text: string) => process.stderr.write(`· ${text}\n`)
const wants = (part: string) => values.only === undefined || values.only === part
say(`seed ${seed}`)

const results: FireResults = { isFull }
if (wants('r1')) results.r1 = await runR1(seed, isFull ? fullSize : reducedSize, { say })
if (wants('plants') && (isFull || values.only === 'plants')) results.plants = await runPlants(seed, say)
if (wants('r2')) results.r2 = await runR2(seed, isFull ? fullPayments : reducedPayments, { say })
if (wants('ha') && (isFull || values.only === 'ha')) {
  const skipped = (missing: string[]) => {
    results.ha = { missing, packages: debianPackages }
  }
  const ha = await runHa(seed, haSize, { say, skipped })
  if (ha) results.ha = ha
}
process.stdout.write(renderFire(results))
if (values.report && isFull) keepOnPage(results)
process.exitCode = faultsOf(results).length === 0 ? 0 : 1
