// npm writes a lockfile only with the optional packages it can see from the machine it runs on; `npm ci` elsewhere then refuses
// it ("Missing: … from lock file"). This puts the entries of the other systems back, by what their parents ask for.
// Run it after every `npm install`: node scripts/complete-lockfile.mjs
import { readFileSync, writeFileSync } from 'node:fs'

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8'))
const systems = {
  android: 'android',
  darwin: 'darwin',
  linux: 'linux',
  win32: 'win32',
  win: 'win32',
  windows: 'win32',
  freebsd: 'freebsd',
  openharmony: 'openharmony',
}
const processors = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64']

/** Which system and processor a package is for, read from its name: `@biomejs/cli-linux-arm64-musl`. */
function platformOf(name) {
  const words = name.split('/').at(-1).split(/[-_]/)
  const os = words.map((word) => systems[word]).find(Boolean)
  const cpu = processors.find((known) => words.includes(known))
  return os && cpu ? { os: [os], cpu: [cpu] } : undefined
}

let added = 0
for (const parent of Object.values({ ...lock.packages })) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`
    const platform = platformOf(name)
    if (lock.packages[key] || !platform || !/^\d+\.\d+\.\d+/.test(version)) continue
    lock.packages[key] = { version, ...platform, ...(parent.dev ? { dev: true } : {}), optional: true }
    added += 1
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${added} entries added`)
