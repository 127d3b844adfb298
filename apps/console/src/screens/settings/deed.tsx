import type { AuditEntry } from '@hilo/contract'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { usePeople, usePlaces } from '../../lib/known.ts'
import { type T, useT, wordFor } from '../../lib/words.ts'

/** Where things live in the console, by the first letters of their ids. */
const pages = {
  ord: '/orders',
  per: '/customers',
  prd: '/products',
  pro: '/promotions',
  mbr: '/team',
  ful: '/picking',
  sho: '/picking/shortages',
  trf: '/stock/transfers',
  var: '/stock',
  imp: '/imports',
  col: '/products/collections',
} as const

/** What somebody did, in words, and to what; the code of the deed is its title, for who looks for it in a log. */
export function Deed({ entry }: { entry: AuditEntry }): ReactNode {
  const t = useT()
  return (
    <>
      <span title={entry.action}>{wordFor(t, 'deed', entry.action)}</span>
      <div className="c-small">{entry.subjectId !== entry.actorId && <Subject id={entry.subjectId} />}</div>
    </>
  )
}

function Subject({ id }: { id: string | null }): ReactNode {
  const t = useT()
  const person = usePeople()
  const places = usePlaces()
  if (id === null) return null
  const kind = id.slice(0, 3)
  const name = kind === 'mbr' ? person(id) : kind === 'loc' ? places.name(id) : nameOf(t, kind, id)
  const base = kind in pages ? pages[kind as keyof typeof pages] : undefined
  return base ? (
    <Link to={`${base}/$id`} params={{ id }}>
      {name}
    </Link>
  ) : (
    <span className="c-muted">{name}</span>
  )
}

/** "Pedido …4Xk2": the kind in words, and the end of the id to tell two apart. */
function nameOf(t: T, kind: string, id: string): string {
  return id.charAt(3) === '_' ? `${wordFor(t, 'subject', kind)} …${id.slice(-4)}` : id
}
