import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deciding, normalizeIdentity } from './identities.ts'

describe('one spelling for each identifier', () => {
  test.each([
    ['email', ' Marta.Soler+Web@Example.COM ', 'marta.soler+web@example.com'],
    ['email', 'josé@correo.example', 'josé@correo.example'],
    ['phone', '0034 612-34-56-78', '+34612345678'],
    ['phone', '+44 20 7946 0958', '+442079460958'],
    ['phone', '91 123 45 67', '+34911234567'],
    ['instagram', '@Lino.y_Sal', 'lino.y_sal'],
    ['external', ' shopify:1 ', 'shopify:1'],
  ] as const)('%s %s', (kind, value, normal) => {
    expect(normalizeIdentity(kind, value)).toBe(normal)
  })

  test.each([
    ['email', 'marta'],
    ['email', 'marta@localhost'],
    ['email', 'a@b@c.es'],
    ['email', '.a@example.com'],
    ['email', 'a..b@example.com'],
    ['email', 'a@-x.es'],
    ['email', 'a@exam ple.com'],
    ['email', `${'a'.repeat(65)}@example.com`],
    ['email', 'a@example.com\nBcc: b@example.com'],
    ['email', '<a@example.com>'],
    ['phone', '12'],
    ['phone', '612 34 56'],
    ['phone', '+34 000 000 000'],
    ['instagram', 'dos palabras'],
    ['external', '  '],
  ] as const)('%s %j is none', (kind, value) => {
    expect(normalizeIdentity(kind, value)).toBeUndefined()
  })

  test('what is normal stays as it is, whatever was typed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('email', 'phone', 'instagram', 'external'),
        fc.oneof(fc.emailAddress(), fc.string(), fc.stringMatching(/^\+?[0-9 ().-]{6,16}$/)),
        (kind, value) => {
          const once = normalizeIdentity(kind, value)
          return once === undefined || normalizeIdentity(kind, once) === once
        },
      ),
      { numRuns: 5000 },
    )
  })
})

test('a typed phone decides nothing beside a mail; a proven one does; a code beats everything', () => {
  const mail = { kind: 'email', value: 'a@example.com', proof: 'claimed' } as const
  const typed = { kind: 'phone', value: '+34612345678', proof: 'claimed' } as const
  expect(deciding([typed, mail])).toEqual([mail])
  expect(deciding([{ ...typed, proof: 'staff' }, mail]).map(({ kind }) => kind)).toEqual(['email', 'phone'])
  expect(deciding([{ ...typed, proof: 'code' }, mail]).map(({ kind }) => kind)).toEqual(['phone', 'email'])
  expect(deciding([typed])).toEqual([typed])
})
