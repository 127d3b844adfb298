import { exchange } from './swap.ts'

/** Copying the share link, finding the nearest shop by the browser's position, and an order page that keeps itself current. */
export function enhanceSmallThings(): void {
  reveal()
  document.addEventListener('hilo:exchanged', reveal)
  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null
    const copy = target?.closest<HTMLElement>('[data-copy]')
    if (copy)
      void navigator.clipboard
        .writeText(copy.dataset['copy'] ?? '')
        .then(() => (copy.textContent = copy.dataset['done'] ?? ''))
    const locate = target?.closest<HTMLElement>('[data-locate]')
    if (locate) findMe(locate)
  })
  const seconds = Number(document.querySelector<HTMLElement>('[data-poll]')?.dataset['poll'])
  if (seconds > 0) setInterval(() => void refresh(), seconds * 1000)
}

function reveal(): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-copy], [data-locate]')) button.hidden = false
}

function findMe(button: HTMLElement): void {
  const input = button.closest('form')?.querySelector<HTMLInputElement>('input[name="near"]')
  if (!input) return
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      input.value = `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`
      input.form?.requestSubmit()
    },
    () => (button.textContent = button.dataset['refused'] ?? ''),
    { maximumAge: 600_000, timeout: 10_000 },
  )
}

async function refresh(): Promise<void> {
  if (document.hidden) return
  const response = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => null)
  if (response?.ok) exchange(new DOMParser().parseFromString(await response.text(), 'text/html'))
}
