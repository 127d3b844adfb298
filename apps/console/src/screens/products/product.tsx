import type { AdminProduct, PriceListView } from '@hilo/contract'
import { Button, Code, Icon, Menu, Note, notify, ProblemNote, Section, Status, useLanguage } from '@hilo/ui'
import type { ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { useId } from '../../lib/filters.ts'
import { runsHouse, useMe } from '../../lib/known.ts'
import { refresh, useAct, useRead } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { useSay, useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { Pane } from '../../parts/workspace.tsx'
import {
  changedFields,
  changedMatrix,
  changedPrices,
  draftOf,
  generalList,
  type ProductDraft,
  wrongAmounts,
} from './draft.ts'
import { Matrix } from './matrix.tsx'
import { Pictures } from './pictures.tsx'
import { ProductFacts } from './product-facts.tsx'
import { ProductFields } from './product-fields.tsx'

const stale = ['/api/admin/products', '/api/admin/stock']

/** One product, edited as a whole and saved at once: texts, matrix with prices, pictures, where it is sold. */
export function ProductPane(): ReactNode {
  const t = useT()
  const id = useId()
  const { data: product, error } = useRead<AdminProduct>(`/api/admin/products/${id}`)
  const { data: lists } = useRead<{ items: PriceListView[] }>('/api/admin/price-lists')
  if (error)
    return (
      <Pane title={t('products.product')} closeTo="/products">
        <ProblemNote error={error} />
      </Pane>
    )
  if (!product || !lists)
    return (
      <Pane title={t('products.product')} closeTo="/products">
        <Placeholder label={t('app.loading')} rows={9} />
      </Pane>
    )
  return <Edit key={product.id} product={product} list={generalList(lists.items)} />
}

type Saving = { draft: ProductDraft; read: ProductDraft; listId: string | undefined; productId: string }

/** Fields, then the matrix, then prices: each only when it changed, each with the version the step before answered. */
async function save({ draft, read, listId, productId }: Saving, call: { key: string }): Promise<void> {
  let { version } = draft
  const path = `/api/admin/products/${productId}`
  const fields = changedFields(draft, read)
  if (fields) ({ version } = await api.patch<AdminProduct>(path, { ...fields, version }, { key: `${call.key}-1` }))
  const matrix = changedMatrix(draft, read)
  if (matrix) await api.put(`${path}/variants`, { ...matrix, version }, { key: `${call.key}-2` })
  const items = changedPrices(draft, read, listId)
  if (items.length > 0) await api.put('/api/admin/prices', { items }, { key: `${call.key}-3` })
}

function Edit({ product, list }: { product: AdminProduct; list: PriceListView | undefined }): ReactNode {
  const t = useT()
  const say = useSay()
  const me = useMe()
  const { language } = useLanguage()
  const read = draftOf(product, list?.id, language)
  const draft = useDraft<ProductDraft>(`product:${product.id}`, read)
  const wrong = wrongAmounts(draft.value)
  const act = useAct(
    (_: null, call) => save({ draft: draft.value, read, listId: list?.id, productId: product.id }, call),
    {
      refresh: stale,
      done: () => {
        draft.clear()
        notify(t('app.saved'), { tone: 'kept' })
      },
    },
  )
  const archive = useAct(
    (status: AdminProduct['status'], call) =>
      api.patch(`/api/admin/products/${product.id}`, { status, version: product.version }, call),
    {
      refresh: stale,
      done: () =>
        notify(t(product.status === 'archived' ? 'products.restored' : 'products.archived'), {
          undo:
            product.status === 'archived'
              ? undefined
              : { label: t('app.undo'), run: () => void restore(product.id, product.status) },
        }),
    },
  )
  const writes = runsHouse(me)
  const canSave =
    writes && draft.dirty && wrong.size === 0 && draft.value.title.es.trim() !== '' && draft.value.variants.length > 0
  const isBehind = draft.dirty && draft.value.version !== product.version
  return (
    <Pane
      closeTo="/products"
      label={say(product.title)}
      title={say(draft.value.title) || '…'}
      sub={
        <>
          <Status tone={toneOf('product', product.status)}>{t(`product.${product.status}`)}</Status>
          <Code>{product.handle}</Code>
          {product.status === 'active' && product.channelIds.includes('web') && (
            <a className="c-link" href={`/products/${product.handle}`} target="_blank" rel="noreferrer">
              {t('products.inShop')}
            </a>
          )}
        </>
      }
      more={
        writes && (
          <>
            {draft.dirty && (
              <Button kind="quiet" onClick={draft.clear}>
                {t('app.discard')}
              </Button>
            )}
            <Menu position="bottom-end">
              <Menu.Target>
                <Button icon="more" aria-label={t('app.more')} px={10} />
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  leftSection={<Icon name={product.status === 'archived' ? 'undo' : 'trash'} />}
                  onClick={() => archive.mutate(product.status === 'archived' ? 'draft' : 'archived')}
                >
                  {t(product.status === 'archived' ? 'products.restore' : 'products.archive')}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </>
        )
      }
      primary={
        writes && (
          <Button kind="primary" onClick={() => act.mutate(null)} loading={act.isPending} disabled={!canSave}>
            {t('app.save')}
          </Button>
        )
      }
      note={
        isBehind ? (
          <Note tone="owed" title={t('products.behind')}>
            {t('products.behindHow')}
          </Note>
        ) : undefined
      }
    >
      {(act.error ?? archive.error) !== null && <ProblemNote error={act.error ?? archive.error} />}
      <fieldset className="c-bare" disabled={!writes}>
        <Section title={t('products.texts')}>
          <ProductFields value={draft.value} onChange={draft.set} />
        </Section>
        <Section title={t('products.facts')}>
          <ProductFacts value={draft.value} onChange={draft.set} />
        </Section>
        <Section title={t('products.matrix')} aside={<span className="c-muted c-small">{list?.name}</span>}>
          <Matrix value={draft.value} onChange={draft.set} wrong={wrong} currency={list?.currency ?? 'EUR'} />
        </Section>
        <Section title={t('products.pictures')}>
          <Pictures
            product={product}
            writes={writes}
            onVersion={(version) => draft.dirty && draft.set((value) => ({ ...value, version }))}
          />
        </Section>
      </fieldset>
    </Pane>
  )
}

async function restore(productId: string, status: AdminProduct['status']): Promise<void> {
  const path = `/api/admin/products/${productId}`
  const { version } = await api.get<AdminProduct>(path)
  await api.patch(path, { status, version })
  await refresh(...stale)
}
