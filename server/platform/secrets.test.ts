import { describe, expect, test } from 'vitest'
import { checkPassword, hashPassword, passwordWeakness } from './passwords.ts'
import { looksLikeApiKey, newApiKey, seal, unseal } from './secrets.ts'

describe('sealed texts', () => {
  const secret = 'one secret of thirty-two characters'
  test('open with the same secret and purpose only', () => {
    const sealed = seal(secret, 'staff.otp', 'JBSWY3DPEHPK3PXP')
    expect(unseal(secret, 'staff.otp', sealed)).toBe('JBSWY3DPEHPK3PXP')
    expect(unseal(secret, 'webhook', sealed)).toBeUndefined()
    expect(unseal(`${secret}!`, 'staff.otp', sealed)).toBeUndefined()
    expect(unseal(secret, 'staff.otp', `${sealed.slice(0, -2)}AA`)).toBeUndefined()
    expect(unseal(secret, 'staff.otp', 'v1.short')).toBeUndefined()
  })
  test('the same text sealed twice looks different', () => {
    expect(seal(secret, 'a', 'x')).not.toBe(seal(secret, 'a', 'x'))
  })
})

test('API keys carry a checksum: any changed character shows without asking the database', () => {
  const key = newApiKey()
  expect(looksLikeApiKey(key)).toBe(true)
  for (let at = 'hilo_live_'.length; at < key.length; at++) {
    const other = key[at] === 'a' ? 'b' : 'a'
    expect(looksLikeApiKey(key.slice(0, at) + other + key.slice(at + 1))).toBe(false)
  }
})

describe('passwords', () => {
  test('are hashed with Argon2id at 19 MiB, two passes, one lane, each with its own salt', async () => {
    const [a, b] = [await hashPassword('barca lenta'), await hashPassword('barca lenta')]
    expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(a).not.toBe(b)
    expect(await checkPassword('barca lenta', a)).toBe('right')
    expect(await checkPassword('barca lento', a)).toBe('wrong')
    expect(await checkPassword('barca lenta', null)).toBe('wrong')
    expect(await checkPassword('barca lenta', 'not a hash')).toBe('wrong')
  })

  // Made with the reference implementation: echo -n "password" | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 24.
  test('a hash of the reference implementation is understood and asks to be renewed', async () => {
    const reference = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
    expect(await checkPassword('password', reference)).toBe('rehash')
    expect(await checkPassword('passwort', reference)).toBe('wrong')
  })

  test('the same accents typed on another keyboard are the same password', async () => {
    const hash = await hashPassword('camión lento azul'.normalize('NFD'))
    expect(await checkPassword('camión lento azul'.normalize('NFC'), hash)).toBe('right')
  })

  test.each([
    ['corta', 'too_short'],
    ['contraseña2026', 'common'],
    ['PASSWORD123456!', 'common'],
    ['qwertyuiopas', 'common'],
    ['123456789012', 'common'],
    ['aaaaaaaaaaaa', 'common'],
    ['carmen.ferrer', 'personal'],
    ['Carmen Ferrer 1', 'personal'],
    ['barca lenta sobre el agua', undefined],
    ['k7#pQ2!vLm9x', undefined],
  ])('%s: %s', (password, weakness) => {
    expect(passwordWeakness(password, ['Carmen Ferrer', 'carmen.ferrer@linoysal.example'])).toBe(weakness)
  })
})
