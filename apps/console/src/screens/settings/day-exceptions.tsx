import { Button, IconButton, TextInput } from '@hilo/ui'
import type { ReactNode } from 'react'
import { today } from '../../lib/format.ts'
import { useNow } from '../../lib/now.ts'
import { useT } from '../../lib/words.ts'
import type { ExceptionDraft } from './place-draft.ts'

/**
 * Days on which a place keeps other hours: holidays, fairs, stocktaking. The note is what shoppers read. Days gone by stay as they
 * were and are not shown.
 */
export function DayExceptions({
  value,
  onChange,
  wrong,
}: {
  value: readonly ExceptionDraft[]
  onChange(value: ExceptionDraft[]): void
  wrong: ReadonlySet<string>
}): ReactNode {
  const t = useT()
  const now = useNow()
  const set = (at: number, patch: Partial<ExceptionDraft>) =>
    onChange(value.map((each, i) => (i === at ? { ...each, ...patch } : each)))
  const first = today(now)
  const shown = value
    .map((exception, i) => ({ exception, i }))
    .filter(({ exception: { on } }) => on === '' || on >= first)
  return (
    <>
      <h3>{t('place.otherDays')}</h3>
      {shown.length === 0 && <p className="c-muted c-small c-flat">{t('place.noOtherDays')}</p>}
      <ul className="c-items c-tight-items c-exceptions">
        {shown.map(({ exception, i }) => (
          // oxlint-disable-next-line react/no-array-index-key -- a day is typed in its place; its date may be empty or twice meanwhile
          <li key={i}>
            <TextInput
              size="xs"
              type="date"
              aria-label={t('place.day')}
              value={exception.on}
              error={wrong.has(`exception:${i}`) ? t('place.dayWrong') : undefined}
              onChange={(event) => set(i, { on: event.currentTarget.value })}
            />
            <TextInput
              size="xs"
              aria-label={t('place.hours')}
              placeholder={t('place.closedDay')}
              value={exception.hours}
              onChange={(event) => set(i, { hours: event.currentTarget.value })}
            />
            <TextInput
              size="xs"
              aria-label={`${t('app.note')} · ${t('app.spanish')}`}
              placeholder={t('place.noteEs')}
              value={exception.es}
              onChange={(event) => set(i, { es: event.currentTarget.value })}
            />
            <TextInput
              size="xs"
              aria-label={`${t('app.note')} · ${t('app.english')}`}
              placeholder={t('place.noteEn')}
              value={exception.en}
              lang="en"
              onChange={(event) => set(i, { en: event.currentTarget.value })}
            />
            <IconButton
              icon="trash"
              label={`${t('app.remove')} ${exception.on}`}
              onClick={() => onChange(value.filter((_, j) => j !== i))}
            />
          </li>
        ))}
      </ul>
      <div>
        <Button
          kind="quiet"
          size="compact-sm"
          icon="plus"
          onClick={() => onChange([...value, { on: '', hours: '', es: '', en: '' }])}
        >
          {t('place.addDay')}
        </Button>
      </div>
    </>
  )
}
