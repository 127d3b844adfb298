import type { Issuer } from '@hilo/contract'
import type { ReactNode } from 'react'
import { useWords } from '../words.ts'

/** Who sells, as the law wants it on a receipt; nothing while the house has not said it. */
export function IssuerLine({ issuer }: { issuer: Issuer }): ReactNode {
  const t = useWords()
  if (issuer.taxId === '') return null
  return (
    <p>
      {issuer.name} · {t('receipt.taxId', { id: issuer.taxId })}
    </p>
  )
}
