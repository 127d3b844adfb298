import { cpus, loadavg } from 'node:os'
import { type PhaseResult, type ShedResult, shedFaults } from './run.ts'

/** The section of docs/RESILIENCE.md about more visitors than can be served: the same crowd with and without shedding. */
export function renderShed({ without, sheds }: { without: ShedResult; sheds: ShedResult }): string {
  const rows = sheds.phases.flatMap((phase, at) => {
    const other = without.phases[at]
    return other ? [row(other, 'off'), row(phase, 'on')] : []
  })
  const found = shedFaults(sheds)
  return `## More visitors than can be served

Made by \`node fire/shed/main.ts\` (seed ${sheds.seed}): one server; ${sheds.size.tills} tills that sell one basket after the other; a crowd that keeps coming at a steady rate whether it is
served or not, of ten visits seven purchases (two products, cart, pay), two orders of a channel, one list of the console; who is told when to come back does so. "As
much as it can do" is what ${Math.round(sheds.capacityPerSecond)} visits a second were on ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'} with server, PostgreSQL, crowd and other work on it (load ${(loadavg()[1] ?? 0).toFixed(0)}).
Milliseconds of one call, from the moment it was wanted; refused: 503 with Retry-After.

| crowd | shedding | orders/s | sales at tills/s | till p50 / p99 ms | paying p50 / p99 ms | browsing p50 / p99 ms | refused: tills, paying, carts, browsing, lists |
|---|---|---:|---:|---:|---:|---:|---|
${rows.join('\n')}

Of ${sheds.acknowledged} acknowledged orders ${sheds.lost.length} were lost; ${sheds.untold} were made that nobody was told of; \`hilo verify\` ${sheds.verify.ok ? 'clean' : 'disagrees'}. After the rush everything was served again within ${(sheds.recoveredMs / 1000).toFixed(1)} s (without shedding ${(without.recoveredMs / 1000).toFixed(1)} s).
${found.length === 0 ? '' : `\n**Not as it should be:**\n\n${found.map((each) => `- ${each}`).join('\n')}\n`}
How it works: \`server/platform/shed-control.ts\`; who comes first: \`server/platform/shed-classes.ts\`; for operators: [operations.md](operations.md).
`
}

function row({ name, ordersPerSecond, salesPerSecond, figures }: PhaseResult, shedding: string): string {
  const { till, pay, cart, channel, browse, list } = figures
  const ms = ({ p50Ms, p99Ms }: { p50Ms: number; p99Ms: number }) => `${Math.round(p50Ms)} / ${Math.round(p99Ms)}`
  const refusals = [till, pay, { refused: cart.refused + channel.refused }, browse, list].map(({ refused }) => refused)
  const cells = [
    ordersPerSecond.toFixed(0),
    salesPerSecond.toFixed(1),
    ms(till),
    ms(pay),
    ms(browse),
    refusals.join(', '),
  ]
  return `| ${[name, shedding, ...cells].join(' | ')} |`
}
