import type { PromotionView } from '@hilo/contract'
import { Button, notify, ProblemNote, Section, Status, useLanguage } from '@hilo/ui'
import { useNavigate } from '@tanstack/react-router'
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
import { blankPromotion, bodyOf, draftOfPromotion, type PromotionDraft } from './draft.ts'
import { PromotionPreview } from './preview.tsx'
import { PromotionFields } from './promotion-fields.tsx'

const stale = ['/api/admin/promotions']

/** One promotion, with what it would do to a basket before it is saved. */
export function PromotionPane(): ReactNode {
  const t = useT()
  const id = useId()
  const { data, error } = useRead<PromotionView>(`/api/admin/promotions/${id}`, {}, { enabled: id !== 'new' })
  if (error)
    return (
      <Pane title={t('promo.promotion')} closeTo="/promotions">
        <ProblemNote error={error} />
      </Pane>
    )
  if (id !== 'new' && !data)
    return (
      <Pane title={t('promo.promotion')} closeTo="/promotions">
        <Placeholder label={t('app.loading')} rows={8} />
      </Pane>
    )
  return <Edit key={id} promotion={data} />
}

function Edit({ promotion }: { promotion: PromotionView | undefined }): ReactNode {
  const t = useT()
  const say = useSay()
  const me = useMe()
  const navigate = useNavigate()
  const { language } = useLanguage()
  const read = promotion ? draftOfPromotion(promotion, language) : blankPromotion
  const draft = useDraft<PromotionDraft>(`promotion:${promotion?.id ?? 'new'}`, read)
  const { body, missing } = bodyOf(draft.value)
  const act = useAct(
    (_: null, call) =>
      promotion
        ? api.patch<PromotionView>(
            `/api/admin/promotions/${promotion.id}`,
            { ...body, version: promotion.version },
            call,
          )
        : api.post<PromotionView>('/api/admin/promotions', body, call),
    {
      refresh: stale,
      done: (saved) => {
        draft.clear()
        notify(t('app.saved'), { tone: 'kept' })
        if (!promotion) void navigate({ to: '/promotions/$id', params: { id: saved.id } })
      },
    },
  )
  const turn = useAct(
    (status: 'active' | 'paused', call) =>
      api.patch<PromotionView>(`/api/admin/promotions/${promotion?.id}`, { status, version: promotion?.version }, call),
    {
      refresh: stale,
      done: (saved, status) =>
        notify(t(status === 'active' ? 'promo.started' : 'promo.pausedDone'), {
          undo: { label: t('app.undo'), run: () => void turnBack(saved, promotion?.status ?? 'draft') },
        }),
    },
  )
  const writes = runsHouse(me)
  const isOn = promotion?.status === 'active'
  return (
    <Pane
      closeTo="/promotions"
      title={say(draft.value.name) || t('promo.new')}
      sub={
        promotion && (
          <>
            <Status tone={toneOf('promotion', promotion.state)}>{t(`promotion.${promotion.state}`)}</Status>
            {promotion.couponUses > 0 && <span>{t('promo.used', { n: promotion.couponUses })}</span>}
          </>
        )
      }
      more={
        writes && (
          <>
            {draft.dirty && (
              <Button kind="quiet" onClick={draft.clear}>
                {t('app.discard')}
              </Button>
            )}
            {promotion && !draft.dirty && (
              <Button onClick={() => turn.mutate(isOn ? 'paused' : 'active')} loading={turn.isPending}>
                {t(isOn ? 'promo.pause' : 'promo.start')}
              </Button>
            )}
          </>
        )
      }
      primary={
        writes && (
          <Button
            kind="primary"
            onClick={() => act.mutate(null)}
            loading={act.isPending}
            disabled={body === null || (!draft.dirty && promotion !== undefined)}
          >
            {t('app.save')}
          </Button>
        )
      }
    >
      {(act.error ?? turn.error) !== null && <ProblemNote error={act.error ?? turn.error} />}
      <fieldset className="c-bare" disabled={!writes}>
        <PromotionFields value={draft.value} onChange={draft.set} />
      </fieldset>
      <div className="c-gap" />
      <Section
        title={t('promo.preview')}
        aside={missing && <span className="c-small c-muted">{t(`promo.missing.${missing}`)}</span>}
      >
        <PromotionPreview body={body} promotionId={promotion?.id} />
      </Section>
    </Pane>
  )
}

async function turnBack({ id, version }: PromotionView, status: PromotionView['status']): Promise<void> {
  await api.patch(`/api/admin/promotions/${id}`, { status, version })
  await refresh(...stale)
}
