let running: AbortController | undefined

/**
 * Follows `a[data-swap]` and sends `form[data-swap]` in the background, then exchanges the parts of the page (`data-part`) that
 * the answer has, too. The URL, the focus and the place on the page stay right; on any trouble the browser does it the plain way.
 */
export function enhanceSwaps(): void {
  document.addEventListener('click', (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[data-swap]') : null
    if (!link) return
    event.preventDefault()
    void swap(link.href, { method: 'GET' }, () => location.assign(link.href))
  })
  document.addEventListener('submit', (event) => {
    const form = event.target
    if (!(form instanceof HTMLFormElement)) return
    const button = event.submitter instanceof HTMLButtonElement ? event.submitter : null
    if (form.dataset['sent'] !== undefined) return event.preventDefault()
    const background = form.hasAttribute('data-swap') || button?.hasAttribute('data-swap-button')
    if (background) {
      event.preventDefault()
      const body = new URLSearchParams(new FormData(form, button) as unknown as Record<string, string>)
      void swap(addressOf(form), { method: 'POST', body }, () => (button ? form.requestSubmit(button) : form.submit()))
    } else if (form.hasAttribute('data-once')) {
      // The second click of a double click sends nothing; coming back from the history may send again.
      form.dataset['sent'] = ''
      button?.setAttribute('aria-disabled', 'true')
    }
  })
  addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sent]')) {
      delete form.dataset['sent']
      for (const button of form.querySelectorAll('[aria-disabled]')) button.removeAttribute('aria-disabled')
    }
  })
}

const main = () => document.getElementById('content')

/** Where a form posts to. Not `form.action`: a field of that name hides it. */
export function addressOf(form: HTMLFormElement): string {
  return new URL(form.getAttribute('action') ?? '', location.href).href
}

/** The shop had too much to do and did not even begin: the same may simply be sent again. */
const wasRefused = ({ status, headers }: Response) => status === 503 && headers.get('hilo-refused') === 'busy'
const mostTries = 4

/** Asks, and asks again when told to come back: what was written stays where it is meanwhile. */
async function ask(url: string, init: RequestInit): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(url, init)
    if (!wasRefused(response) || tries === mostTries) return response
    await new Promise((resolve) => setTimeout(resolve, Number(response.headers.get('retry-after') ?? 1) * 1000))
    init.signal?.throwIfAborted()
  }
}

/** Fetches a page of the shop and exchanges the parts both have. `plain` is the way without script. */
export async function swap(url: string, init: RequestInit, plain: () => void): Promise<void> {
  running?.abort()
  const own = (running = new AbortController())
  main()?.setAttribute('aria-busy', 'true')
  try {
    const response = await ask(url, { ...init, signal: own.signal, headers: { accept: 'text/html' } })
    const text = await response.text()
    // Nothing was done, and the plain way sends the form again; its answer says what to do.
    if (wasRefused(response) && init.method === 'POST') return plain()
    if (!(response.headers.get('content-type') ?? '').includes('text/html')) return plain()
    const page = new DOMParser().parseFromString(text, 'text/html')
    if (exchange(page) === 0) return location.assign(response.url)
    if (init.method === 'GET') history.replaceState(null, '', response.url)
    document.title = page.title
  } catch (error) {
    if (own.signal.aborted) return
    if (!(error instanceof TypeError)) throw error
    plain()
  } finally {
    if (running === own) main()?.removeAttribute('aria-busy')
  }
}

/**
 * Exchanges every part that stands in both pages and differs; returns how many stand in both.
 * @param gentle leaves a part alone in which somebody is typing: nobody asked for this exchange
 */
export function exchange(page: Document, gentle = false): number {
  const focused = document.activeElement?.id
  let found = 0
  for (const fresh of page.querySelectorAll<HTMLElement>('[data-part]')) {
    const old = document.querySelector<HTMLElement>(`[data-part="${CSS.escape(fresh.dataset['part'] ?? '')}"]`)
    if (!old) continue
    found++
    if (old.isEqualNode(fresh) || (gentle && isTypedInto(old))) continue
    const boxes = [...old.querySelectorAll('details')].map((box) => box.open)
    const taken = document.importNode(fresh, true)
    for (const [index, box] of taken.querySelectorAll('details').entries()) if (boxes[index]) box.open = true
    old.replaceWith(taken)
  }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })
  const said = page.querySelector('[role="alert"], [data-part] [role="status"]')?.textContent
  const speaker = document.getElementById('said')
  if (speaker) speaker.textContent = said?.trim() ?? ''
  document.dispatchEvent(new CustomEvent('hilo:exchanged'))
  return found
}

function isTypedInto(part: HTMLElement): boolean {
  return [...part.querySelectorAll('input')].some(
    (input) => input.type !== 'hidden' && input.value !== input.defaultValue,
  )
}
