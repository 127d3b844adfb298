/**
 * Puts restored data in the place of the present ones, in a way that a crash at any point cannot leave a mixture: a note
 * says what is to be done, and whoever comes next finishes it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** `present` are the names in the data folder that move to `aside` before those of `staged` take their place. */
type Swap = Readonly<{ staged: string; aside: string; present: readonly string[] }>

const noteName = 'restore-under-way.json'

/** Swaps: what is in `staged` becomes the data, what was there goes to `aside`. Both lie inside the data folder. */
export async function swapIn(dataDir: string, staged: string, aside: string): Promise<void> {
  const present = readdirSync(dataDir).filter(
    (name) => !name.startsWith('.restoring') && !name.startsWith('.before-restore'),
  )
  const note = await open(join(dataDir, `${noteName}.new`), 'w', 0o600)
  try {
    await note.write(JSON.stringify({ staged, aside, present } satisfies Swap))
    await note.sync()
  } finally {
    await note.close()
  }
  await rename(join(dataDir, `${noteName}.new`), join(dataDir, noteName))
  await finishRestore(dataDir)
}

/** True while a swap is noted and not finished. */
export function isSwapUnderWay(dataDir: string): boolean {
  return existsSync(join(dataDir, noteName))
}

/** Completes a swap that was cut short; does nothing when there is none. Every start calls it. */
export async function finishRestore(folder: string): Promise<void> {
  const dataDir = resolve(folder)
  if (!isSwapUnderWay(dataDir)) return
  const { staged, aside, present } = JSON.parse(readFileSync(join(dataDir, noteName), 'utf8')) as Swap
  if (present.length > 0) await mkdir(aside, { recursive: true, mode: 0o700 })
  for (const name of present) {
    // A name that is aside already was moved before the crash: what stands in its place now is the restored one.
    if (existsSync(join(dataDir, name)) && !existsSync(join(aside, name))) {
      await rename(join(dataDir, name), join(aside, name))
    }
  }
  for (const name of existsSync(staged) ? readdirSync(staged) : []) {
    await rename(join(staged, name), join(dataDir, name))
  }
  await rm(staged, { recursive: true, force: true })
  await rm(join(dataDir, noteName))
}
