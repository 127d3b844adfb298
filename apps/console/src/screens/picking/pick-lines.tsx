import type { FulfillmentOrderBody } from '@hilo/contract'
import { Button, Code, Icon, IconButton, Menu, notify, Picture, ProblemNote } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { useAct } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'
import { workPaths } from './work-paths.ts'

type Line = FulfillmentOrderBody['lines'][number]

/** What to take off the shelf, with how much is there already. By hand where a label does not scan. */
export function PickLines({ part }: { part: FulfillmentOrderBody }): ReactNode {
  const t = useT()
  const say = useSay()
  const isOpen = part.status === 'open' || part.status === 'picking'
  const canShort = isOpen || part.status === 'ready' || part.status === 'packed'
  const pick = useAct(
    (line: Line, call) =>
      api.post(`/api/admin/fulfillment/${part.id}/pick`, { orderLineId: line.orderLineId, units: 1 }, call),
    { refresh: workPaths },
  )
  const short = useAct(
    ({ line, units }: { line: Line; units: number }, call) =>
      api.post(`/api/admin/fulfillment/${part.id}/short`, { orderLineId: line.orderLineId, units }, call),
    { refresh: workPaths, done: () => notify(t('pick.shortDone'), { tone: 'info' }) },
  )
  const unpick = useAct(
    (line: Line, call) =>
      api.post(`/api/admin/fulfillment/${part.id}/unpick`, { orderLineId: line.orderLineId, units: 1 }, call),
    { refresh: workPaths, done: (_, line) => notify(t('pick.putBack', { what: say(line.title) })) },
  )
  const error = pick.error ?? short.error ?? unpick.error
  return (
    <>
      <ul className="c-items c-picks">
        {part.lines.map((line) => (
          <PickLine
            key={line.orderLineId}
            line={line}
            busy={pick.isPending || short.isPending || unpick.isPending}
            onPick={isOpen ? () => pick.mutate(line) : undefined}
            onUnpick={isOpen && line.pickedUnits > 0 ? () => unpick.mutate(line) : undefined}
            onShort={canShort ? (units) => short.mutate({ line, units }) : undefined}
          />
        ))}
      </ul>
      {error !== null && <ProblemNote error={error} />}
    </>
  )
}

function PickLine({
  line,
  busy,
  onPick,
  onUnpick,
  onShort,
}: {
  line: Line
  busy: boolean
  onPick?: () => void
  onUnpick?: () => void
  onShort?: (units: number) => void
}): ReactNode {
  const t = useT()
  const say = useSay()
  const left = line.units - line.pickedUnits - line.shortUnits
  const missable = line.units - line.shortUnits
  return (
    <li data-done={left === 0 || undefined}>
      <Picture src={line.picture ? `${line.picture}?w=160` : null} alt="" width={56} height={68} />
      <div className="c-grow">
        <Link to="/stock/$id" params={{ id: line.variantId }} className="c-strong">
          {say(line.title)}
        </Link>
        <div>{line.optionLabels.map(say).join(' · ')}</div>
        <div className="c-small c-muted">
          <Code>{line.sku}</Code> {line.gtin && <Code>{line.gtin}</Code>}
        </div>
        {line.shortUnits > 0 && <div className="c-small c-broken">{t('pick.missing', { n: line.shortUnits })}</div>}
      </div>
      <span className="c-picked" aria-label={t('pick.pickedOf', { picked: line.pickedUnits, units: line.units })}>
        {left === 0 && line.shortUnits === 0 ? <Icon name="check" /> : null}
        {line.pickedUnits}/{line.units}
      </span>
      {onUnpick && (
        <IconButton icon="undo" label={`${t('pick.unpick')}: ${say(line.title)}`} onClick={onUnpick} disabled={busy} />
      )}
      {onPick && left > 0 && (
        <Button onClick={onPick} disabled={busy} aria-label={`${t('pick.byHand')}: ${say(line.title)}`}>
          {t('pick.byHand')}
        </Button>
      )}
      {onShort && missable > 0 && (
        <Menu position="bottom-end" width={200}>
          <Menu.Target>
            <Button kind="quiet" px={8} disabled={busy} aria-label={`${t('pick.notThere')}: ${say(line.title)}`}>
              {t('pick.notThere')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {Array.from({ length: missable }, (_, i) => i + 1).map((units) => (
              <Menu.Item key={units} onClick={() => onShort(units)}>
                {t('pick.missing', { n: units })}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </li>
  )
}
