import type { AdminProduct } from '@hilo/contract'
import { Button, FileButton, IconButton, Picture, ProblemNote, Select, Tag } from '@hilo/ui'
import type { ReactNode } from 'react'
import { api, upload } from '../../lib/api.ts'
import { refresh, useAct } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'

type Media = AdminProduct['media'][number]

/** Pictures in their order; the first is the one lists show. Each change holds at once. */
export function Pictures({
  product,
  writes,
  onVersion,
}: {
  product: AdminProduct
  writes: boolean
  onVersion(version: number): void
}): ReactNode {
  const t = useT()
  const say = useSay()
  const path = `/api/admin/products/${product.id}`
  const after = async () => {
    await refresh('/api/admin/products')
    const { version } = await api.get<AdminProduct>(path)
    onVersion(version)
  }
  const order = useAct(
    (media: readonly Media[], call) =>
      api.put(
        `${path}/media`,
        { version: product.version, items: media.map(({ id, alt, optionValue }) => ({ id, alt, optionValue })) },
        call,
      ),
    { done: () => void after() },
  )
  const add = useAct((file: File) => upload(`${path}/media`, {}, file), { done: () => void after() })
  const move = (index: number, by: number) => {
    const media = [...product.media]
    const [item] = media.splice(index, 1)
    if (item) media.splice(index + by, 0, item)
    order.mutate(media)
  }
  const colors = product.options.find((option) => option.key === 'color')?.values ?? []
  const error = order.error ?? add.error
  return (
    <>
      <ol className="c-pictures">
        {product.media.map((item, i) => (
          <li key={item.id}>
            <Picture
              src={item.url ? `${item.url}?w=320` : null}
              alt={say(item.alt)}
              width={112}
              height={140}
              color={item.color}
            />
            {item.status === 'pending' && <Tag>{t('products.fetching')}</Tag>}
            {item.status === 'failed' && (
              <Tag tone="broken" icon="alert">
                {item.error ?? t('products.failed')}
              </Tag>
            )}
            {writes && (
              <>
                {colors.length > 0 && (
                  <Select
                    size="xs"
                    w={112}
                    aria-label={t('products.pictureOf')}
                    placeholder={t('products.anyColor')}
                    data={colors.map((color) => ({ value: color.value, label: say(color.label) }))}
                    value={item.optionValue}
                    clearable
                    onChange={(optionValue) =>
                      order.mutate(product.media.map((other) => (other === item ? { ...item, optionValue } : other)))
                    }
                  />
                )}
                <div className="c-row">
                  <IconButton
                    size="sm"
                    icon="left"
                    label={t('products.earlier')}
                    disabled={i === 0 || order.isPending}
                    onClick={() => move(i, -1)}
                  />
                  <IconButton
                    size="sm"
                    icon="right"
                    label={t('products.later')}
                    disabled={i === product.media.length - 1 || order.isPending}
                    onClick={() => move(i, 1)}
                  />
                  <IconButton
                    size="sm"
                    icon="trash"
                    label={t('app.remove')}
                    disabled={order.isPending}
                    onClick={() => order.mutate(product.media.filter((other) => other !== item))}
                  />
                </div>
              </>
            )}
          </li>
        ))}
        {writes && (
          <li>
            <FileButton
              accept="image/png,image/jpeg,image/webp,image/avif"
              onChange={(file) => file && add.mutate(file)}
            >
              {(props) => (
                <Button {...props} icon="plus" loading={add.isPending} className="c-add-picture">
                  {t('products.addPicture')}
                </Button>
              )}
            </FileButton>
          </li>
        )}
      </ol>
      {error !== null && <ProblemNote error={error} />}
    </>
  )
}
