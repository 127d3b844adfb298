import { describe, expect, it } from 'vitest'
import { htmlOf, plainOf } from './rich-text.ts'

describe('a description as one reads and writes it', () => {
  it('shows paragraphs as blank lines and writes them back', () => {
    const html = '<p>Lino y sal &amp; luz.</p><p>Dos líneas<br>juntas.</p>'
    expect(plainOf(html)).toBe('Lino y sal & luz.\n\nDos líneas\njuntas.')
    expect(htmlOf(plainOf(html))).toBe(html)
  })
  it('leaves what has more in it as it is', () => {
    const list = '<ul><li>Uno</li></ul>'
    expect(plainOf(list)).toBe(list)
    expect(htmlOf(list)).toBe(list)
  })
  it('never makes tags out of what somebody types', () => {
    expect(htmlOf('talla 36 < 38')).toBe('<p>talla 36 &lt; 38</p>')
    expect(htmlOf('')).toBe('')
  })
})
