import * as real from '../../../node_modules/vitest/dist/index.js'

/**
 * What a test file gets for `vitest` here: `test` and `describe` only note what there is, so that one loaded program runs chosen tests
 * again and again; `expect` and the rest are the real ones.
 */
export const { expect, inject, vi, assert, expectTypeOf } = real

type Hook = () => unknown
export type Suite = {
  parent: Suite | undefined
  beforeAll: Hook[]
  afterAll: Hook[]
  beforeEach: Hook[]
  afterEach: Hook[]
}
export type Test = { name: string; suite: Suite; run(): unknown; skipped: boolean; timeout: number | undefined }
export type Collected = { root: Suite; tests: Test[] }

const newSuite = (parent?: Suite): Suite => ({ parent, beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] })
type State = { collected: Collected; current: Suite; path: string[]; skips: boolean }
/** Kept beside the modules: when the program is loaded anew, so is this file. */
const state: State = ((globalThis as { __hiloCollector?: State }).__hiloCollector ??= emptyState())

function emptyState(): State {
  const root = newSuite()
  return { collected: { root, tests: [] }, current: root, path: [], skips: false }
}

/** Begins a new list; the test file is imported next. */
export function startCollecting(): Collected {
  Object.assign(state, emptyState())
  return state.collected
}

export const beforeAll = (hook: Hook) => void state.current.beforeAll.push(hook)
export const afterAll = (hook: Hook) => void state.current.afterAll.push(hook)
export const beforeEach = (hook: Hook) => void state.current.beforeEach.push(hook)
export const afterEach = (hook: Hook) => void state.current.afterEach.push(hook)

type Body = (...args: unknown[]) => unknown
type Options = number | { timeout?: number }

function note(skipped: boolean) {
  return (name: string, ...rest: (Body | Options | undefined)[]): void => {
    const body = rest.find((one): one is Body => typeof one === 'function')
    const options = rest.find((one): one is Options => typeof one === 'number' || typeof one === 'object')
    const timeout = typeof options === 'number' ? options : options?.timeout
    const full = [...state.path, name].join(' › ')
    const same = state.collected.tests.filter(
      (other) => other.name === full || other.name.startsWith(`${full} #`),
    ).length
    state.collected.tests.push({
      name: same === 0 ? full : `${full} #${same + 1}`,
      suite: state.current,
      run: () => body?.({}),
      skipped: skipped || state.skips || body === undefined,
      timeout,
    })
  }
}

const plain = note(false)
const none = note(true)
type Rows = readonly unknown[]
const each =
  (rows: Rows, spread: boolean) =>
  (name: string, ...rest: (Body | Options | undefined)[]): void =>
    rows.forEach((row, at) => {
      const given = rest.map((one) =>
        typeof one === 'function' ? () => (one as Body)(...(spread && Array.isArray(row) ? row : [row])) : one,
      )
      plain(`${name} #${at + 1}`, ...given)
    })

export const test = Object.assign(plain, {
  skip: none,
  todo: none,
  each: (rows: Rows) => each(rows, true),
  for: (rows: Rows) => each(rows, false),
  skipIf: (condition: unknown) => (condition ? none : plain),
  runIf: (condition: unknown) => (condition ? plain : none),
  concurrent: plain,
  sequential: plain,
})
export const it = test

function group(name: string, ...rest: (Body | Options | undefined)[]): void {
  const body = rest.find((one): one is Body => typeof one === 'function')
  const outer = state.current
  state.current = newSuite(outer)
  state.path.push(name)
  body?.()
  state.path.pop()
  state.current = outer
}

function skippedGroup(name: string, ...rest: (Body | Options | undefined)[]): void {
  const before = state.skips
  state.skips = true
  group(name, ...rest)
  state.skips = before
}

export const describe = Object.assign(group, {
  skip: skippedGroup,
  skipIf: (condition: unknown) => (condition ? skippedGroup : group),
  runIf: (condition: unknown) => (condition ? group : skippedGroup),
  each: (rows: Rows) => (name: string, body: Body) =>
    rows.forEach((row, at) => group(`${name} #${at + 1}`, () => body(...(Array.isArray(row) ? row : [row])))),
})
