import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Baskets, measureBaskets, renderBaskets, shopOf } from './baskets.ts'
import type { Cost } from './lib/cost.ts'
import { startSystems } from './lib/systems.ts'
import { measureCosts, measureOrders, type Row } from './orders.ts'
import { measureReads } from './reads.ts'
import { renderReport } from './report.ts'
import { keepSection, type Section, sections, writePage } from './sections.ts'
import { measureSetUp, type SetUp } from './set-up.ts'

/**
 * npm run bench -- [--json FILE] [--seconds 5] [--runs 3] [--only set-up|orders|reads|baskets|profile|scale|growth] [--no-report]
 * npm run bench peers -- [--seconds 5] [--systems hilo,vendure,medusa,bare] [--folder DIR] [--buyers 500] [--no-report]
 * Everything is measured in one run on one machine; the ratios last, the absolute figures belong to the machine.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    seconds: { type: 'string', default: '5' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
    systems: { type: 'string' },
    folder: { type: 'string' },
    buyers: { type: 'string', default: '500' },
    report: { type: 'boolean', default: true },
  },
  allowNegative: true,
})
const say = (text: string) => process.stderr.write(`· ${text}\n`)
const plan = { seconds: Number(values.seconds), runs: Number(values.runs) }

let setUp: SetUp | undefined
let rows: Row[] = []
let costs: Cost[] = []
let baskets: Baskets | undefined
const long = sections.find((name) => name === (positionals[0] ?? values.only))
if (long) {
  // These take many minutes, so they are made only when asked for; their last results are kept beside the others.
  const text = await measureLong(long)
  process.stdout.write(`${text}\n`)
  if (values.report) keepSection(long, text)
  process.exit()
}
const wants = (part: string) => values.only === undefined || values.only === part
if (wants('set-up')) setUp = await measureSetUp(say)
if (values.only !== 'set-up') {
  const systems = await startSystems(say)
  try {
    if (wants('orders')) {
      costs = await measureCosts(systems, say)
      rows = await measureOrders(systems, plan, say)
    }
    if (wants('reads')) rows = [...rows, ...(await measureReads(systems, plan, say))]
    if (wants('baskets')) baskets = await measureBaskets(shopOf(systems), say)
  } finally {
    await systems.close()
  }
}
const report = [renderReport({ setUp, rows, costs, plan }), ...(baskets ? [renderBaskets(baskets)] : [])].join('\n')
process.stdout.write(`${report}\n`)
if (values.report && values.only === undefined)
  writePage(`${report}\n${readFileSync(join(import.meta.dirname, 'notes.md'), 'utf8')}`)
if (values.json) {
  const named = rows
    .filter((row) => row.name !== undefined)
    .map(({ name, hilo, ratio, sameWork, sameWorkRatio }) => [
      name,
      {
        rps: round(hilo.rps),
        p50_ms: round(hilo.p50_ms),
        p99_ms: round(hilo.p99_ms),
        ratio: round(ratio),
        ...(sameWork && sameWorkRatio !== undefined
          ? { same_work_rps: round(sameWork.rps), same_work_ratio: round(sameWorkRatio) }
          : {}),
      },
    ])
  writeFileSync(values.json, `${JSON.stringify(Object.fromEntries(named), null, 2)}\n`)
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

async function measureLong(name: Section): Promise<string> {
  switch (name) {
    case 'profile': {
      const { measureProfile, renderProfile } = await import('./profile.ts')
      return renderProfile(await measureProfile(plan, say))
    }
    case 'scale': {
      const { measureScale, renderScale } = await import('./scale.ts')
      return renderScale(await measureScale(say))
    }
    case 'growth': {
      const { measureGrowth, renderGrowth } = await import('./growth.ts')
      return renderGrowth(await measureGrowth(plan, say))
    }
    case 'peers': {
      const { measurePeers } = await import('./peers/main.ts')
      const systems = values.systems?.split(',')
      const { folder } = values
      const { seconds } = plan
      return measurePeers({ seconds, buyers: Number(values.buyers), folder, say, ...(systems ? { systems } : {}) })
    }
  }
}
