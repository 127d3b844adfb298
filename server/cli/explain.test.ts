import { describe, expect, it } from 'vitest'
import { exitCodes } from '../platform/postgres/index.ts'
import { defineProblems } from '../platform/problems.ts'
import { explain } from './explain.ts'

const systemError = (code: string, path?: string) => Object.assign(new Error(code), { code, path, syscall: 'open' })

describe('explaining a failure', () => {
  it('a refusal of the domain is said with its remedy in the language of the reader', () => {
    const problems = defineProblems('cli_test', {
      closed: {
        status: 409,
        retry: 'never',
        title: 'The shop is closed',
        titleEs: 'La tienda está cerrada',
        remedy: 'Open it first.',
        remedyEs: 'Ábrela antes.',
      },
    })
    const error = problems.closed()
    expect(explain(error, 'es', '/d')).toEqual({
      text: 'La tienda está cerrada. Ábrela antes.',
      exitCode: exitCodes.refused,
      defect: false,
    })
    expect(explain(error, 'en', '/d').text).toBe('The shop is closed. Open it first.')
  })

  it('a full disk is recognized in a file error, in a database error and deep inside a cause', () => {
    const database = Object.assign(new Error('could not extend file'), { code: '53100' })
    for (const error of [
      systemError('ENOSPC', '/d/media/x'),
      database,
      new Error('import failed', { cause: database }),
    ]) {
      expect(explain(error, 'en', '/d')).toMatchObject({ exitCode: exitCodes.disk_full, defect: false })
    }
  })

  it('a file outside the data folder is named itself', () => {
    const { text, exitCode } = explain(systemError('EACCES', '/backups/copy.tar'), 'en', '/d')
    expect([exitCode, text.includes('/backups/copy.tar')]).toEqual([exitCodes.data_not_writable, true])
  })

  it('anything else is called ours, with the trace and its causes', () => {
    const { text, exitCode, defect } = explain(new Error('odd', { cause: new Error('deep') }), 'es', '/d')
    expect([exitCode, defect]).toEqual([exitCodes.defect, true])
    expect(text).toMatch(/^Fallo de Hilo; no es culpa tuya\.\nError: odd\n/)
    expect(text).toContain('Error: deep')
  })
})
