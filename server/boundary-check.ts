import { join, normalize } from 'node:path'
import { arrows, sqlExceptions } from './boundaries.ts'

/** A source file; `path` is relative to server/. */
export type SourceFile = { path: string; text: string }
export type Violation = {
  path: string
  line: number
  rule: 'arrow' | 'door' | 'sql' | 'circle' | 'length' | 'package' | 'module'
  detail: string
}
type Import = { line: number; target: string; typeOnly: boolean }

const maxLines = 400
const schemas = [
  'platform',
  'staff',
  'catalog',
  'customers',
  'pricing',
  'inventory',
  'payments',
  'fulfillment',
  'orders',
  'system',
]
/** Files whose text is made by a program; their length says nothing. */
const generated = /(^|\/)(schema\.sql|.*\.generated\.ts)$/

/** Every place where a file breaks a rule of the house, in the order of the files. */
export function checkFiles(files: readonly SourceFile[]): Violation[] {
  return [...files.flatMap((file) => checkFile(file)), ...circles(files)]
}

function checkFile(file: SourceFile): Violation[] {
  const violations: Violation[] = []
  const lines = file.text.split('\n').length - (file.text.endsWith('\n') ? 1 : 0)
  if (lines > maxLines && !generated.test(file.path))
    violations.push({ path: file.path, line: maxLines + 1, rule: 'length', detail: `${lines} lines` })
  if (file.path.startsWith('..')) return [...violations, ...checkPackage(file)]
  const module = moduleOf(file.path)
  if (module !== undefined && module !== 'migrations' && !(module in arrows)) {
    return [
      ...violations,
      { path: file.path, line: 1, rule: 'module', detail: `${module} is not in the table of arrows` },
    ]
  }
  for (const found of importsOf(file.text)) {
    const detail = module === undefined ? undefined : wrongImport(file.path, module, found)
    if (detail) violations.push({ path: file.path, line: found.line, ...detail })
  }
  return [...violations, ...foreignSql(file, module)]
}

/** The module a file belongs to; undefined for those that put modules together (app.ts, api.ts, the checks). */
function moduleOf(path: string): string | undefined {
  return path.includes('/') ? path.split('/')[0] : undefined
}

function wrongImport(path: string, module: string, { target }: Import): Pick<Violation, 'rule' | 'detail'> | undefined {
  const test = /\.test\.ts$|(^|\/)testing(\.ts$|\/)/.test(path)
  const named = /^#([a-z-]+)/.exec(target)?.[1]
  if (named !== undefined) {
    // Tests and factories may build on what stands above: they prove modules together.
    if (named === 'app') return module === 'cli' || test ? undefined : { rule: 'arrow', detail: `${module} → app` }
    const allowed = named === module || named in (arrows[module] ?? {}) || test
    return allowed ? undefined : { rule: 'arrow', detail: `${module} → ${named}` }
  }
  if (!target.startsWith('.')) return undefined
  const reached = moduleOf(normalize(join(path, '..', target)))
  const outer = module === 'cli' || module === 'bin'
  if (reached === undefined || reached === module || outer) return undefined
  if (test && (/testing(\.ts$|\/)/.test(target) || target.startsWith('..'))) return undefined
  return reached === '..' ? undefined : { rule: 'door', detail: `${target}: write #${reached}` }
}

/** Shared packages run in browsers and tills: they know nothing of the server. */
function checkPackage({ path, text }: SourceFile): Violation[] {
  return importsOf(text)
    .filter(
      ({ target }) =>
        target.startsWith('#') ||
        normalize(join(path, '..', target)).match(/^(?!\.\.)|^\.\.\/(apps|server)\//) !== null,
    )
    .filter(({ target }) => target.startsWith('.') || target.startsWith('#'))
    .map(({ line, target }) => ({ path, line, rule: 'package' as const, detail: target }))
}

function importsOf(text: string): Import[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g
  return [...text.matchAll(pattern)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length + (match[0].startsWith('\n') ? 1 : 0),
    target: match[2] ?? match[3] ?? '',
    typeOnly: match[1] !== undefined,
  }))
}

const sqlWords = String.raw`(?:from|join|into|update|references|table|on|using|truncate|call|lateral)`

/** Schemas of others named in SQL. A line of TypeScript counts where a table follows a word that SQL puts before one. */
function foreignSql({ path, text }: SourceFile, module: string | undefined): Violation[] {
  if (module === undefined || sqlExceptions.some((exception) => exception.path.test(path) && exception.schemas === '*'))
    return []
  const own = module === 'migrations' ? /\d+_([a-z]+)/.exec(path)?.[1] : module
  const code = text.replace(/^\s*(\/\/|\*|\/\*\*?|--).*$/gm, '')
  const others = schemas.filter((schema) => schema !== own && schema !== 'platform')
  // After a comma, only what has an alias behind it reads as SQL: `from a x, orders.cart c`.
  const names = others.join('|')
  const pattern = new RegExp(
    String.raw`\b${sqlWords}\s+(?:only\s+)?(${names})\.[a-z_]+|,\s*(${names})\.[a-z_]+\s+[a-z]\w*\b`,
    'gi',
  )
  return [...code.matchAll(pattern)]
    .filter(
      (match) =>
        !sqlExceptions.some(
          (exception) => exception.path.test(path) && exception.schemas.includes(match[1] ?? match[2] ?? ''),
        ),
    )
    .map((match) => ({
      path,
      line: code.slice(0, match.index).split('\n').length,
      rule: 'sql' as const,
      detail: match[0].replace(/\s+/g, ' '),
    }))
}

/** Circles of imports between files of one module, found once each; imports of types alone vanish when the code runs. */
function circles(files: readonly SourceFile[]): Violation[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const done = new Set<string>()
  const violations: Violation[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) {
      violations.push({ path, line: 1, rule: 'circle', detail: [...trail.slice(at), path].join(' → ') })
      return
    }
    const file = byPath.get(path)
    if (!file || done.has(path)) return
    for (const { target, typeOnly } of importsOf(file.text)) {
      if (!typeOnly && target.startsWith('.')) visit(normalize(join(path, '..', target)), [...trail, path])
    }
    done.add(path)
  }
  for (const { path } of files) visit(path, [])
  return violations
}
