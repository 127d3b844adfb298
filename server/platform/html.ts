import sanitize from 'sanitize-html'

const options: sanitize.IOptions = {
  allowedTags: [
    'p',
    'br',
    'b',
    'strong',
    'i',
    'em',
    'u',
    's',
    'ul',
    'ol',
    'li',
    'h2',
    'h3',
    'h4',
    'blockquote',
    'a',
    'table',
    'thead',
    'tbody',
    'tr',
    'th',
    'td',
    'sub',
    'sup',
    'span',
    'div',
  ],
  allowedAttributes: { a: ['href', 'title', 'rel'], th: ['colspan', 'rowspan'], td: ['colspan', 'rowspan'] },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  // A page has one h1, and it is not in a description.
  transformTags: { h1: 'h2', a: sanitize.simpleTransform('a', { rel: 'nofollow noopener' }) },
}

/**
 * HTML that other people wrote, reduced to what a description needs: text, lists, tables, links. Scripts, styles, pictures, frames,
 * event handlers and foreign protocols are gone. Cleaning twice changes nothing.
 */
export function cleanHtml(html: string): string {
  if (!/[<&]/.test(html)) return html.trim()
  return sanitize(html, options).trim()
}

/** The text of HTML, on one line, with its entities read. */
export function textOfHtml(html: string): string {
  return sanitize(html.replace(/<(br|\/p|\/li|\/h\d|\/div)[^>]*>/gi, ' '), { allowedTags: [], allowedAttributes: {} })
    .replace(/&amp;/g, '&')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/\s+/g, ' ')
    .trim()
}
