/** Copying the share link, printing an order, and finding the nearest shop by the browser's position. */
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
    if (target?.closest('[data-print]')) print()
    const locate = target?.closest<HTMLElement>('[data-locate]')
    if (locate) findMe(locate)
  })
}

function reveal(): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-copy], [data-locate], [data-print]'))
    button.hidden = false
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
