const mostKept = 200
const kept = new WeakMap<object, Map<string, string>>()

/** Stands in a part that is made once where each page has an address of its own; nobody writes this sign. */
export const ownAddress = '\uE0A1'

/**
 * The markup of a part that is the same on many pages, made once for the same thing and name.
 * @param of what it shows; with another one it is made anew
 * @param address the page's own, wherever `ownAddress` stands
 * @returns the markup itself when it is known, since waiting costs more than the part
 */
export function madeOnce(
  { of, name, address }: { of: object; name: string; address: string },
  make: () => Promise<string>,
): string | Promise<string> {
  let parts = kept.get(of)
  if (!parts) kept.set(of, (parts = new Map()))
  const known = parts.get(name)
  // A function, since an address may have a dollar sign in it.
  const own = (markup: string) => markup.replaceAll(ownAddress, () => escaped(address))
  if (known !== undefined) return own(known)
  return make().then((markup) => {
    if (parts.size >= mostKept) parts.clear()
    parts.set(name, markup)
    return own(markup)
  })
}

/** As text within the quotes of an attribute. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
}
