type Section = { title?: string; text: string[] }
type Page = { es: Section[]; en: Section[] }
/** In the order of their menu. */
export const helpNames = ['delivery', 'returns', 'care', 'contact', 'terms', 'privacy', 'cookies', 'imprint'] as const
export type HelpPage = (typeof helpNames)[number]

/** Help and legal pages of the demo retailer: short, but what they say is what the shop does. */
export const helpPages: Record<HelpPage, Page> = {
  delivery: {
    es: [
      {
        title: 'Recoger en tienda',
        text: [
          'Recoger es gratis. Si está en la tienda que eliges, suele estar listo el mismo día; si lo traemos de otro sitio, te decimos antes de pagar qué día.',
          'Ven cuando recibas nuestro aviso: solo lo mandamos cuando una persona lo ha apartado con tu nombre. Enseña el código o el QR de la página de tu pedido. Te lo guardamos siete días.',
        ],
      },
      {
        title: 'En casa',
        text: [
          'Enviamos a toda España. El precio y las fechas salen al escribir tu código postal, antes de pagar. Los pedidos de la mañana salen el mismo día laborable.',
        ],
      },
      {
        title: 'Si falta algo',
        text: [
          'Si una unidad no aparece, te escribimos antes de que salgas de casa y eliges: otra tienda, traerlo a la tuya, envío o devolución del dinero.',
        ],
      },
    ],
    en: [
      {
        title: 'Collecting in a shop',
        text: [
          'Collecting is free. If it is in the shop you choose it is usually ready the same day; if we bring it from elsewhere, we tell you the day before you pay.',
          'Come when you have our notice: we only send it once a person has set it aside in your name. Show the code or the QR on your order page. We keep it for seven days.',
        ],
      },
      {
        title: 'At home',
        text: [
          'We deliver to all of Spain. Price and dates appear when you type your postal code, before you pay. Orders of the morning leave the same working day.',
        ],
      },
      {
        title: 'If something is missing',
        text: [
          'If a unit cannot be found we write to you before you leave home and you choose: another shop, bringing it to yours, delivery, or your money back.',
        ],
      },
    ],
  },
  returns: {
    es: [
      {
        title: '30 días, en cualquier tienda',
        text: [
          'Puedes devolver lo que no te convenza durante 30 días desde que lo tienes, con su etiqueta y sin usar, en cualquiera de las cinco tiendas, lo hayas comprado en la web o en otra tienda.',
          'Te devolvemos lo que pagaste por ese artículo, con su parte de los descuentos, a la misma tarjeta o en efectivo si pagaste en efectivo.',
        ],
      },
      {
        title: 'Desistimiento',
        text: [
          'Si compraste a distancia, tienes además 14 días naturales para desistir sin dar motivo. Basta con decírnoslo por correo o desde la página del pedido mientras no haya salido.',
        ],
      },
      {
        title: 'Lo que no se puede devolver',
        text: ['Por higiene, los alimentos y el jabón abiertos. Si llegan mal, te los cambiamos siempre.'],
      },
    ],
    en: [
      {
        title: '30 days, in any shop',
        text: [
          'You can return what does not convince you within 30 days of having it, with its label and unused, in any of the five shops, whether you bought it on the web or in another shop.',
          'We give back what you paid for that item, with its share of the discounts, to the same card, or in cash if you paid in cash.',
        ],
      },
      {
        title: 'Right of withdrawal',
        text: [
          'If you bought at a distance you also have 14 calendar days to withdraw without giving a reason. Tell us by mail, or cancel on the order page while it has not left.',
        ],
      },
      {
        title: 'What cannot be returned',
        text: ['For hygiene, opened food and soap. If they arrive damaged we always replace them.'],
      },
    ],
  },
  care: {
    es: [
      {
        title: 'Lavar',
        text: [
          'A 30 °C con colores parecidos y poco detergente. El lino se ablanda con cada lavado; la secadora lo endurece y lo encoge.',
        ],
      },
      {
        title: 'Secar y planchar',
        text: [
          'Tiéndelo a la sombra bien sacudido y casi no hará falta plancha. Si planchas, en húmedo y por el revés.',
        ],
      },
      {
        title: 'Manchas',
        text: ['Vino y salsa: agua fría cuanto antes y jabón neutro. Nada de lejía: amarillea la fibra.'],
      },
    ],
    en: [
      {
        title: 'Washing',
        text: [
          'At 30 °C with similar colours and little detergent. Linen softens with each wash; a dryer makes it stiff and shrinks it.',
        ],
      },
      {
        title: 'Drying and ironing',
        text: [
          'Shake it well and hang it in the shade and it will hardly need an iron. If you iron, do it damp and on the reverse.',
        ],
      },
      {
        title: 'Stains',
        text: ['Wine and sauce: cold water as soon as you can, and plain soap. Never bleach: it yellows the fibre.'],
      },
    ],
  },
  contact: {
    es: [
      {
        text: [
          'Escríbenos a hola@linoysal.example o llama a tu tienda en su horario; cualquiera de ellas ve tu pedido. Respondemos los correos en un día laborable.',
        ],
      },
      {
        title: 'Ten a mano',
        text: ['El número de pedido, que empieza por H, o el correo con el que compraste. Con eso basta.'],
      },
    ],
    en: [
      {
        text: [
          'Write to hola@linoysal.example or call your shop in its opening hours; any of them can see your order. We answer mail within one working day.',
        ],
      },
      {
        title: 'Have at hand',
        text: ['The order number, which begins with H, or the e-mail you bought with. That is enough.'],
      },
    ],
  },
  terms: {
    es: [
      {
        title: 'Precio',
        text: [
          'Los precios incluyen el IVA. Junto a un precio rebajado figura el más bajo de los 30 días anteriores. El total que confirmas al pagar es el que se cobra; si cambia antes, te lo preguntamos.',
        ],
      },
      {
        title: 'Pedido',
        text: [
          'El contrato se cierra cuando aceptamos el pago y ves tu número de pedido. Desde ese momento los artículos están apartados para ti.',
        ],
      },
      {
        title: 'Pago',
        text: [
          'Con tarjeta en la página segura del proveedor de pagos; Lino y Sal no ve ni guarda tu número. En tienda, también en efectivo.',
        ],
      },
      { title: 'Garantía', text: ['Tres años de garantía legal para todos los artículos, en cualquier tienda.'] },
    ],
    en: [
      {
        title: 'Price',
        text: [
          'Prices include VAT. Beside a lowered price stands the lowest of the previous 30 days. The total you confirm is the total that is charged; should it change before, we ask you.',
        ],
      },
      {
        title: 'Order',
        text: [
          'The contract is made when we accept the payment and you see your order number. From then on the items are kept for you.',
        ],
      },
      {
        title: 'Payment',
        text: [
          'By card on the payment provider’s secure page; Lino y Sal neither sees nor keeps your number. In the shops, in cash as well.',
        ],
      },
      { title: 'Guarantee', text: ['Three years of legal guarantee on every item, in any shop.'] },
    ],
  },
  privacy: {
    es: [
      {
        title: 'Qué guardamos y para qué',
        text: [
          'Tu nombre, correo, teléfono y dirección, para entregarte lo que compras y atenderte después. Tus pedidos, lo que exige la ley (seis años).',
          'Solo te escribimos con novedades si marcaste la casilla. Guardamos la frase que aceptaste y el día, y puedes darte de baja en tu cuenta o en cada correo.',
        ],
      },
      {
        title: 'Tus derechos',
        text: [
          'Acceder, corregir, llevarte o borrar tus datos: desde tu cuenta o escribiendo a hola@linoysal.example. Si no te respondemos bien, puedes acudir a la Agencia Española de Protección de Datos.',
        ],
      },
    ],
    en: [
      {
        title: 'What we keep and why',
        text: [
          'Your name, e-mail, phone and address, to hand you what you buy and to look after you later. Your orders, as long as the law asks (six years).',
          'We only send you news if you ticked the box. We keep the sentence you agreed to and the day, and you can unsubscribe in your account or in every mail.',
        ],
      },
      {
        title: 'Your rights',
        text: [
          'To see, correct, take along or erase your data: from your account or by writing to hola@linoysal.example. If our answer does not satisfy you, you can turn to the Spanish data protection agency (AEPD).',
        ],
      },
    ],
  },
  cookies: {
    es: [
      {
        text: [
          'Esta tienda usa solo cookies propias y necesarias, por eso no te pide permiso: una guarda tu cesta (hilo_cart), otra cuántos artículos tiene (hilo_units), otra tu sesión si entras (hilo_customer), otra tu código postal si lo escribes (hilo_near) y otra el aviso que acabas de ver (hilo_flash, un minuto). No hay cookies de terceros ni de publicidad.',
        ],
      },
    ],
    en: [
      {
        text: [
          'This shop uses only its own, necessary cookies, so it asks for no permission: one keeps your basket (hilo_cart), one how many items it has (hilo_units), one your session if you sign in (hilo_customer), one your postal code if you type it (hilo_near) and one the notice you just saw (hilo_flash, one minute). There are no third-party or advertising cookies.',
        ],
      },
    ],
  },
  imprint: {
    es: [
      {
        text: [
          'Lino y Sal es un comercio imaginario que muestra cómo funciona Hilo. Sus direcciones, teléfonos y personas son inventados; los correos @linoysal.example no existen.',
          'Hilo es software libre con licencia Apache 2.0. Tipografías: Instrument Sans y Newsreader, con licencia SIL Open Font License.',
        ],
      },
    ],
    en: [
      {
        text: [
          'Lino y Sal is an imaginary retailer that shows how Hilo works. Its addresses, phone numbers and people are invented; the mailboxes at linoysal.example do not exist.',
          'Hilo is free software under the Apache 2.0 licence. Typefaces: Instrument Sans and Newsreader, under the SIL Open Font License.',
        ],
      },
    ],
  },
}
