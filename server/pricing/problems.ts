import { defineProblems } from '#platform/problems'

/** Every refusal of this module. */
export const pricingProblems = defineProblems('pricing', {
  no_price: {
    status: 422,
    retry: 'after_reload',
    title: 'This article has no price on this channel',
    titleEs: 'Este artículo no tiene precio en este canal',
    remedy: 'Give it a price in the console, or sell another variant.',
    remedyEs: 'Ponle precio en la consola o vende otra variante.',
  },
  variant_unknown: {
    status: 422,
    retry: 'after_reload',
    title: 'This article does not exist',
    titleEs: 'Este artículo no existe',
  },
  no_price_list: {
    status: 422,
    retry: 'after_change',
    title: 'There is no such price list',
    titleEs: 'No existe esa tarifa',
    remedy: 'Choose one of the price lists in the console.',
    remedyEs: 'Elige una de las tarifas de la consola.',
  },
  no_tax_rate: {
    status: 422,
    retry: 'after_change',
    title: 'No tax rate is known for this place and class',
    titleEs: 'No hay tipo de impuesto para este lugar y esta clase',
  },
  markdown_not_lower: {
    status: 422,
    retry: 'after_change',
    title: 'A lowered price must be below the price',
    titleEs: 'Un precio rebajado debe ser menor que el precio',
  },
  markdown_window: {
    status: 422,
    retry: 'after_change',
    title: 'The markdown ends before it begins',
    titleEs: 'La rebaja acaba antes de empezar',
  },
  coupon_used_up: {
    status: 409,
    retry: 'after_reload',
    title: 'This code has been used as often as it can be',
    titleEs: 'Este código ya se ha usado todas las veces posibles',
    remedy: 'Look at the total again without it.',
    remedyEs: 'Mira de nuevo el total sin él.',
  },
  coupon_taken: {
    status: 409,
    retry: 'after_change',
    title: 'Another promotion has this code',
    titleEs: 'Otra promoción tiene este código',
  },
  promotion_not_found: {
    status: 404,
    retry: 'never',
    title: 'This promotion does not exist',
    titleEs: 'Esta promoción no existe',
  },
  promotion_invalid: {
    status: 422,
    retry: 'after_change',
    title: 'Something is missing in this promotion',
    titleEs: 'A esta promoción le falta algo',
  },
  availability_unknown: {
    status: 422,
    retry: 'after_change',
    title: 'This list cannot be narrowed to what is in stock',
    titleEs: 'Esta lista no se puede limitar a lo que hay',
  },
})
