export type Fragment = { start: number; end: number; text: string }

type Rule = { find: RegExp; put: (found: RegExpExecArray) => string | undefined }

const word = (from: string, to: string): Rule => ({
  find: new RegExp(`\\b${from.replaceAll(' ', '\\s+')}\\b`, 'g'),
  put: () => to,
})

/** Comparisons; `->`, `->>`, `=>`, `<>`, `||` and casts are none, and a single `=` also sets values, see below. */
const comparison: Record<string, string> = { '>=': '>', '<=': '<', '>': '>=', '<': '<=', '<>': '=' }

const rules: Rule[] = [
  {
    find: /(?<![-=<>@&#|?*])(>=|<=|<>|>|<)(?![-=<>@&|])/g,
    put: ([, sign = '']) => comparison[sign],
  },
  // The space around tells a sum from a sign, a JSON arrow and a comment.
  { find: /(?<=[\w)] |^ )[+-](?= [\w(]| ?$)/g, put: ([sign]) => (sign === '+' ? '-' : '+') },
  // Without its tail, too: `of l`, `skip locked`.
  { find: /\bfor (update|share)( of \w+)?( skip locked)?/g, put: () => '' },
  word('is not null', 'is null'),
  { find: /\bis null\b/g, put: () => 'is not null' },
  word('is distinct from', 'is not distinct from'),
  word('not exists', 'exists'),
  { find: /(?<!not )\bexists\b(?! *\w+\.)/g, put: () => 'not exists' },
  { find: /\bor\b/g, put: () => 'and' },
  { find: /(?<!\bbetween\s+\S+\s+)\band\b/g, put: () => 'or' },
  word('greatest', 'least'),
  word('least', 'greatest'),
  word('min', 'max'),
  word('max', 'min'),
  { find: /\bdesc\b/g, put: () => 'asc' },
  { find: /\bdistinct\b(?! from)/g, put: () => '' },
]

/** Each word of `in ('open', 'in_transit')` left out once; the last one alone stays. */
const listed = /\bin\s*\(((?:'[a-z_]+'(?:,\s*)?)+)\)/g
/** A condition on a constant or a parameter: `status = 'open'`, `id = ${…}`. */
const condition = /(?<=\b(?:where|and|when|on)\s+)((?:\w+\.)?\w+) = (?='[^']*'|$|(?:\w+\.)?\w+)/g

/**
 * Changes to the SQL between two parameters: boundaries, signs, locks, `and`/`or`, null tests, words of a list, conditions.
 * @param text SQL as it stands in the source
 * @returns what to put where, as offsets in `text`
 */
export function sqlFragments(text: string): Fragment[] {
  const quoted = [...text.matchAll(/'[^']*'|--[^\n]*|"[^"]*"/g)].map((found) => [
    found.index,
    found.index + found[0].length,
  ])
  const isQuoted = (at: number) => quoted.some(([from = 0, to = 0]) => at > from && at < to)
  const fragments: Fragment[] = []
  const add = (start: number, length: number, put: string) => {
    if (!isQuoted(start) && !isQuoted(start + 1)) fragments.push({ start, end: start + length, text: put })
  }
  for (const { find, put } of rules) {
    for (const found of text.matchAll(find)) {
      const to = put(found as RegExpExecArray)
      if (to !== undefined) add(found.index, found[0].length, to)
    }
  }
  for (const found of text.matchAll(condition)) {
    const [all, column = ''] = found
    fragments.push({ start: found.index + column.length + 1, end: found.index + all.length - 1, text: '<>' })
  }
  for (const found of text.matchAll(listed)) {
    const words = (found[1] ?? '').split(/,\s*/)
    if (words.length < 2) continue
    const start = found.index + found[0].indexOf('(') + 1
    for (const left of words) {
      const rest = words.filter((other) => other !== left).join(', ')
      fragments.push({ start, end: start + (found[1] ?? '').length, text: rest })
    }
  }
  return fragments
}
