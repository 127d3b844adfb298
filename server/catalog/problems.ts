import { defineProblems } from '#platform/problems'

/** Every refusal of this module. */
export const catalogProblems = defineProblems('catalog', {
  product_not_found: {
    status: 404,
    retry: 'never',
    title: 'This product does not exist',
    titleEs: 'Este producto no existe',
  },
  collection_not_found: {
    status: 404,
    retry: 'never',
    title: 'This collection does not exist',
    titleEs: 'Esta colección no existe',
  },
  channel_not_found: {
    status: 404,
    retry: 'never',
    title: 'This channel does not exist',
    titleEs: 'Este canal no existe',
  },
  picture_not_found: {
    status: 404,
    retry: 'never',
    title: 'There is no such picture',
    titleEs: 'No existe esa imagen',
  },
  code_unknown: {
    status: 404,
    retry: 'never',
    title: 'No article has this code',
    titleEs: 'Ningún artículo tiene este código',
    remedy: 'Check the code, or search by name.',
    remedyEs: 'Comprueba el código o busca por nombre.',
  },
  handle_taken: {
    status: 409,
    retry: 'after_change',
    title: 'Another product has this address',
    titleEs: 'Otro producto tiene esta dirección',
    remedy: 'Choose another handle.',
    remedyEs: 'Elige otra dirección.',
  },
  sku_taken: {
    status: 409,
    retry: 'after_change',
    title: 'Another variant has this SKU',
    titleEs: 'Otra variante tiene este SKU',
    remedy: 'Each variant needs a SKU of its own.',
    remedyEs: 'Cada variante necesita un SKU propio.',
  },
  gtin_taken: {
    status: 409,
    retry: 'after_change',
    title: 'Another variant has this barcode',
    titleEs: 'Otra variante tiene este código de barras',
    remedy: 'Check the barcode on the label.',
    remedyEs: 'Comprueba el código en la etiqueta.',
  },
  options_mismatch: {
    status: 422,
    retry: 'after_change',
    title: 'A variant does not fit the options',
    titleEs: 'Una variante no encaja con las opciones',
    remedy: 'Give each variant one listed value per option, and no combination twice.',
    remedyEs: 'Da a cada variante un valor de cada opción, sin repetir combinaciones.',
  },
  width_unknown: {
    status: 422,
    retry: 'after_change',
    title: 'Pictures are not served in this width',
    titleEs: 'Las imágenes no se sirven con este ancho',
  },
  picture_refused: {
    status: 422,
    retry: 'after_change',
    title: 'This file is not a picture we can use',
    titleEs: 'Este fichero no es una imagen que podamos usar',
    remedy: 'Use a JPEG, PNG, WebP or AVIF of up to 20 MB and 50 megapixels.',
    remedyEs: 'Usa un JPEG, PNG, WebP o AVIF de hasta 20 MB y 50 megapíxeles.',
  },
  collection_circle: {
    status: 422,
    retry: 'after_change',
    title: 'A collection cannot stand below itself',
    titleEs: 'Una colección no puede estar debajo de sí misma',
  },
})
