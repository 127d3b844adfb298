import { formatMoney } from '@hilo/calc'
import type { SimPayment } from './simulator.ts'

const texts = {
  es: {
    title: 'Pago de prueba',
    about: 'Esta es la página de pago del simulador. No se mueve dinero de verdad.',
    pay: 'Pagar',
    decline: 'Rechazar el pago',
    done: 'Este pago ya está decidido.',
    back: 'Volver a la tienda',
    unknown: 'No conocemos este pago.',
  },
  en: {
    title: 'Test payment',
    about: 'This is the payment page of the simulator. No real money moves.',
    pay: 'Pay',
    decline: 'Decline the payment',
    done: 'This payment is decided already.',
    back: 'Back to the shop',
    unknown: 'We do not know this payment.',
  },
} as const

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

function shell(language: 'es' | 'en', body: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${texts[language].title}</title>
<style>
  :root { color-scheme: light dark; font: 1rem/1.5 'Instrument Sans', system-ui, sans-serif; --paper: #faf8f4; --ink: #1c1b1a; --deed: #3a3fb5; --on: #fff }
  @media (prefers-color-scheme: dark) { :root { --paper: #161513; --ink: #ece9e2; --deed: #8f95f5; --on: #161513 } }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink) }
  h1 { font-size: 1.5rem; line-height: 1.2; font-weight: 600; letter-spacing: -.02em; margin: 0 0 .5rem }
  main { width: min(26rem, 100vw - 2rem) }
  .amount { font-size: 2rem; font-weight: 600; margin: 1rem 0; font-variant-numeric: tabular-nums }
  button, a.back { display: block; width: 100%; box-sizing: border-box; min-height: 48px; margin: .75rem 0; padding: .75rem; font: inherit;
    border-radius: 6px; border: 1px solid currentColor; background: transparent; color: inherit; text-align: center; cursor: pointer }
  button.primary { background: var(--deed); color: var(--on); border-color: var(--deed); font-weight: 600 }
  :focus-visible { outline: 3px solid var(--deed); outline-offset: 2px }
</style>
</head>
<body><main>${body}</main></body>
</html>`
}

/** The provider's own page, where the buyer approves or declines. Works without scripts. */
export function payPage(payment: SimPayment, formAction: string): string {
  const t = texts[payment.language]
  const amount = formatMoney(payment.amountMinor, payment.currency, payment.language === 'es' ? 'es-ES' : 'en-GB')
  const head = `<h1>${t.title}</h1><p>${t.about}</p><p class="amount">${escape(amount)}</p>`
  if (payment.status !== 'pending') {
    return shell(
      payment.language,
      `${head}<p>${t.done}</p><a class="back" href="${escape(payment.returnUrl)}">${t.back}</a>`,
    )
  }
  return shell(
    payment.language,
    `${head}<form method="post" action="${escape(formAction)}">
<button class="primary" name="decision" value="approve">${t.pay} ${escape(amount)}</button>
<button name="decision" value="decline">${t.decline}</button>
</form>`,
  )
}

/** What a wrong or old link shows. */
export function unknownPage(language: 'es' | 'en'): string {
  return shell(language, `<h1>${texts[language].title}</h1><p>${texts[language].unknown}</p>`)
}
