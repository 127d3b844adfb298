import type { Contact } from '@hilo/contract'
import { parsePhoneNumberFromString } from 'libphonenumber-js'
import { orderProblems } from './problems.ts'

/**
 * A contact as it is kept: mail in lower case, telephone in E.164 (Spanish when it names no country), name without edges.
 * @throws Problem orders.phone_invalid
 */
export function normalizeContact({ name, email, phone }: Contact): Contact {
  return {
    name: name.trim(),
    email: email.trim().toLowerCase(),
    phone: phone.trim() === '' ? '' : normalizePhone(phone),
  }
}

/** @throws Problem orders.phone_invalid */
export function normalizePhone(text: string): string {
  const parsed = parsePhoneNumberFromString(text, 'ES')
  if (!parsed?.isValid()) throw orderProblems.phone_invalid({ parameter: 'contact.phone' })
  return parsed.number
}

/** Enough to recognise a contact, too little to use it: "m•••@correo.es", "••• 123". */
export function contactHint({ email, phone }: Contact): string {
  if (email !== '') return email.replace(/^(.)[^@]*/, '$1•••')
  return phone === '' ? '' : `••• ${phone.slice(-3)}`
}
