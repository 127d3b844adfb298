import { defineProblems } from '#platform/problems'

export const customerProblems = defineProblems('customers', {
  identity_invalid: {
    status: 422,
    retry: 'after_change',
    title: 'This is not a mail address or phone number we can reach',
    titleEs: 'No es un correo o un teléfono al que podamos llegar',
  },
  identity_missing: {
    status: 422,
    retry: 'after_change',
    title: 'Give a mail address or a phone number',
    titleEs: 'Indica un correo o un teléfono',
  },
  identity_taken: {
    status: 409,
    retry: 'after_change',
    title: 'This belongs to another person; link the two if they are one',
    titleEs: 'Pertenece a otra persona; enlaza las dos si son la misma',
  },
  last_identity: {
    status: 409,
    retry: 'never',
    title: 'The last way to recognize this person must stay',
    titleEs: 'Tiene que quedar una forma de reconocer a esta persona',
  },
  already_linked: {
    status: 409,
    retry: 'never',
    title: 'These two already count as one person',
    titleEs: 'Estas dos fichas ya cuentan como una persona',
  },
  not_linked: {
    status: 409,
    retry: 'never',
    title: 'This link was undone before',
    titleEs: 'Este enlace ya estaba deshecho',
  },
  erased: { status: 410, retry: 'never', title: 'This person was erased', titleEs: 'Esta persona fue borrada' },
  code_refused: {
    status: 401,
    retry: 'after_change',
    title: 'The code is not right or no longer good',
    titleEs: 'El código no es correcto o ya no vale',
  },
  too_many_codes: {
    status: 429,
    retry: 'later',
    title: 'Too many codes were asked for; wait a little',
    titleEs: 'Se han pedido demasiados códigos; espera un poco',
  },
})
