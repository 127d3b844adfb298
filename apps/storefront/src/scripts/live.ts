import { exchange } from './swap.ts'

/** Where no stream can be had, the page asks by itself now and then, in milliseconds. */
const askEvery = 20_000
/** One change of an order is often several events at once. */
const settle = 150

/**
 * Keeps an order page current: `data-live` names a stream that says when the order moved; the page then reads itself again. While the
 * page cannot be seen the stream is closed, and what was missed is read when it comes back.
 */
export function enhanceLive(): void {
  if (!liveUrl()) return
  let stream: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let missed = false
  const soon = (wait: number) => {
    clearTimeout(timer)
    timer = setTimeout(refresh, wait)
  }
  async function refresh(): Promise<void> {
    // Away or refused: the page keeps what it says, which was true when it was read, and asks again by itself.
    const response = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => null)
    if (response?.ok) {
      const before = states()
      exchange(new DOMParser().parseFromString(await response.text(), 'text/html'), true)
      // Said aloud only when it is news: the state of a part, not every figure on the page.
      const speaker = document.getElementById('said')
      if (speaker && states() !== before) speaker.textContent = states()
    } else soon(askEvery)
    if (!liveUrl()) close()
  }
  function open(): void {
    const url = liveUrl()
    if (!url || stream) return
    stream = new EventSource(url)
    stream.addEventListener('changed', () => soon(settle))
    // A lost line is taken up again by the browser; a refused one is not.
    stream.addEventListener('error', () => stream?.readyState === EventSource.CLOSED && soon(askEvery))
  }
  function close(): void {
    stream?.close()
    stream = undefined
    clearTimeout(timer)
  }
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      close()
      missed = true
    } else {
      if (missed) soon(0)
      missed = false
      open()
    }
  })
  if (!document.hidden) open()
}

/**
 * Asks again on a page that waits for somebody else's answer (`data-again` names where), ever more slowly, and goes there once the
 * answer leads on. The page itself stays as it is: nothing is read out anew each time.
 */
export function enhanceWaiting(): void {
  const url = document.querySelector<HTMLElement>('[data-again]')?.dataset['again']
  if (!url) return
  let wait = 2000
  const ask = async (): Promise<void> => {
    // A lost line is no answer: the page still says that it waits, still has its link, and asks again.
    const answer = await fetch(url, { redirect: 'manual' }).catch(() => null)
    if (answer?.type === 'opaqueredirect') return location.assign(url)
    wait = Math.min(wait * 1.3, askEvery)
    setTimeout(() => void ask(), wait)
  }
  setTimeout(() => void ask(), wait)
}

function states(): string {
  return [...document.querySelectorAll('.part-status')].map((each) => each.textContent?.trim()).join(' ')
}

function liveUrl(): string | undefined {
  return document.querySelector<HTMLElement>('[data-live]')?.dataset['live']
}
