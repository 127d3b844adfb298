/** Everything the command line writes goes through here: plain lines, and a progress line that also works in a log file. */

/** A line that shows how far something is; `total` may be unknown. */
export type Progress = {
  update(done: number, note?: string): void
  end(note?: string): void
}

export type Terminal = {
  say(line?: string): void
  /** A line for people on standard error, so that standard output can be piped. */
  warn(line: string): void
  progress(label: string, total?: number): Progress
  bold(text: string): string
  dim(text: string): string
}

type Out = Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean; columns?: number }

const redrawMs = 80
const lineEveryMs = 5_000
const barCells = 24

/** A terminal on these streams; progress is drawn on `err`. */
export function openTerminal(out: Out = process.stdout, err: Out = process.stderr): Terminal {
  const colors = out.isTTY === true && !process.env.NO_COLOR
  const style = (on: number, off: number) => (text: string) => (colors ? `\x1b[${on}m${text}\x1b[${off}m` : text)
  return {
    say: (line = '') => void out.write(`${line}\n`),
    warn: (line) => void err.write(`${line}\n`),
    progress: err.isTTY ? drawnOn(err) : (label, total) => logged(err, label, total),
    bold: style(1, 22),
    dim: style(2, 22),
  }
}

/** One line at the bottom of the screen, shared by everything that is under way at the same time. */
function drawnOn(err: Out): Terminal['progress'] {
  const underWay = new Map<symbol, string>()
  let drawnAt = Number.NEGATIVE_INFINITY
  const draw = () => {
    const line = [...underWay.values()].join('  |  ')
    err.write(`\r\x1b[2K${line.slice(0, (err.columns ?? 80) - 1)}`)
  }
  return (label, total) => {
    const key = Symbol(label)
    underWay.set(key, label)
    draw()
    return {
      update: (done, note = '') => {
        underWay.set(key, [label, total ? bar(done / total) : '', note].filter(Boolean).join('  '))
        if (performance.now() - drawnAt < redrawMs) return
        drawnAt = performance.now()
        draw()
      },
      end: (note = '') => {
        underWay.delete(key)
        err.write(`\r\x1b[2K${[label, note].filter(Boolean).join('  ')}\n`)
        if (underWay.size > 0) draw()
      },
    }
  }
}

/** In a file or a pipe nothing can be redrawn: a line every few seconds says that work goes on. */
function logged(err: Out, label: string, total?: number): Progress {
  let writtenAt = performance.now()
  return {
    update: (done, note = '') => {
      if (performance.now() - writtenAt < lineEveryMs) return
      writtenAt = performance.now()
      err.write(`${[label, total ? percent(done / total) : '', note].filter(Boolean).join('  ')}\n`)
    },
    end: (note = '') => void err.write(`${[label, note].filter(Boolean).join('  ')}\n`),
  }
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barCells)
  return `${'━'.repeat(full)}${'·'.repeat(barCells - full)} ${percent(share)}`
}

function percent(share: number): string {
  return `${Math.floor(Math.min(1, Math.max(0, share)) * 100)} %`
}

/** Bytes for people: 512 B, 12 kB, 3.4 MB, 1.2 GB (decimal units). */
export function humanBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${power > 1 && value < 100 ? value.toFixed(1) : Math.round(value)} ${units[power]}`
}

/** Seconds for people, from a start taken with `performance.now()`. */
export function secondsSince(begun: number): string {
  return `${((performance.now() - begun) / 1000).toFixed(1)} s`
}
