import type { AdminProduct } from '@hilo/contract'
import { Button, ProblemNote, TextInput } from '@hilo/ui'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { focusWhenShown } from '../../lib/focus.ts'
import { readMoney } from '../../lib/format.ts'
import { useAct } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Pane } from '../../parts/workspace.tsx'

const blank = { es: '', en: '', sku: '', price: '' }

/** The least a product needs; everything else is added where it is edited. */
export function NewProduct(): ReactNode {
  const t = useT()
  const navigate = useNavigate()
  const draft = useDraft('product:new', blank)
  const { es, en, sku, price } = draft.value
  const set = (patch: Partial<typeof blank>) => draft.set((value) => ({ ...value, ...patch }))
  const amountMinor = readMoney(price)
  const act = useAct(
    (_: null, call) => {
      const variants = sku.trim() ? [{ sku: sku.trim(), ...(amountMinor === null ? {} : { amountMinor }) }] : []
      return api.post<AdminProduct>(
        '/api/admin/products',
        { title: { es: es.trim(), en: en.trim() }, status: 'draft', variants },
        call,
      )
    },
    {
      refresh: ['/api/admin/products'],
      done: (product) => {
        draft.clear()
        void navigate({ to: '/products/$id', params: { id: product.id } })
      },
    },
  )
  const isReady = es.trim() !== '' && (price.trim() === '' || (amountMinor !== null && sku.trim() !== ''))
  return (
    <Pane
      closeTo="/products"
      title={t('command.newProduct')}
      primary={
        <Button kind="primary" onClick={() => act.mutate(null)} loading={act.isPending} disabled={!isReady}>
          {t('products.create')}
        </Button>
      }
    >
      <div className="c-form">
        <p className="c-lead">{t('products.newHow')}</p>
        <div className="c-two">
          <TextInput
            label={`${t('products.title')} · ${t('app.spanish')}`}
            value={es}
            onChange={(event) => set({ es: event.currentTarget.value })}
            ref={focusWhenShown}
            required
          />
          <TextInput
            label={`${t('products.title')} · ${t('app.english')}`}
            value={en}
            onChange={(event) => set({ en: event.currentTarget.value })}
          />
          <TextInput label="SKU" value={sku} onChange={(event) => set({ sku: event.currentTarget.value })} />
          <TextInput
            label={t('orders.unitPrice')}
            value={price}
            inputMode="decimal"
            error={price !== '' && amountMinor === null}
            onChange={(event) => set({ price: event.currentTarget.value })}
          />
        </div>
        {act.error !== null && <ProblemNote error={act.error} />}
      </div>
    </Pane>
  )
}
