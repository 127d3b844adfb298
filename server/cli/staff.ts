import { createMember, findMemberByEmail, listMembers, type MemberRow, resetPassword } from '#staff'
import { systemClock } from '../platform/clock.ts'
import { loadConfig } from '../platform/config.ts'
import type { Db } from '../platform/db.ts'
import { SetupError } from '../platform/postgres/index.ts'
import { sql } from '../platform/sql.ts'
import { type Command, type CommandContext, textArg } from './command.ts'
import { withDatabase } from './database.ts'

const roles = ['owner', 'manager', 'counter', 'service', 'stock'] as const
/** Whoever may run commands on this machine stands above every role. */
const cli = { kind: 'system', name: 'cli' } as const

/** `hilo staff`: who works here; lets people in and back in. */
export const command: Command = {
  name: 'staff',
  about: { es: 'Personal: lista, altas y claves nuevas', en: 'Staff: list, add and new passwords' },
  args: {
    action: {
      type: 'positional',
      options: ['list', 'add', 'reset'],
      about: { es: 'Qué hacer', en: 'What to do' },
    },
    email: {
      type: 'positional',
      required: false,
      hint: 'EMAIL',
      about: { es: 'De quién (para add y reset)', en: 'Whose (for add and reset)' },
    },
    name: { type: 'string', about: { es: 'Nombre (para add)', en: 'Name (for add)' } },
    role: { type: 'enum', options: roles, about: { es: 'Puesto (para add)', en: 'Role (for add)' } },
    places: {
      type: 'string',
      hint: 'CODE,…',
      about: {
        es: 'Códigos de sus lugares, separados por comas; sin esto, todos',
        en: 'Codes of their places, separated by commas; without it, all',
      },
    },
  },
  examples: [
    'hilo staff list',
    'hilo staff add lucia@tienda.example --name "Lucía Prats" --role counter --places VLC',
    'hilo staff reset lucia@tienda.example',
  ],
  run: (context) =>
    withDatabase(loadConfig(context.env), async ({ db }) => {
      if (context.args.action === 'list') await list(db, context)
      else if (context.args.action === 'add') await add(db, context)
      else await reset(db, context)
      return undefined
    }),
}

async function list(db: Db, { lang, terminal }: CommandContext): Promise<void> {
  const members = await listMembers(db)
  const cells = members.map((member) => [member.email, member.role, member.name, state(member, lang === 'es')])
  const widths = [0, 1, 2].map((at) => Math.max(0, ...cells.map((row) => row[at]?.length ?? 0)))
  for (const row of cells)
    terminal.say(
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}

function state({ status, passwordMustChange }: MemberRow, es: boolean): string {
  if (status === 'disabled') return es ? 'de baja' : 'disabled'
  if (passwordMustChange) return es ? 'aún no ha elegido clave' : 'has not chosen a password yet'
  return ''
}

async function add(db: Db, { args, lang, terminal }: CommandContext): Promise<void> {
  const [email, name, role] = [textArg(args, 'email'), textArg(args, 'name'), textArg(args, 'role')]
  if (!email?.includes('@') || !name || !isRole(role)) throw incomplete()
  const codes = textArg(args, 'places')
    ?.split(',')
    .map((code) => code.trim())
  const locationIds = codes ? await placesOf(db, codes) : []
  const member = { email, name, role, language: lang, allPlaces: codes === undefined, locationIds }
  const { oneTimePassword } = await db.transaction((tx) => createMember(tx, systemClock, cli, member))
  sayPassword(terminal, { email, oneTimePassword }, lang === 'es')
}

async function reset(db: Db, { args, lang, terminal }: CommandContext): Promise<void> {
  const email = textArg(args, 'email')
  if (!email) throw incomplete()
  const member = await findMemberByEmail(db, email)
  if (!member) throw unknown(email)
  const { oneTimePassword } = await db.transaction((tx) => resetPassword(tx, systemClock, cli, member.id))
  sayPassword(terminal, { email, oneTimePassword }, lang === 'es')
}

function sayPassword(
  terminal: CommandContext['terminal'],
  { email, oneTimePassword }: { email: string; oneTimePassword: string },
  es: boolean,
): void {
  terminal.say(`${email}  ${oneTimePassword}`)
  terminal.warn(
    es
      ? 'Clave de un solo uso; vale tres días y no se vuelve a mostrar.'
      : 'A password that works once; good for three days and not shown again.',
  )
}

function isRole(role: string | undefined): role is (typeof roles)[number] {
  return roles.some((known) => known === role)
}

async function placesOf(db: Db, codes: readonly string[]): Promise<string[]> {
  const found = await db.many<{ id: string; code: string }>(
    sql`select id, code from inventory.location where code = any(${codes}::text[])`,
  )
  const missing = codes.filter((code) => !found.some((place) => place.code === code))
  if (missing.length === 0) return found.map(({ id }) => id)
  throw new SetupError('refused', {
    es: `No hay ningún lugar con el código ${missing.join(', ')}. No se ha añadido a nadie.`,
    en: `There is no place with the code ${missing.join(', ')}. Nobody was added.`,
  })
}

function incomplete(): SetupError {
  return new SetupError('usage', {
    es: 'Falta algo. Alta: hilo staff add CORREO --name "Nombre" --role counter. Clave nueva: hilo staff reset CORREO.',
    en: 'Something is missing. Add: hilo staff add EMAIL --name "Name" --role counter. New password: hilo staff reset EMAIL.',
  })
}

function unknown(email: string): SetupError {
  return new SetupError('refused', {
    es: `No hay nadie con el correo ${email}. hilo staff list muestra a todos.`,
    en: `There is nobody with the mail ${email}. hilo staff list shows everybody.`,
  })
}
