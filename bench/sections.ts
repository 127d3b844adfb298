import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What takes long and is measured only when asked for; each keeps its last result beside the harness. In the order of the page. */
export const sections = ['profile', 'scale', 'growth', 'peers'] as const
export type Section = (typeof sections)[number]

const folder = join(import.meta.dirname, 'results')
const page = join(import.meta.dirname, '../docs/BENCHMARKS.md')
/** What follows stands in `bench/results` and is put there by its own runs. */
const marker =
  '<!-- Below: the last results of `npm run bench peers` and of `--only profile`, `growth` and `scale`. -->'

/** Keeps the result of a long run and puts it into docs/BENCHMARKS.md; the rest of the page stays. */
export function keepSection(name: Section, text: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(fileOf(name), `${text.trim()}\n`)
  const [head = ''] = readFileSync(page, 'utf8').split(marker)
  writePage(head)
}

/** Writes docs/BENCHMARKS.md anew: this text, then the last results of the long runs. */
export function writePage(head: string): void {
  const kept = sections.filter((name) => existsSync(fileOf(name))).map((name) => readFileSync(fileOf(name), 'utf8'))
  writeFileSync(page, [head.trim(), marker, ...kept].join('\n\n').replace(/\n*$/, '\n'))
}

function fileOf(name: Section): string {
  return join(folder, `${name}.md`)
}
