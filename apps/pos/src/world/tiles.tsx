import type { Collection } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { Empty, Picture, useLanguage } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../api.ts'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'

/** The shop's collections as large keys: what is sold is found without typing. */
export function Tiles({ onChoose }: { onChoose(collection: Collection): void }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const list = useQuery({
    queryKey: ['collections'],
    queryFn: () => api.get<{ items: Collection[] }>('/api/store/collections', { query: { channel: 'pos' } }),
    staleTime: 300_000,
  })
  const tiles = (list.data?.items ?? []).filter(({ parentId, products }) => parentId === null && products > 0)
  if (list.error) return <Trouble error={list.error} />
  if (list.isSuccess && tiles.length === 0) return <Empty title={t('search.hint')}>{t('search.hint.help')}</Empty>
  return (
    <>
      <p className="h-muted t-hint">{t('search.hint.help')}</p>
      <ul className="t-tiles">
        {tiles.map((collection) => (
          <li key={collection.id}>
            <button type="button" data-row onClick={() => onChoose(collection)}>
              <Picture src={collection.picture && `${collection.picture}?w=160`} alt="" width={64} height={80} />
              <b>{pick(collection.title, language)}</b>
              <small>{t('search.products', { n: collection.products })}</small>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
