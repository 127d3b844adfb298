import type { Customer, OrderSummary } from '@hilo/contract'
import { Button, Code, Icon, Menu, Money, Note, ProblemNote, Section, Status, Tag, When } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useId } from '../../lib/filters.ts'
import { runsHouse, useMe } from '../../lib/known.ts'
import { usePages, useRead } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { Pane } from '../../parts/workspace.tsx'
import { Addresses } from './addresses.tsx'
import { Consents } from './consents.tsx'
import { Erase, LinkPerson, Visit } from './dialogs.tsx'
import { Identities } from './identities.tsx'
import { Links } from './links.tsx'
import { PersonFields } from './person-fields.tsx'
import { PersonThread } from './person-thread.tsx'

/** One person: the thread of everything with us, how we know who it is, what they allowed. */
export function CustomerPane(): ReactNode {
  const t = useT()
  const id = useId()
  const { data, error } = useRead<Customer>(`/api/admin/customers/${id}`)
  if (error)
    return (
      <Pane title={t('customers.person')} closeTo="/customers">
        <ProblemNote error={error} />
      </Pane>
    )
  if (!data)
    return (
      <Pane title={t('customers.person')} closeTo="/customers">
        <Placeholder label={t('app.loading')} rows={9} />
      </Pane>
    )
  return <Loaded key={data.id} person={data} />
}

function Loaded({ person }: { person: Customer }): ReactNode {
  const t = useT()
  const me = useMe()
  const [dialog, setDialog] = useState<'erase' | 'link' | 'visit' | null>(null)
  const close = () => setDialog(null)
  const isErased = person.erasedAt !== null
  const linksAllowed = runsHouse(me) || me.role === 'service'
  return (
    <Pane
      closeTo="/customers"
      label={person.name || t('customers.anonymous')}
      title={person.name || t(person.anonymous ? 'customers.anonymous' : 'orders.nobody')}
      sub={
        <>
          <span>{t(person.language === 'es' ? 'app.spanish' : 'app.english')}</span>
          <span>
            {t('customers.since')} <When at={person.createdAt} show="day" />
          </span>
          {person.tags.map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
          {person.links.length > 0 && <Tag icon="link">{t('customers.linked', { n: person.links.length })}</Tag>}
        </>
      }
      more={
        !isErased && (
          <Menu position="bottom-end" width={230}>
            <Menu.Target>
              <Button icon="more" aria-label={t('app.more')} px={10} />
            </Menu.Target>
            <Menu.Dropdown>
              {linksAllowed && (
                <Menu.Item leftSection={<Icon name="link" />} onClick={() => setDialog('link')}>
                  {t('customers.link')}
                </Menu.Item>
              )}
              {runsHouse(me) && (
                <>
                  <Menu.Item
                    leftSection={<Icon name="export" />}
                    component="a"
                    href={`/api/admin/customers/${person.id}/data`}
                    download={`${person.id}.json`}
                  >
                    {t('customers.data')}
                  </Menu.Item>
                  <Menu.Item leftSection={<Icon name="trash" />} onClick={() => setDialog('erase')}>
                    {t('customers.erase')}
                  </Menu.Item>
                </>
              )}
            </Menu.Dropdown>
          </Menu>
        )
      }
      primary={
        !isErased && (
          <Button kind="primary" onClick={() => setDialog('visit')}>
            {t('customers.visit')}
          </Button>
        )
      }
      note={
        isErased ? (
          <Note tone="info" title={t('customers.erased')}>
            <When at={person.erasedAt} />
          </Note>
        ) : undefined
      }
    >
      <div className="c-person">
        <div>
          <Section title={t('customers.thread')}>
            <PersonThread personId={person.id} />
          </Section>
        </div>
        <div>
          <Section title={t('customers.about')}>
            <PersonFields person={person} />
          </Section>
          <Section title={t('customers.identities')}>
            <Identities person={person} />
          </Section>
          <Section title={t('customers.consents')}>
            <Consents person={person} />
          </Section>
          <Section title={t('customers.addresses')}>
            <Addresses person={person} />
          </Section>
          {person.links.length > 0 && (
            <Section title={t('customers.links')}>
              <Links person={person} />
            </Section>
          )}
          <Section title={t('nav.orders')}>
            <PersonOrders personId={person.id} />
          </Section>
        </div>
      </div>
      {dialog === 'erase' && <Erase person={person} onClose={close} />}
      {dialog === 'link' && <LinkPerson person={person} onClose={close} />}
      {dialog === 'visit' && <Visit person={person} onClose={close} />}
    </Pane>
  )
}

function PersonOrders({ personId }: { personId: string }): ReactNode {
  const t = useT()
  const pages = usePages<OrderSummary>('/api/admin/orders', { person: personId, limit: 10 })
  if (pages.error) return <ProblemNote error={pages.error} />
  if (!pages.loading && pages.rows.length === 0) return <p className="c-muted">{t('customers.noOrders')}</p>
  return (
    <>
      <table className="c-plain">
        <tbody>
          {pages.rows.map((order) => (
            <tr key={order.id}>
              <td>
                <Link to="/orders/$id" params={{ id: order.id }}>
                  <Code>{order.number ?? order.receiptNumber ?? order.id}</Code>
                </Link>
                <div className="c-small c-muted">
                  <When at={order.placedAt} show="day" />
                </div>
              </td>
              <td>
                <Status tone={toneOf('order', order.status)}>{t(`order.${order.status}`)}</Status>
              </td>
              <td className="h-num">
                <Money minor={order.totalMinor} currency={order.currency} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {pages.more && (
        <Button kind="quiet" onClick={pages.readMore} loading={pages.readingMore}>
          {t('app.loadMore')}
        </Button>
      )}
    </>
  )
}
