import { defineProblems } from '#platform/problems'

/** Every refusal of the payments module. */
export const paymentProblems = defineProblems('payments', {
  tenders_do_not_match: {
    status: 422,
    retry: 'after_change',
    title: 'The tenders do not add up to the amount',
    titleEs: 'Los pagos no suman el importe',
    remedy: 'Offer tenders of exactly the amount that is due.',
    remedyEs: 'Indica pagos por exactamente el importe pendiente.',
  },
  cash_too_little: {
    status: 422,
    retry: 'after_change',
    title: 'The cash handed over is less than its part',
    titleEs: 'El efectivo entregado es menos que su parte',
  },
  declined: {
    status: 402,
    retry: 'after_change',
    title: 'The payment was declined',
    titleEs: 'El pago ha sido rechazado',
    remedy: 'Try another card. Nothing was charged and your goods stay held for now.',
    remedyEs: 'Prueba con otra tarjeta. No se ha cobrado nada y tus artículos siguen reservados por ahora.',
  },
  nothing_due: {
    status: 409,
    retry: 'after_reload',
    title: 'Nothing is due on this order',
    titleEs: 'No queda nada por pagar en este pedido',
  },
  refund_too_high: {
    status: 409,
    retry: 'after_reload',
    title: 'More would be given back than was taken',
    titleEs: 'Se devolvería más de lo cobrado',
  },
  provider_unknown: {
    status: 404,
    retry: 'never',
    title: 'No payment provider has this name',
    titleEs: 'Ningún proveedor de pago tiene este nombre',
  },
  signature_wrong: {
    status: 401,
    retry: 'never',
    title: 'The signature of this notice is not right',
    titleEs: 'La firma de este aviso no es correcta',
  },
  not_found: { status: 404, retry: 'never', title: 'No such payment', titleEs: 'No existe ese pago' },
  attention_settled: {
    status: 409,
    retry: 'after_reload',
    title: 'This payment no longer needs a decision',
    titleEs: 'Este pago ya no necesita una decisión',
  },
})
