import { parseAst } from 'vitest/node'
import type { Mutation } from './mutant.ts'
import { sqlFragments } from './sql-operators.ts'

/** A node of the syntax tree as the parser gives it (ESTree with TypeScript); what else it has depends on its type. */
type Node = { type: string; start: number; end: number } & Record<string, unknown>
type Planting = {
  source: string
  declaration: number
  found: Mutation[]
  /** Conditions that become `true` and `false` as a whole: turning them around would say nothing new. */
  tests: Set<Node>
}

const arithmetic: Record<string, string> = { '+': '-', '-': '+', '*': '/', '/': '*', '%': '*' }
const comparisons: Record<string, string[]> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
}
const assignments: Record<string, string> = { '+=': '-=', '-=': '+=', '*=': '/=', '/=': '*=' }
/** One method in place of another; the empty name leaves the call out. */
const methods: Record<string, string> = {
  some: 'every',
  every: 'some',
  filter: '',
  slice: '',
  toSorted: '',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  round: 'floor',
  trunc: 'round',
}

/** Every change that the operators know for a source file, in no particular order. */
export function mutationsOf(source: string, file: string): Mutation[] {
  const program = parseAst(source, { lang: 'ts' }, file) as unknown as Node
  const found: Mutation[] = []
  for (const statement of nodes(program['body']))
    visit({ source, declaration: statement.start, found, tests: new Set() }, statement)
  return found
}

function visit(at: Planting, node: Node): void {
  if (node.type === 'ImportDeclaration' || (node.type.startsWith('TS') && !keepsExpression.has(node.type))) return
  plant(at, node)
  for (const [key, value] of Object.entries(node)) {
    if (typeKeys.has(key)) continue
    for (const child of nodes(value)) visit(at, child)
  }
}

const keepsExpression = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression'])
const typeKeys = new Set([
  'typeAnnotation',
  'typeArguments',
  'typeParameters',
  'returnType',
  'superTypeArguments',
  'implements',
  'decorators',
])

function nodes(value: unknown): Node[] {
  const list = Array.isArray(value) ? value : [value]
  return list.filter(
    (one): one is Node => typeof one === 'object' && one !== null && typeof (one as Node).type === 'string',
  )
}

function plant(at: Planting, node: Node): void {
  switch (node.type) {
    case 'BinaryExpression':
      return binary(at, node)
    case 'LogicalExpression':
      return logical(at, node)
    case 'UnaryExpression':
      if ((node['operator'] === '!' && !at.tests.has(node)) || node['operator'] === '-')
        replace(at, node, textOf(at, node['argument']), 'negation')
      return
    case 'Literal':
      if (typeof node['value'] === 'boolean') replace(at, node, String(!node['value']), 'literal')
      return
    case 'IfStatement':
    case 'ConditionalExpression': {
      const [test] = nodes(node['test'])
      if (!test) return
      at.tests.add(test)
      replace(at, test, 'true', 'condition')
      return replace(at, test, 'false', 'condition')
    }
    case 'ExpressionStatement':
      if (node['directive'] !== null) return
      return add(at, node, { text: '', operator: 'statement', shape: 'statement', typed: false })
    case 'AssignmentExpression':
      return assignment(at, node)
    case 'UpdateExpression': {
      const other = textOf(at, node).includes('++') ? '--' : '++'
      return replace(at, node, textOf(at, node).replace(/\+\+|--/, other), 'arithmetic', false)
    }
    case 'ArrayExpression':
      return listOf(at, node)
    case 'CallExpression':
      return call(at, node)
    case 'ReturnStatement':
      return returned(at, node)
    case 'TaggedTemplateExpression':
      return sqlText(at, node)
    default:
  }
}

function binary(at: Planting, node: Node): void {
  const [left, right] = [...nodes(node['left']), ...nodes(node['right'])]
  const operator = String(node['operator'])
  if (!left || !right) return
  const between = at.source.slice(left.end, right.start)
  const put = (other: string, kind: string, typed: boolean) => {
    const where = left.end + between.indexOf(operator)
    const text = `${at.source.slice(node.start, where)}${other}${at.source.slice(where + operator.length, node.end)}`
    add(at, node, { text, operator: kind, shape: 'expression', typed })
  }
  const swapped = arithmetic[operator]
  // A text is joined by `+`, too: the checker says so.
  if (swapped !== undefined) put(swapped, 'arithmetic', operator === '+')
  const others = comparisons[operator] ?? []
  for (const other of at.tests.has(node) ? others.slice(0, -1) : others) put(other, 'comparison', operator.length === 3)
}

function logical(at: Planting, node: Node): void {
  const [left, right] = [...nodes(node['left']), ...nodes(node['right'])]
  if (!left || !right) return
  if (node['operator'] === '??') return replace(at, node, textOf(at, left), 'nullish')
  replace(at, node, textOf(at, left), 'logical')
  replace(at, node, textOf(at, right), 'logical')
}

