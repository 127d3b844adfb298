import { addressOf, swap } from './swap.ts'

/** Prices the delivery choice in the background as soon as it is made, so that the button always names the right total. */
export function enhanceCheckout(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-checkout]')
  if (!form) return
  document.querySelector<HTMLElement>('.notice[autofocus]')?.focus()
  // What is being mended is no longer marked as wrong; the next press checks again.
  form.addEventListener('input', ({ target }) => {
    if (target instanceof HTMLInputElement) forgive(form, target)
  })
  form.addEventListener('change', (event) => {
    if (!(event.target instanceof Element) || !event.target.closest('[data-update]')) return
    const data = new FormData(form)
    data.set('action', 'update')
    const body = new URLSearchParams(data as unknown as Record<string, string>)
    void swap(addressOf(form), { method: 'POST', body }, () => undefined)
  })
}

/** Takes away the sentences about this field: the one beside it and the one in the list at the top, and that list with its last one. */
function forgive(form: HTMLFormElement, field: HTMLInputElement): void {
  const about = field.type === 'radio' ? field.name : field.id
  field.removeAttribute('aria-invalid')
  document.getElementById(`${about}-error`)?.remove()
  const list = form.querySelector('[data-faults]')
  list?.querySelector(`[data-fault="${CSS.escape(about)}"]`)?.remove()
  if (list && !list.querySelector('[data-fault]')) list.remove()
}
