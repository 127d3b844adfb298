import type { FulfillmentOrderBody, LocationBody } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { Button, Code, Picture, Status, Tag, useLanguage, When } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useWords } from '../words.ts'
import { HandOver } from './hand-over.tsx'

type Props = {
  order: FulfillmentOrderBody
  place: LocationBody
  isOpen: boolean
  code: string
  onOpen(): void
  onDone(done: FulfillmentOrderBody): void
}

/** One order that waits: a row, or everything one needs to hand it over. */
export function PickupCard(props: Props): ReactNode {
  const t = useWords()
  const { order, isOpen, onOpen } = props
  const units = order.lines.reduce((sum, line) => sum + line.units, 0)
  if (isOpen) return <Opened {...props} />
  return (
    <li>
      <div>
        <b>{order.contactName || order.orderNumber}</b> <Code>{order.orderNumber}</Code>
        <State order={order} />
      </div>
      <span className="h-num">{t('basket.units', { n: units })}</span>
      <Button size="lg" onClick={onOpen} aria-label={`${t('pickups.open')}: ${order.orderNumber}`}>
        {t('pickups.open')}
      </Button>
    </li>
  )
}

function State({ order }: { order: FulfillmentOrderBody }): ReactNode {
  const t = useWords()
  if (order.status === 'handed_over') {
    const to = order.handedOverTo ? ` ${t('pickups.collectedTo', { name: order.handedOverTo })}` : ''
    return (
      <p>
        <Status tone="kept">
          {t('pickups.collected')}
          {to}, <When at={order.handedOverAt} />
        </Status>
      </p>
    )
  }
  if (order.status === 'canceled')
    return (
      <p>
        <Status tone="broken">{t('pickups.canceled')}</Status>
      </p>
    )
  if (order.status !== 'ready')
    return (
      <p>
        <Status tone="owed">{t('pickups.notReady')}</Status>
      </p>
    )
  return (
    <p>
      <Tag tone="thread" icon="place">
        {t('pickups.bin')} {order.setAsideBin}
      </Tag>{' '}
      {order.holdExpired ? (
        <Status tone="broken">{t('pickups.expired')}</Status>
      ) : (
        order.holdUntil && (
          <span className="h-muted">
            {t('pickups.until')} <When at={order.holdUntil} show="day" />
          </span>
        )
      )}
    </p>
  )
}

function Opened({ order, place, code: known, onDone }: Props): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  return (
    <li className="t-pickup">
      <b>{order.contactName || order.orderNumber}</b> <Code>{order.orderNumber}</Code>
      <State order={order} />
      <h3>{t('pickups.fetch')}</h3>
      <ul className="t-fetch">
        {order.lines.map((line) => (
          <li key={line.orderLineId}>
            <Picture src={line.picture && `${line.picture}?w=160`} alt="" width={44} height={55} />
            <span>
              {pick(line.title, language)}{' '}
              <span className="h-muted">{line.optionLabels.map((label) => pick(label, language)).join(' · ')}</span>
            </span>
            <b>× {line.units}</b>
          </li>
        ))}
      </ul>
      {order.status === 'ready' && <HandOver order={order} place={place} known={known} onDone={onDone} />}
    </li>
  )
}
