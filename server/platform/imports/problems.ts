import { defineProblems } from '../problems.ts'

/** Why a whole file is refused; what is wrong with single rows is listed with the run. */
export const importProblems = defineProblems('imports', {
  format_unknown: {
    status: 422,
    retry: 'after_change',
    title: 'The columns of this file are of no format Hilo knows',
    titleEs: 'Las columnas de este fichero no son de ningún formato que Hilo conozca',
    remedy: 'Compare the first line with the example of the format, or name the format.',
    remedyEs: 'Compara la primera línea con el ejemplo del formato, o indica el formato.',
  },
  file_empty: {
    status: 422,
    retry: 'after_change',
    title: 'The file holds no rows',
    titleEs: 'El fichero no tiene filas',
  },
  file_missing: {
    status: 422,
    retry: 'after_change',
    title: 'There is no such file',
    titleEs: 'No existe ese fichero',
    remedy: 'Check the path.',
    remedyEs: 'Comprueba la ruta.',
  },
  file_broken: {
    status: 422,
    retry: 'after_change',
    title: 'The file cannot be read to its end',
    titleEs: 'El fichero no se puede leer hasta el final',
    remedy: 'Look at the line that is named; often a quotation mark is not closed.',
    remedyEs: 'Mira la línea indicada; muchas veces hay unas comillas sin cerrar.',
  },
  running: {
    status: 409,
    retry: 'later',
    title: 'This file is being imported at the moment',
    titleEs: 'Este fichero se está importando ahora mismo',
  },
  run_not_found: {
    status: 404,
    retry: 'never',
    title: 'There is no such import',
    titleEs: 'No existe esa importación',
  },
  not_startable: {
    status: 409,
    retry: 'after_reload',
    title: 'This import has already been started',
    titleEs: 'Esta importación ya se ha iniciado',
  },
  upload_missing: {
    status: 422,
    retry: 'after_change',
    title: 'The request brings no file',
    titleEs: 'La petición no trae ningún fichero',
  },
})
