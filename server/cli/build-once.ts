/** Entry point of the test scripts: builds the front ends when their sources changed, says nothing otherwise. */
import { languageOf } from '../platform/config.ts'
import { buildWithProgress } from './build-progress.ts'
import { explain } from './explain.ts'
import { openTerminal } from './terminal.ts'

const lang = languageOf(process.env)
try {
  await buildWithProgress({ lang, terminal: openTerminal() })
} catch (error) {
  const { text, exitCode } = explain(error, lang, process.cwd())
  console.error(text)
  process.exitCode = exitCode
}
