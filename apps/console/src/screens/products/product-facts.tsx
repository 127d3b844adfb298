import { Textarea } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useT, wordFor } from '../../lib/words.ts'
import { factNames, type ProductDraft } from './draft.ts'

type Props = { value: ProductDraft; onChange(next: (value: ProductDraft) => ProductDraft): void }

/** What one wants to know before buying, in both languages: those that the shop shows, and whatever else came with the product. */
export function ProductFacts({ value, onChange }: Props): ReactNode {
  const t = useT()
  const set = (name: string, language: 'es' | 'en', text: string) =>
    onChange((before) => {
      const fact = before.facts[name] ?? { es: '', en: '' }
      return { ...before, facts: { ...before.facts, [name]: { ...fact, [language]: text } } }
    })
  return (
    <div className="c-form c-facts-edit">
      {factNames(value.facts).map((name) => {
        const label = wordFor(t, 'fact', name)
        const fact = value.facts[name] ?? { es: '', en: '' }
        return (
          <div key={name} className="c-two">
            <Textarea
              label={`${label} · ${t('app.spanish')}`}
              value={fact.es}
              onChange={(event) => set(name, 'es', event.currentTarget.value)}
              autosize
              minRows={1}
              maxRows={5}
              maxLength={2000}
            />
            <Textarea
              label={`${label} · ${t('app.english')}`}
              value={fact.en}
              onChange={(event) => set(name, 'en', event.currentTarget.value)}
              autosize
              minRows={1}
              maxRows={5}
              maxLength={2000}
              lang="en"
            />
          </div>
        )
      })}
    </div>
  )
}
