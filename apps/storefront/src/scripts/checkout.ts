import { addressOf, swap } from './swap.ts'

/** Prices the delivery choice in the background as soon as it is made, so that the button always names the right total. */
export function enhanceCheckout(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-checkout]')
  if (!form) return
  document.querySelector<HTMLElement>('.notice[autofocus]')?.focus()
  form.addEventListener('change', (event) => {
    if (!(event.target instanceof Element) || !event.target.closest('[data-update]')) return
    const data = new FormData(form)
    data.set('action', 'update')
    const body = new URLSearchParams(data as unknown as Record<string, string>)
    void swap(addressOf(form), { method: 'POST', body }, () => undefined)
  })
}
