import { expect, test } from 'vitest'
import { jsonElements } from './json-stream.ts'

async function elements(text: string, chunk: number) {
  async function* chunks() {
    for (let at = 0; at < text.length; at += chunk) yield text.slice(at, at + chunk)
  }
  const found = []
  for await (const element of jsonElements(chunks())) found.push(element)
  return found
}

test.each([1, 2, 7, 1000])(
  'elements come out the same however the file is cut (%i characters at a time)',
  async (chunk) => {
    expect(await elements('{"orders":[{"a":"x,]}\\" "},\n{"b":{"c":[]}}],"n":3}', chunk)).toEqual([
      { line: 1, root: 'orders', json: { a: 'x,]}" ' } },
      { line: 2, root: 'orders', json: { b: { c: [] } } },
    ])
    expect(await elements('[1, {"a": [2, 3]}]', chunk)).toEqual([
      { line: 1, root: '', json: 1 },
      { line: 1, root: '', json: { a: [2, 3] } },
    ])
    expect(await elements('{"order":{"lines":[1,{"z":2}]}}', chunk)).toEqual([
      { line: 1, root: 'order', json: { lines: [1, { z: 2 }] } },
    ])
    expect(await elements('{"id":1,"variants":[{"id":2}]}\n{"id":3}', chunk)).toEqual([
      { line: 1, root: '', json: { id: 1, variants: [{ id: 2 }] } },
      { line: 2, root: '', json: { id: 3 } },
    ])
    expect(await elements('{"orders":[]}', chunk)).toEqual([])
    for (const broken of ['{"a":', 'hello', '{"a" 1}', '[1,', '{"a":tru}']) {
      await expect(elements(broken, chunk)).rejects.toThrow(SyntaxError)
    }
  },
)
