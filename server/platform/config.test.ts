import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeSettings, languageOf, loadConfig, SettingsError } from './config.ts'

let dataDir = ''
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hilo-config-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

function refusal(env: Record<string, string>): SettingsError {
  try {
    loadConfig(env, { dataDir })
  } catch (error) {
    if (error instanceof SettingsError) return error
    throw error
  }
  throw new Error('these settings were accepted')
}

describe('settings', () => {
  it('nothing set gives a shop on this machine only, in Spanish, with the demo and the worker', () => {
    const { secret, ...config } = loadConfig({}, { dataDir })
    expect(config).toEqual({
      dataDir,
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      databaseUrl: null,
      dbPrepared: true,
      dbPool: 10,
      smtpUrl: null,
      mailFrom: 'Hilo <hilo@localhost>',
      lang: 'es',
      logLevel: 'warn',
      secondFactor: 'optional',
      demo: true,
      worker: true,
      trustProxy: false,
      allowHosts: [],
      ratePerMinute: 3000,
      shed: true,
      archiveDir: null,
      archiveDays: 14,
      metricsToken: null,
    })
    expect(secret).toMatch(/^[0-9a-f]{64}$/)
  })

  it('the environment wins over hilo.env, and hilo.env over the default', () => {
    writeFileSync(join(dataDir, 'hilo.env'), '# the shop in Palma\nHILO_PORT=4000\nHILO_LANG="en"\nHILO_DB_POOL=5\n')
    const config = loadConfig({ HILO_PORT: '5000', HILO_LANG: '' }, { dataDir })
    expect([config.port, config.lang, config.dbPool, config.publicUrl]).toEqual([
      5000,
      'en',
      5,
      'http://localhost:5000',
    ])
  })

  it('every wrong setting is named at once, with its value, what is expected and the remedy', () => {
    const env = { HILO_PORT: '99999', HILO_DEMO: 'yes', HILO_PUBLIC_URL: 'https://a.example/shop' }
    const { problems } = refusal(env)
    expect(problems.map(({ name, value }) => [name, value])).toEqual([
      ['HILO_PORT', '99999'],
      ['HILO_PUBLIC_URL', 'https://a.example/shop'],
      ['HILO_DEMO', 'yes'],
    ])
    expect(refusal(env).describe('es').split('\n')[0]).toBe(
      'HILO_PORT="99999": se espera un número entero de 1 a 65535. Corrígelo (por ejemplo 8080) o quítalo para usar el valor normal (3000).',
    )
    expect(refusal(env).describe('en').split('\n')[2]).toBe(
      'HILO_DEMO="yes": expected on or off. Correct it (for example off) or remove it to use the default (on).',
    )
  })

  it('a refused secret is named but never shown', () => {
    const env = { DATABASE_URL: 'mysql://root:hunter2@db/x', HILO_SECRET: 'hunter2' }
    for (const lang of ['es', 'en'] as const) expect(refusal(env).describe(lang)).not.toContain('hunter2')
    expect(refusal(env).problems.map(({ name }) => name)).toEqual(['DATABASE_URL', 'HILO_SECRET'])
  })

  it('a slip in a name is caught, and foreign HILO_ names are left alone', () => {
    expect(refusal({ HILO_PROT: '4000' }).describe('en')).toBe(
      'HILO_PROT: is not a setting of Hilo. Did you mean HILO_PORT?',
    )
    expect(loadConfig({ HILO_TEST_DATABASE_URL: 'x', HILOPORT: '1' }, { dataDir }).port).toBe(3000)
  })

  it('in hilo.env every unknown name is refused, and HILO_DATA is told where it belongs', () => {
    writeFileSync(join(dataDir, 'hilo.env'), 'HILO_COLOUR=blue\nHILO_DATA=/srv\n')
    const text = refusal({}).describe('en')
    expect(text).toContain('HILO_COLOUR: is not a setting of Hilo. Remove it; hilo config shows them all.')
    expect(text).toContain('HILO_DATA: is not a setting of Hilo. Set it in the environment, not in hilo.env')
  })

  it.each([
    ['off', false],
    ['2', 2],
    ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
    ['loopback', ['loopback']],
  ])('HILO_TRUST_PROXY=%s', (text, value) => {
    expect(loadConfig({ HILO_TRUST_PROXY: text }, { dataDir }).trustProxy).toEqual(value)
  })

  it.each(['on', '0', '10.0.0.0/33', '10.0.0.0/8/8', 'everybody', ''.padEnd(3, ',')])(
    'HILO_TRUST_PROXY=%s is refused',
    (text) => {
      expect(refusal({ HILO_TRUST_PROXY: text }).problems[0]?.name).toBe('HILO_TRUST_PROXY')
    },
  )

  it('the secret is made once, kept for this user only, and never made by a read-only look', () => {
    const looked = loadConfig({}, { dataDir, readOnly: true }).secret
    const made = loadConfig({}, { dataDir }).secret
    expect(made).not.toBe(looked)
    expect(loadConfig({}, { dataDir }).secret).toBe(made)
    expect(loadConfig({}, { dataDir, readOnly: true }).secret).toBe(made)
    expect(statSync(join(dataDir, 'secret')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(dataDir, 'secret'), 'utf8').trim()).toBe(made)
  })

  it('the configuration cannot be changed afterwards', () => {
    expect(Object.isFrozen(loadConfig({}, { dataDir }))).toBe(true)
  })

  it.each([
    [{ LANG: 'en_US.UTF-8' }, 'en'],
    [{ LANG: 'es_ES.UTF-8' }, 'es'],
    [{ LANG: 'C.UTF-8' }, 'es'],
    [{ LANG: 'es_ES.UTF-8', LC_ALL: 'en_GB' }, 'en'],
    [{ LANG: 'en_US.UTF-8', HILO_LANG: 'es' }, 'es'],
    [{ LANG: 'enq' }, 'es'],
    [{}, 'es'],
  ])('%o speaks %s', (env, lang) => {
    expect(languageOf(env)).toBe(lang)
  })

  it('every setting explains itself in both languages, with a default and an example that are accepted', () => {
    const [es, en] = [describeSettings('es'), describeSettings('en')]
    expect(es.map(({ name }) => name)).toEqual(en.map(({ name }) => name))
    for (const [i, row] of es.entries()) {
      expect(Object.values(row).filter((text) => text === '')).toEqual([])
      expect(row.about).not.toBe(en[i]?.about)
      if (row.name === 'HILO_SECRET' || row.name === 'HILO_DATA') continue
      expect(() => loadConfig({ [row.name]: row.example }, { dataDir })).not.toThrow()
    }
  })
})

it('hosts of the own network are named one by one, and a range or an address with a path is refused', () => {
  const read = (HILO_ALLOW_HOSTS: string) => loadConfig({ HILO_ALLOW_HOSTS }, { dataDir }).allowHosts
  expect(read('ERP.interno, 127.0.0.1:4000,[::1]:80')).toEqual(['erp.interno', '127.0.0.1:4000', '[::1]:80'])
  for (const wrong of ['10.0.0.0/8', 'http://erp.interno', '*', 'a,,b'])
    expect(refusal({ HILO_ALLOW_HOSTS: wrong }).problems.map(({ name }) => name)).toEqual(['HILO_ALLOW_HOSTS'])
})
