type Suggestions = {
  words: string[]
  collections: { handle: string; title: { es: string; en: string } }[]
  products: { handle: string; title: { es: string; en: string }; picture: string | null }[]
}

/** Suggestions below the search field: plain links, reached with Tab or the arrow keys. */
export function enhanceSuggestions(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-suggest]')
  const input = form?.querySelector('input')
  if (!form || !input) return
  const box = form.appendChild(document.createElement('div'))
  box.className = 'suggestions'
  box.hidden = true
  let timer = 0
  let asked = 0
  input.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(async () => {
      const q = input.value.trim()
      const turn = ++asked
      const lang = document.documentElement.lang
      const response =
        q.length < 2
          ? null
          : await fetch(`/api/store/search/suggest?${new URLSearchParams({ q, lang })}`).catch(() => null)
      const answer = response?.ok ? ((await response.json()) as Suggestions) : null
      if (turn !== asked) return
      box.replaceChildren(...(answer ? linksOf(answer, lang === 'en' ? 'en' : 'es') : []))
      box.hidden = box.childElementCount === 0
    }, 140) as unknown as number
  })
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') box.hidden = true
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const stops: HTMLElement[] = [input, ...box.querySelectorAll('a')]
    const at = stops.indexOf(document.activeElement as HTMLElement)
    event.preventDefault()
    stops[(at + (event.key === 'ArrowDown' ? 1 : -1) + stops.length) % stops.length]?.focus()
  })
  form.addEventListener('focusout', (event) => {
    if (!form.contains(event.relatedTarget as Node | null)) box.hidden = true
  })
}

function linksOf(answer: Suggestions, lang: 'es' | 'en'): HTMLAnchorElement[] {
  const base = lang === 'en' ? '/en' : ''
  return [
    ...answer.collections
      .slice(0, 2)
      .map((each) => link(`${base}/collections/${each.handle}`, each.title[lang] || each.title.es, null)),
    ...answer.products
      .slice(0, 5)
      .map((each) => link(`${base}/products/${each.handle}`, each.title[lang] || each.title.es, each.picture)),
  ]
}

function link(href: string, text: string, picture: string | null): HTMLAnchorElement {
  const anchor = document.createElement('a')
  anchor.href = href
  const image = document.createElement(picture ? 'img' : 'span')
  if (image instanceof HTMLImageElement && picture)
    Object.assign(image, { src: `${picture}${picture.includes('?') ? '&' : '?'}w=80`, alt: '', width: 40, height: 50 })
  anchor.append(image, text)
  return anchor
}
