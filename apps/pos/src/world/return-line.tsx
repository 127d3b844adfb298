import type { Disposition, OrderLine } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { IconButton, Picture, SegmentedControl, useLanguage } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useWords } from '../words.ts'
import type { Back } from './use-return.ts'

type Props = { line: OrderLine; value: Back; onChange(value: Back): void }

/** One line of an order: how many come back, and in which condition. */
export function ReturnLine({ line, value, onChange }: Props): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  return (
    <div className="t-line" data-chosen={value.units > 0 || undefined}>
      <Picture src={line.picture && `${line.picture}?w=160`} alt="" width={56} height={70} />
      <div className="t-lineword">
        <b>{pick(line.title, language)}</b>
        <span className="h-muted">{line.optionLabels.map((label) => pick(label, language)).join(' · ')}</span>
      </div>
      <Units line={line} value={value} onChange={onChange} />
      {value.units > 0 && (
        <div className="t-condition">
          <SegmentedControl
            size="md"
            aria-label={t('returns.condition')}
            value={value.disposition}
            onChange={(next) => onChange({ ...value, disposition: next as Disposition })}
            data={[
              { value: 'restock', label: t('returns.restock') },
              { value: 'repair', label: t('returns.repair') },
              { value: 'scrap', label: t('returns.scrap') },
            ]}
          />
        </div>
      )}
    </div>
  )
}

function Units({ line, value, onChange }: Props): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const title = pick(line.title, language)
  const set = (units: number) => onChange({ ...value, units: Math.min(line.returnableUnits, Math.max(0, units)) })
  return (
    <div className="t-lineunits">
      <IconButton
        icon="minus"
        label={t('basket.less', { title })}
        onClick={() => set(value.units - 1)}
        size="xl"
        variant="default"
        disabled={value.units === 0}
        hint={false}
      />
      <span className="t-count">{value.units}</span>
      <IconButton
        icon="plus"
        label={t('basket.more', { title })}
        onClick={() => set(value.units + 1)}
        size="xl"
        variant="default"
        disabled={value.units === line.returnableUnits}
        hint={false}
      />
      <small className="h-muted">{t('returns.of', { n: line.returnableUnits })}</small>
    </div>
  )
}
