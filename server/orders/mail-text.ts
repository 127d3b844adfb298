import { createTranslators } from '@hilo/i18n'

const es = {
  placedSubject: 'Tu pedido {number}',
  placedHello: 'Hola{name}: hemos recibido tu pedido {number}.',
  plan: 'Qué pasa ahora: {text}',
  total: 'Total: {amount}',
  due: 'Queda por pagar: {amount}. Puedes pagarlo aquí:',
  dueSubject: 'Pedido {number}: queda algo por pagar',
  dueHello: 'Hola{name}: de tu pedido {number} quedan por pagar {amount}.',
  dueHow: 'Te lo entregamos o enviamos cuando esté pagado. Puedes pagarlo aquí, o en la tienda:',
  follow: 'Sigue tu pedido, cámbialo o cancélalo aquí:',
  basketSubject: 'Tu cesta, lista para seguir en tu móvil',
  basketHello: 'Hola{name}: la cesta que empezaste en la tienda está aquí.',
  basketLink: 'Ábrela con este enlace (vale hasta {until}):',
  basketSms: 'Tu cesta: {url} (vale hasta {until})',
  canceledSubject: 'Pedido {number}: cancelación',
  canceledHello: 'Hola{name}: hemos cancelado {what}.',
  canceledAll: 'tu pedido {number}',
  canceledPart: 'parte de tu pedido {number}',
  canceledMoney: 'Te devolvemos {amount} por donde pagaste.',
  returnedSubject: 'Devolución {number}',
  returnedHello: 'Hola{name}: hemos recibido tu devolución {number}.',
  returnedMoney: 'Te devolvemos {amount}.',
  bye: 'Gracias.',
} as const

const en: Record<keyof typeof es, string> = {
  placedSubject: 'Your order {number}',
  placedHello: 'Hello{name}: we have your order {number}.',
  plan: 'What happens now: {text}',
  total: 'Total: {amount}',
  due: 'Still to be paid: {amount}. You can pay it here:',
  dueSubject: 'Order {number}: something is still to be paid',
  dueHello: 'Hello{name}: {amount} of your order {number} is still to be paid.',
  dueHow: 'We hand it over or send it once it is paid. You can pay here, or in the shop:',
  follow: 'Follow, change or cancel your order here:',
  basketSubject: 'Your basket, ready to go on with on your phone',
  basketHello: 'Hello{name}: the basket you began in the shop is here.',
  basketLink: 'Open it with this link (valid until {until}):',
  basketSms: 'Your basket: {url} (valid until {until})',
  canceledSubject: 'Order {number}: cancellation',
  canceledHello: 'Hello{name}: we have canceled {what}.',
  canceledAll: 'your order {number}',
  canceledPart: 'part of your order {number}',
  canceledMoney: 'We are giving {amount} back the way you paid.',
  returnedSubject: 'Return {number}',
  returnedHello: 'Hello{name}: we have your return {number}.',
  returnedMoney: 'We are giving {amount} back.',
  bye: 'Thank you.',
}

/** Texts of the mails that orders send, by language. */
export const mailTexts = createTranslators<keyof typeof es>(es, en)
