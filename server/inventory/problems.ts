import { defineProblems } from '#platform/problems'

/** Every refusal of the stock. */
export const inventoryProblems = defineProblems('inventory', {
  atp_short: {
    status: 409,
    retry: 'after_change',
    title: 'Not enough units are free',
    titleEs: 'No hay bastantes unidades libres',
    remedy: 'Take fewer units, or from another place.',
    remedyEs: 'Elige menos unidades u otro lugar.',
  },
  not_allocated: {
    status: 409,
    retry: 'after_reload',
    title: 'These units are not allocated to the order',
    titleEs: 'Estas unidades no están asignadas al pedido',
  },
  unknown_location: { status: 404, retry: 'never', title: 'There is no such place', titleEs: 'Ese lugar no existe' },
  unknown_variant: {
    status: 404,
    retry: 'never',
    title: 'There is no such variant',
    titleEs: 'Esa variante no existe',
  },
  location_closed: {
    status: 409,
    retry: 'after_change',
    title: 'This place is closed',
    titleEs: 'Este lugar está cerrado',
  },
  same_location: {
    status: 422,
    retry: 'after_change',
    title: 'A transfer needs two different places',
    titleEs: 'Un traslado necesita dos lugares distintos',
    remedy: 'Choose another place.',
    remedyEs: 'Elige otro lugar.',
  },
  lane_twice: {
    status: 422,
    retry: 'after_change',
    title: 'The same way between two places is named twice',
    titleEs: 'El mismo camino entre dos lugares aparece dos veces',
  },
  transfer_not_found: {
    status: 404,
    retry: 'never',
    title: 'There is no such transfer',
    titleEs: 'Ese traslado no existe',
  },
  transfer_state: {
    status: 409,
    retry: 'after_reload',
    title: 'The transfer is not in a state that allows this',
    titleEs: 'El traslado no está en un estado que lo permita',
  },
  transfer_serves_order: {
    status: 409,
    retry: 'after_change',
    title: 'A customer waits for this transfer',
    titleEs: 'Un cliente espera este traslado',
    remedy: 'Report the units as missing at the order instead; the customer then chooses.',
    remedyEs: 'Marca las unidades como faltantes en el pedido; el cliente elegirá.',
  },
  transfer_received: {
    status: 422,
    retry: 'after_change',
    title: 'More units were counted in than were sent',
    titleEs: 'Se cuentan más unidades de las enviadas',
    remedy: 'Receive what was sent, then receive the rest as goods without a transfer.',
    remedyEs: 'Recibe lo enviado y después da entrada al resto sin traslado.',
  },
  conflict_not_found: {
    status: 404,
    retry: 'never',
    title: 'There is no such conflict',
    titleEs: 'Ese conflicto no existe',
  },
  conflict_settled: {
    status: 409,
    retry: 'after_reload',
    title: 'The conflict is settled already',
    titleEs: 'El conflicto ya está resuelto',
  },
  conflict_still_open: {
    status: 409,
    retry: 'after_change',
    title: 'The figures do not bear it yet: more is promised than is there',
    titleEs: 'Las cifras no lo permiten aún: hay más prometido que existencias',
    remedy: 'Report the missing units at one of the named orders, or correct the count.',
    remedyEs: 'Marca las unidades que faltan en uno de los pedidos nombrados o corrige el recuento.',
  },
})
