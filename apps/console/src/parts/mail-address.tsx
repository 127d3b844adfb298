import type { ReactNode } from 'react'

/** A mail address that breaks behind its @ where a column is too narrow for it, not one letter before its end. */
export function MailAddress({ address }: { address: string }): ReactNode {
  const at = address.lastIndexOf('@') + 1
  return (
    <>
      {address.slice(0, at)}
      <wbr />
      {address.slice(at)}
    </>
  )
}
