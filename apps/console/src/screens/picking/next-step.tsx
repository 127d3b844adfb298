import type { FulfillmentOrderBody } from '@hilo/contract'
import { Button, Note, notify, ProblemNote, TextInput } from '@hilo/ui'
import { type FormEvent, type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { focusWhenShown } from '../../lib/focus.ts'
import { useAct } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Scan } from './scan.tsx'
import { workPaths } from './work-paths.ts'

/** The one thing that comes next, at the top: scan, set aside, pack, ship, hand over, delivered. */
export function NextStep({ part }: { part: FulfillmentOrderBody }): ReactNode {
  const t = useT()
  const missing = part.lines.reduce((sum, line) => sum + line.units - line.pickedUnits - line.shortUnits, 0)
  const isAsked = part.shortages.some((shortage) => shortage.status === 'asked')
  switch (part.status) {
    case 'waiting':
      return (
        <Note tone="info" title={t('pick.waiting')}>
          {t('pick.waitingHow')}
        </Note>
      )
    case 'open':
    case 'picking':
      if (missing > 0) return <Scan part={part} missing={missing} />
      if (isAsked)
        return (
          <Note tone="owed" title={t('pick.asked')}>
            {t('pick.askedHow')}
          </Note>
        )
      return part.kind === 'delivery' ? <Pack part={part} /> : <SetAside part={part} />
    case 'packed':
      return <Ship part={part} />
    case 'ready':
      return <HandOver part={part} />
    case 'shipped':
      return <Delivered part={part} />
    default:
      return null
  }
}

/** A form of the next step: a field or two and its verb at the right. */
function Step({
  title,
  verb,
  busy,
  ready,
  error,
  onSubmit,
  children,
}: {
  title: string
  verb: string
  busy: boolean
  ready: boolean
  error: unknown
  onSubmit(): void
  children?: ReactNode
}): ReactNode {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) onSubmit()
  }
  return (
    <form className="c-step" onSubmit={submit} aria-label={title}>
      <b>{title}</b>
      <div className="c-row" data-end>
        {children}
        <Button kind="primary" type="submit" size="md" loading={busy} disabled={!ready}>
          {verb}
        </Button>
      </div>
      {error !== null && <ProblemNote error={error} />}
    </form>
  )
}

function SetAside({ part }: { part: FulfillmentOrderBody }): ReactNode {
  const t = useT()
  const [bin, setBin] = useState('')
  const act = useAct(
    (body: { bin: string }, call) => api.post(`/api/admin/fulfillment/${part.id}/set-aside`, body, call),
    {
      refresh: workPaths,
      done: () => notify(t('pick.readyDone'), { tone: 'kept' }),
    },
  )
  return (
    <Step
      title={t('pick.setAsideTitle')}
      verb={t('pick.setAside')}
      busy={act.isPending}
      ready={bin.trim() !== ''}
      error={act.error}
      onSubmit={() => act.mutate({ bin: bin.trim() })}
    >
      <TextInput
        className="c-grow"
        label={t('pick.binWhere')}
        placeholder="A3"
        value={bin}
        onChange={(event) => setBin(event.currentTarget.value)}
        size="md"
        autoComplete="off"
        ref={focusWhenShown}
      />
    </Step>
  )
}

function Pack({ part }: { part: FulfillmentOrderBody }): ReactNode {
  const t = useT()
  const act = useAct((_: null, call) => api.post(`/api/admin/fulfillment/${part.id}/pack`, {}, call), {
    refresh: workPaths,
  })
  return (
    <Step
      title={t('pick.packTitle')}
      verb={t('pick.pack')}
      busy={act.isPending}
      ready
      error={act.error}
      onSubmit={() => act.mutate(null)}
    />
  )
}

function Ship({ part }: { part: FulfillmentOrderBody }): ReactNode {
  const t = useT()
  const [carrier, setCarrier] = useState('')
  const [number, setNumber] = useState('')
  const tracking = carrier.trim() && number.trim() ? { carrier: carrier.trim(), number: number.trim() } : undefined
  const act = useAct((_: null, call) => api.post(`/api/admin/fulfillment/${part.id}/ship`, { tracking }, call), {
    refresh: workPaths,
    done: () => notify(t('pick.shippedDone'), { tone: 'kept' }),
  })
  const half = (carrier.trim() === '') !== (number.trim() === '')
  return (
    <Step
      title={t('pick.shipTitle')}
      verb={t('pick.ship')}
      busy={act.isPending}
      ready={!half}
      error={act.error}
      onSubmit={() => act.mutate(null)}
    >
      <TextInput
        label={t('pick.carrier')}
        placeholder="Correos Express"
        value={carrier}
        onChange={(event) => setCarrier(event.currentTarget.value)}
        size="md"
      />
      <TextInput
        className="c-grow"
        label={t('pick.trackingNumber')}
        value={number}
        onChange={(event) => setNumber(event.currentTarget.value)}
        size="md"
      />
    </Step>
  )
}

function HandOver({ part }: { part: FulfillmentOrderBody }): ReactNode {
  const t = useT()
  const [code, setCode] = useState('')
  const [to, setTo] = useState('')
  const act = useAct(
    (_: null, call) =>
      api.post(
        '/api/pos/pickups/hand-over',
        { locationId: part.locationId, code: code.trim(), handedOverTo: to.trim() },
        call,
      ),
    { refresh: workPaths, done: () => notify(t('pick.overDone'), { tone: 'kept' }) },
  )
  return (
    <Step
      title={t('pick.overTitle', { bin: part.setAsideBin ?? '' })}
      verb={t('pick.over')}
      busy={act.isPending}
      ready={code.trim().length >= 4}
      error={act.error}
      onSubmit={() => act.mutate(null)}
    >
      <TextInput
        className="c-grow"
        label={t('pick.pickupCode')}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        size="md"
        autoComplete="off"
        ref={focusWhenShown}
      />
      <TextInput
        label={t('pick.overTo')}
        placeholder={part.contactName}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        size="md"
        autoComplete="off"
      />
    </Step>
  )
}

function Delivered({ part }: { part: FulfillmentOrderBody }): ReactNode {
  const t = useT()
  const act = useAct((_: null, call) => api.post(`/api/admin/fulfillment/${part.id}/delivered`, {}, call), {
    refresh: workPaths,
  })
  return (
    <Step
      title={t('pick.deliveredTitle')}
      verb={t('pick.delivered')}
      busy={act.isPending}
      ready
      error={act.error}
      onSubmit={() => act.mutate(null)}
    />
  )
}
