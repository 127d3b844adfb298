import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, relative, sep } from 'node:path'

const skipped = new Set(['node_modules', 'dist', '.git', '.hilo', '.astro', 'coverage'])

/**
 * A tree of its own to plant mutants in: sources are copied, packages are linked, and the workspace's own packages (`@hilo/…`) lead
 * into the copy.
 * @param root the repository
 * @returns its folder, and how to remove it
 */
export async function privateCopy(root: string): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'hilo-mutation-'))
  await cp(root, folder, { recursive: true, filter: (source) => !skipped.has(basename(source)) })
  const packages = join(root, 'node_modules')
  await mkdir(join(folder, 'node_modules', '@hilo'), { recursive: true })
  for (const entry of await readdir(packages)) {
    if (entry === '@hilo' || entry.startsWith('.vi') || entry === '.cache') continue
    await symlink(join(packages, entry), join(folder, 'node_modules', entry))
  }
  for (const own of await readdir(join(packages, '@hilo'))) {
    const inside = relative(await realpath(root), await realpath(join(packages, '@hilo', own)))
    if (inside.startsWith(`..${sep}`)) throw new Error(`@hilo/${own} lies outside of the repository: ${inside}`)
    await symlink(join(folder, inside), join(folder, 'node_modules', '@hilo', own))
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
