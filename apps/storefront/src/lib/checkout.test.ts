import { describe, expect, test } from 'vitest'
import { changesOf, checkValues, deliveryOf, errorsOfProblem, valuesOfForm } from './checkout.ts'

const form = (fields: Record<string, string>) => {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  return valuesOfForm(data)
}
const person = { name: 'Marta Ibáñez', email: 'marta@correo.example' }

describe('the checkout form', () => {
  test('says what is missing, field by field, in the language of the page', () => {
    expect(checkValues(form({}), 'es')).toEqual({
      name: 'Escribe tu nombre, para entregártelo a ti.',
      email: 'Escribe tu correo: ahí va la confirmación.',
      kind: 'Elige si lo recoges o te lo llevamos.',
    })
    expect(checkValues(form({ ...person, email: 'marta@', kind: 'pickup' }), 'en')).toEqual({
      email: 'This e-mail is not complete. It looks like this: name@mail.com',
      place: 'Choose the shop where you collect it.',
    })
    expect(Object.keys(checkValues(form({ ...person, kind: 'delivery', postalCode: '4600' }), 'es'))).toEqual([
      'line1',
      'postalCode',
      'city',
    ])
  })
  test('a complete form has no errors, and spaces in the postal code are forgiven', () => {
    const values = form({ ...person, kind: 'delivery', line1: 'Calle Mayor 1', postalCode: '46 001', city: 'València' })
    expect(checkValues(values, 'es')).toEqual({})
    expect(deliveryOf(values)).toMatchObject({
      kind: 'delivery',
      address: { postalCode: '46001', country: 'ES', name: 'Marta Ibáñez' },
    })
  })
  test('an incomplete address is no delivery choice yet', () => {
    expect(deliveryOf(form({ kind: 'delivery', line1: 'Calle Mayor 1' }))).toBeUndefined()
    expect(deliveryOf(form({ kind: 'pickup' }))).toBeUndefined()
  })
  test('a consent is recorded only when the box was ticked, with exactly the sentence shown', () => {
    expect(changesOf(form(person), 'es').consents).toEqual([])
    expect(changesOf(form({ ...person, news: 'yes' }), 'es').consents).toEqual([
      {
        purpose: 'marketing',
        channel: 'email',
        granted: true,
        wordingVersion: '2026-11',
        wording:
          'Quiero recibir novedades y ofertas de Lino y Sal por correo electrónico. Puedo darme de baja cuando quiera.',
      },
    ])
  })
  test('a refusal of the API stands at its field, or at the form when it is about no field', () => {
    const problem = (code: string, parameter?: string) => ({ body: { code, parameter } }) as never
    expect(errorsOfProblem(problem('platform.invalid', 'contact.email'), 'x', 'es')).toEqual({
      email: 'Ese correo no está completo. Tiene esta forma: nombre@correo.es',
    })
    expect(errorsOfProblem(problem('orders.place_unknown'), 'Este lugar no entrega pedidos.', 'es')).toEqual({
      place: 'Este lugar no entrega pedidos.',
    })
    expect(errorsOfProblem(problem('payments.declined'), 'El banco dice que no.', 'es')).toEqual({
      form: 'El banco dice que no.',
    })
  })
})
