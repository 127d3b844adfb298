/** The frame of the API's readable page in Spanish: its introduction and the names of its parts. Operations stay in English. */
type Document = { info?: object; tags?: readonly { name?: string }[] }

const about = `Un cliente, un stock, un precio, un pedido, una conversación.

*La introducción y los nombres de las partes están en español; los textos de cada operación, en inglés, como sus nombres en el código.*

El dinero va en unidades menores con su moneda; las horas, en UTC. Las listas dan páginas: pasa el \`next\` de una respuesta como \`cursor\`.

Cada POST, PUT, PATCH y DELETE lleva una \`Idempotency-Key\`: la misma clave con el mismo cuerpo recibe la misma respuesta durante al menos
24 horas, también cuando la primera respuesta se perdió; otro cuerpo con la misma clave se rechaza con 422. Una respuesta repetida lleva
la cabecera \`Idempotency-Replayed: true\`.

Los rechazos son problemas (RFC 9457) con un \`code\` estable; \`GET /api/problems\` los enumera todos.`

const parts: Readonly<Record<string, string>> = {
  System: 'Sistema',
  Webhooks: 'Webhooks',
  'Staff login': 'Entrada del equipo',
  'Staff, oneself': 'Equipo: uno mismo',
  Staff: 'Equipo',
  'API keys': 'Claves de API',
  Audit: 'Quién hizo qué',
  Imports: 'Importaciones',
  'Shop: products': 'Tienda: productos',
  Products: 'Productos',
  'Counter: products': 'Mostrador: productos',
  Prices: 'Precios',
  Promotions: 'Promociones',
  'Shop account': 'Tienda: cuenta',
  Customers: 'Clientes',
  Inventory: 'Existencias',
  Payments: 'Pagos',
  Fulfillment: 'Preparación y entrega',
  Carts: 'Cestas',
  Counter: 'Mostrador',
  Orders: 'Pedidos',
  Channel: 'Canales',
}

/** Names of the page's parts that have no Spanish yet: what a test asks, so that a new module cannot forget it. */
export function partsWithoutSpanish({ tags = [] }: Document): string[] {
  return tags.flatMap(({ name = '' }) => (name in parts ? [] : [name]))
}

/** The same document with its introduction and its parts in Spanish; tags keep their names, by which software groups. */
export function inSpanish<T extends Document>(document: T): T {
  const tags = document.tags?.map((tag) => ({ ...tag, 'x-displayName': parts[tag.name ?? ''] ?? tag.name }))
  return {
    ...document,
    info: { ...document.info, title: 'API de Hilo', description: about },
    ...(tags ? { tags } : {}),
  }
}
