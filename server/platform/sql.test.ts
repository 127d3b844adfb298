import { expect, test } from 'vitest'
import { compile, join, sql, where } from './sql.ts'

test('values become parameters, pieces are spliced, in order', () => {
  const filter = where([sql`a = ${1}`, sql`b = any(${['x']})`])
  const { text, values } = compile(sql`select ${sql`c, d`} from t ${filter} limit ${5}`)
  expect(text).toBe('select c, d from t where a = $1 and b = any($2) limit $3')
  expect(values).toEqual([1, ['x'], 5])
})

test('a value can never become SQL text', () => {
  const { text, values } = compile(sql`select ${"'; drop table x; --"}`)
  expect(text).toBe('select $1')
  expect(values).toEqual(["'; drop table x; --"])
})

test('the same shape has the same statement name, another shape another one', () => {
  const a = compile(sql`select ${1}`)
  expect(compile(sql`select ${2}`).name).toBe(a.name)
  expect(compile(sql`select ${2}, 1`).name).not.toBe(a.name)
  expect(compile(join([sql`1`, sql`2`])).text).toBe('1, 2')
  expect(compile(where([])).text).toBe('')
})
