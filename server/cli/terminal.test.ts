import { describe, expect, it } from 'vitest'
import { humanBytes, openTerminal } from './terminal.ts'

function recorder(isTTY: boolean) {
  let text = ''
  return {
    stream: {
      isTTY,
      columns: 40,
      write: (chunk: unknown) => {
        text += String(chunk)
        return true
      },
    },
    text: () => text,
  }
}

describe('progress', () => {
  it('is redrawn in place on a screen, never wider than it', () => {
    const err = recorder(true)
    const progress = openTerminal(recorder(true).stream as never, err.stream as never).progress('Copiando', 10)
    progress.update(5, 'una nota muy larga que no cabe en la pantalla de cuarenta')
    progress.end('1.0 s')
    expect(err.text()).toContain('\r')
    expect(err.text()).toContain('━━━━━━━━━━━━············ 50 %')
    const drawn = err
      .text()
      .split('\n')
      .flatMap((part) => part.split('\r\x1b[2K'))
    for (const line of drawn) expect(line.length).toBeLessThan(40)
    expect(err.text().endsWith('Copiando  1.0 s\n')).toBe(true)
  })

  it('of two things under way at once shares the line, and what ends first keeps a line of its own', async () => {
    const err = recorder(true)
    const terminal = openTerminal(recorder(true).stream as never, err.stream as never)
    const [first, second] = [terminal.progress('Uno'), terminal.progress('Dos')]
    expect(err.text().endsWith('\x1b[2KUno  |  Dos')).toBe(true)
    first.end('ya')
    expect(err.text().endsWith('\x1b[2KUno  ya\n\r\x1b[2KDos')).toBe(true)
    second.end()
    expect(err.text().endsWith('\x1b[2KDos\n')).toBe(true)
  })

  it('is a few plain lines in a log file', () => {
    const err = recorder(false)
    const progress = openTerminal(recorder(false).stream as never, err.stream as never).progress('Copiando', 10)
    for (let done = 0; done < 10; done++) progress.update(done)
    progress.end('1.0 s')
    expect(err.text()).toBe('Copiando  1.0 s\n')
  })

  it('goes to standard error, so that what is asked for can be piped', () => {
    const out = recorder(true)
    openTerminal(out.stream as never, recorder(true).stream as never)
      .progress('Copiando')
      .end()
    expect(out.text()).toBe('')
  })
})

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [12_345, '12 kB'],
  [3_400_000, '3.4 MB'],
  [340_000_000, '340 MB'],
  [1_200_000_000, '1.2 GB'],
])('%i bytes are %s', (bytes, text) => {
  expect(humanBytes(bytes)).toBe(text)
})
