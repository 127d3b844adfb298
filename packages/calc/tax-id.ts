/** Tax numbers: who issues a receipt is known to the authorities by one. */

const nifLetters = 'TRWAGMYFPDXBNJZSQVHLCKE'
const companyLetters = 'JABCDEFGHI'

/** A tax number as it is written down: capitals, without spaces, dots and dashes. */
export function normalizeTaxId(typed: string): string {
  return typed.toUpperCase().replace(/[\s.-]/g, '')
}

/**
 * Whether a normalized text is a Spanish NIF with its right control character: of a person (DNI, NIE) by the remainder of 23, of a
 * company by the digits in turn (RD 1065/2007, art. 18 to 27; Orden EHA/451/2008).
 */
export function isNif(text: string): boolean {
  const person = /^([XYZ]?)(\d{7,8})([A-Z])$/.exec(text)
  if (person?.[2] && `${person[1]}${person[2]}`.length === 8) {
    const prefix = person[1] ? 'XYZ'.indexOf(person[1]) : ''
    return nifLetters[Number(`${prefix}${person[2]}`) % 23] === person[3]
  }
  const company = /^([ABCDEFGHJNPQRSUVW])(\d{7})([0-9A-J])$/.exec(text)
  if (!company?.[1] || !company[2] || !company[3]) return false
  let sum = 0
  for (const [at, sign] of [...company[2]].entries()) {
    const doubled = Number(sign) * (at % 2 === 0 ? 2 : 1)
    sum += Math.floor(doubled / 10) + (doubled % 10)
  }
  const control = (10 - (sum % 10)) % 10
  // Foreign companies, public bodies and religious ones have a letter; stock corporations and the like a digit; others either.
  if (/[NPQRSW]/.test(company[1])) return company[3] === companyLetters[control]
  if (/[ABEH]/.test(company[1])) return company[3] === String(control)
  return company[3] === String(control) || company[3] === companyLetters[control]
}

/**
 * Whether a normalized text can stand on a receipt as its issuer's tax number: a Spanish NIF, also behind ES, is checked to its control
 * character; the VAT number of another country, behind its code, by its form alone.
 */
export function isTaxId(text: string): boolean {
  if (isNif(text)) return true
  if (text.startsWith('ES')) return isNif(text.slice(2))
  return /^[A-Z]{2}[0-9A-Z]{6,13}$/.test(text) && /\d/.test(text)
}
