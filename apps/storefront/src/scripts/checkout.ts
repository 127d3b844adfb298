import { addressOf, swap } from './swap.ts'

/** Prices the delivery choice in the background as soon as it is made, so that the button always names the right total. */
export function enhanceCheckout(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-checkout]')
  if (!form) return
  document.querySelector<HTMLElement>('.notice[autofocus]')?.focus()
  // What is being mended is no longer marked as wrong; the next press checks again.
  form.addEventListener('input', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || !target.hasAttribute('aria-invalid')) return
    target.removeAttribute('aria-invalid')
    document.getElementById(`${target.id}-error`)?.remove()
  })
  form.addEventListener('change', (event) => {
    if (!(event.target instanceof Element) || !event.target.closest('[data-update]')) return
    const data = new FormData(form)
    data.set('action', 'update')
    const body = new URLSearchParams(data as unknown as Record<string, string>)
    void swap(addressOf(form), { method: 'POST', body }, () => undefined)
  })
}
