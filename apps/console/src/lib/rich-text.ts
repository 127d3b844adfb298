const entities: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
}

/**
 * A description as one reads it: paragraphs become blank lines. One with more than paragraphs and line breaks in it (lists,
 * links from an import) is left as it is, so that nothing of it is lost.
 */
export function plainOf(html: string): string {
  const bare = html.replace(/<\/?p>|<br\s*\/?>/g, '')
  if (bare.includes('<')) return html
  return html
    .replace(/<br\s*\/?>/g, '\n')
    .replace(/<\/p>\s*<p>/g, '\n\n')
    .replace(/<\/?p>/g, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (entity) => entities[entity] ?? entity)
    .trim()
}

/** The other way: blank lines become paragraphs. Text that brings tags of its own is kept as it is. */
export function htmlOf(text: string): string {
  if (text.trim() === '' || /<[a-z/]/i.test(text)) return text
  const escaped = text.trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return escaped
    .split(/\n\s*\n/)
    .map((paragraph) => `<p>${paragraph.trim().replaceAll('\n', '<br>')}</p>`)
    .join('')
}
