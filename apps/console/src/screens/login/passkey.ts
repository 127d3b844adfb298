import type { LoginStep, PasskeyOptions } from '@hilo/contract'
import { loginApi } from '../../lib/api.ts'

/** Whether this browser can make and use passkeys with options as JSON. */
export function passkeysWork(): boolean {
  return typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential
}

/** Whether the person closed the browser's own window, which is no failure. */
function wasDismissed(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')
}

/** Logs in by passkey, alone or as the second step; null when the person closed the browser's window. */
export async function passkeyLogin(): Promise<LoginStep | null> {
  const { challengeId, options } = await loginApi.post<PasskeyOptions>('/api/staff/login/passkey/options')
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
      options as unknown as PublicKeyCredentialRequestOptionsJSON,
    )
    const credential = await navigator.credentials.get({ publicKey })
    if (!(credential instanceof PublicKeyCredential)) return null
    return await loginApi.post<LoginStep>('/api/staff/login/passkey', { challengeId, response: credential.toJSON() })
  } catch (error) {
    if (wasDismissed(error)) return null
    throw error
  }
}

/**
 * Makes a passkey and hands it to `keep`; null when the person closed the browser's window.
 * @param ask fetches the options (`…/passkey/options` or `…/passkeys/options`)
 */
export async function makePasskey<T>(
  ask: () => Promise<PasskeyOptions>,
  keep: (made: { challengeId: string; response: unknown }) => Promise<T>,
): Promise<T | null> {
  const { challengeId, options } = await ask()
  try {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      options as unknown as PublicKeyCredentialCreationOptionsJSON,
    )
    const credential = await navigator.credentials.create({ publicKey })
    if (!(credential instanceof PublicKeyCredential)) return null
    return await keep({ challengeId, response: credential.toJSON() })
  } catch (error) {
    if (wasDismissed(error)) return null
    throw error
  }
}
