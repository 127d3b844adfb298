import { defineProblems } from '#platform/problems'

export const staffProblems = defineProblems('staff', {
  // One refusal for an unknown mail, a wrong password and a dismissed person: the answer must not tell which.
  login_refused: {
    status: 401,
    retry: 'after_change',
    title: 'Mail or password is not right',
    titleEs: 'El correo o la contraseña no son correctos',
  },
  code_refused: {
    status: 401,
    retry: 'after_change',
    title: 'The code is not right',
    titleEs: 'El código no es correcto',
  },
  passkey_refused: {
    status: 401,
    retry: 'after_change',
    title: 'The passkey was not accepted',
    titleEs: 'La llave de acceso no se ha aceptado',
  },
  challenge_over: {
    status: 409,
    retry: 'after_reload',
    title: 'This step took too long; begin it again',
    titleEs: 'Este paso ha caducado; empieza de nuevo',
  },
  step_missing: {
    status: 401,
    retry: 'after_change',
    title: 'Log in with mail and password first',
    titleEs: 'Entra primero con correo y contraseña',
  },
  one_time_password_over: {
    status: 401,
    retry: 'after_change',
    title: 'The one-time password has expired',
    titleEs: 'La contraseña de un solo uso ha caducado',
    remedy: 'Ask your manager for a new one, or run: hilo staff reset MAIL',
    remedyEs: 'Pide otra a tu responsable o ejecuta: hilo staff reset CORREO',
  },
  too_many_attempts: {
    status: 429,
    retry: 'later',
    title: 'Too many failed attempts; wait a little',
    titleEs: 'Demasiados intentos fallidos; espera un poco',
  },
  password_weak: {
    status: 422,
    retry: 'after_change',
    title: 'This password is too easy to guess',
    titleEs: 'Esta contraseña se adivina con facilidad',
    remedy: 'Use 12 characters or more; three or four unrelated words are good.',
    remedyEs: 'Usa 12 caracteres o más; tres o cuatro palabras sin relación van bien.',
  },
  password_same: {
    status: 422,
    retry: 'after_change',
    title: 'The new password must differ from the old one',
    titleEs: 'La contraseña nueva tiene que ser distinta de la anterior',
  },
  confirm_first: {
    status: 403,
    retry: 'after_change',
    title: 'Confirm that it is you',
    titleEs: 'Confirma que eres tú',
    remedy: 'POST /api/staff/confirm with your password or a code, then try again.',
    remedyEs: 'Haz POST /api/staff/confirm con tu contraseña o un código y repite.',
  },
  email_taken: {
    status: 409,
    retry: 'after_change',
    title: 'Somebody else has this mail address',
    titleEs: 'Otra persona ya tiene este correo',
  },
  above_you: {
    status: 403,
    retry: 'never',
    title: 'Your role may not manage this person',
    titleEs: 'Tu rol no puede gestionar a esta persona',
  },
  last_owner: {
    status: 409,
    retry: 'never',
    title: 'The last active owner must stay',
    titleEs: 'Tiene que quedar al menos una persona propietaria activa',
  },
  last_factor: {
    status: 409,
    retry: 'never',
    title: 'This house requires a second factor; add another before removing this one',
    titleEs: 'Aquí el segundo factor es obligatorio; añade otro antes de quitar este',
  },
  unknown_scope: {
    status: 422,
    retry: 'after_change',
    title: 'No route knows this scope',
    titleEs: 'Ninguna ruta conoce este permiso',
  },
  unknown_channel: {
    status: 422,
    retry: 'after_change',
    title: 'There is no such channel',
    titleEs: 'Ese canal no existe',
  },
  api_key_refused: {
    status: 401,
    retry: 'never',
    title: 'This API key is unknown, expired or revoked',
    titleEs: 'Esta clave de API no existe, ha caducado o se ha anulado',
  },
})
