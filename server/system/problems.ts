import { defineProblems } from '#platform/problems'

export const systemProblems = defineProblems('system', {
  run_not_found: {
    status: 404,
    retry: 'never',
    title: 'There is no such run of the law checks',
    titleEs: 'No hay esa comprobación de las leyes',
  },
  token_needed: {
    status: 401,
    retry: 'after_change',
    title: 'The metrics need their token',
    titleEs: 'Las métricas necesitan su clave',
    remedy: 'Send “Authorization: Bearer …” with the value of HILO_METRICS_TOKEN.',
    remedyEs: 'Manda «Authorization: Bearer …» con el valor de HILO_METRICS_TOKEN.',
  },
})