function assignment(at: Planting, node: Node): void {
  const [left, right] = [...nodes(node['left']), ...nodes(node['right'])]
  const other = assignments[String(node['operator'])]
  if (!left || !right || other === undefined) return
  replace(at, node, `${textOf(at, left)} ${other} ${textOf(at, right)}`, 'arithmetic', false)
}

/** A list of words (states, roles, codes) without one of them. */
function listOf(at: Planting, node: Node): void {
  const words = nodes(node['elements'])
  if (words.length === 0 || !words.every(({ type }) => type === 'Literal')) return
  for (const word of words) {
    const rest = words.filter((other) => other !== word).map((other) => textOf(at, other))
    replace(at, node, `[${rest.join(', ')}]`, 'list')
  }
}

function call(at: Planting, node: Node): void {
  const [callee] = nodes(node['callee'])
  if (callee?.type === 'Identifier' && callee['name'] === 'defineActions') return permissions(at, node)
  if (callee?.type !== 'MemberExpression' || callee['computed'] === true || callee['optional'] === true) return
  const [object, property] = [...nodes(callee['object']), ...nodes(callee['property'])]
  if (!object || !property) return
  const other = methods[textOf(at, property)]
  if (other === undefined) return
  const text =
    other === ''
      ? textOf(at, object)
      : `${at.source.slice(node.start, property.start)}${other}${at.source.slice(property.end, node.end)}`
  replace(at, node, text, 'method')
}

/** A row of the authorisation table without one of its conditions. */
function permissions(at: Planting, node: Node): void {
  const rows = nodes(node['arguments']).flatMap((table) =>
    nodes(table['properties']).flatMap((row) => nodes(row['value'])),
  )
  for (const row of rows) {
    const conditions = nodes(row['properties'])
    for (const condition of conditions) {
      // `staff: []` names nobody, as an absent one does; it is there to be read.
      if (textOf(at, condition['value']) === '[]') continue
      const rest = conditions.filter((other) => other !== condition).map((other) => textOf(at, other))
      replace(at, row, `{ ${rest.join(', ')} }`, 'permission')
    }
  }
}

/** What a function answers: nothing, where its type allows that. Comparisons and literals have mutants of their own. */
function returned(at: Planting, node: Node): void {
  const [argument] = nodes(node['argument'])
  if (!argument || ['Literal', 'BinaryExpression', 'LogicalExpression', 'Identifier'].includes(argument.type)) return
  replace(at, argument, 'undefined', 'return')
}

function sqlText(at: Planting, node: Node): void {
  const [tag, quasi] = [...nodes(node['tag']), ...nodes(node['quasi'])]
  if (!tag || !quasi || textOf(at, tag) !== 'sql') return
  for (const { start, end } of nodes(quasi['quasis'])) {
    // Some parsers count the marks around a piece of text, some do not.
    const from = at.source[start] === '`' || at.source[start] === '}' ? start + 1 : start
    const to = at.source.slice(from, end).replace(/(\$\{|`)$/, '').length + from
    for (const one of sqlFragments(at.source.slice(from, to))) {
      const [first, last] = [from + one.start, from + one.end]
      at.found.push({
        start: node.start,
        end: node.end,
        text: `${at.source.slice(node.start, first)}${one.text}${at.source.slice(last, node.end)}`,
        operator: 'sql',
        shape: 'expression',
        ...around(at.source, { first, last, text: one.text }),
        declaration: at.declaration,
        typed: false,
      })
    }
  }
}

/** A sign alone says little: the words on both sides of it on its line are shown with it. */
function around(source: string, { first, last, text }: { first: number; last: number; text: string }) {
  const before = /[^\s(]*\s?$/.exec(source.slice(source.lastIndexOf('\n', first - 1) + 1, first))?.[0] ?? ''
  const lineEnd = source.indexOf('\n', last)
  const after = /^\s?[^\s)]*/.exec(source.slice(last, lineEnd === -1 ? undefined : lineEnd))?.[0] ?? ''
  return { from: `${before}${source.slice(first, last)}${after}`, to: `${before}${text}${after}`, at: first }
}

function replace(at: Planting, node: Node, text: string, operator: string, typed = true): void {
  add(at, node, { text, operator, shape: 'expression', typed })
}

function add(
  at: Planting,
  node: Node,
  { text, operator, shape, typed }: Pick<Mutation, 'text' | 'operator' | 'shape' | 'typed'>,
): void {
  const { start, end } = node
  at.found.push({
    start,
    end,
    text,
    operator,
    shape,
    typed,
    from: at.source.slice(start, end),
    to: text,
    at: start,
    declaration: at.declaration,
  })
}

function textOf(at: Planting, value: unknown): string {
  const [node] = nodes(value)
  return node ? at.source.slice(node.start, node.end) : ''
}
