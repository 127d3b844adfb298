import type { CustomerRow, LocationBody } from '@hilo/contract'
import { Button, Note, TextInput } from '@hilo/ui'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../api.ts'
import { useIntent } from '../intent.ts'
import { AskAgain } from '../pay/ask-again.tsx'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'

/** Somebody came by and bought nothing: said in a few words, so that whoever serves them next does not start from zero. */
export function Visit({ person, place }: { person: CustomerRow; place: LocationBody }): ReactNode {
  const t = useWords()
  const client = useQueryClient()
  const [note, setNote] = useState('')
  const tell = useIntent<void, string>(
    (words, key) =>
      api.post<void>(`/api/admin/customers/${person.id}/visits`, { locationId: place.id, note: words }, { key }),
    {
      onDone: () => {
        setNote('')
        void client.invalidateQueries({ queryKey: ['thread', person.id] })
      },
    },
  )
  return (
    <>
      <form
        className="t-row"
        onSubmit={(event) => {
          event.preventDefault()
          tell.start(note.trim())
        }}
      >
        <TextInput
          size="lg"
          label={t('visit.note')}
          placeholder={t('visit.example')}
          value={note}
          onChange={(event) => {
            setNote(event.currentTarget.value)
            tell.renew()
          }}
          autoComplete="off"
          maxLength={1000}
          className="t-grow"
        />
        <Button type="submit" size="lg" icon="place" disabled={tell.isPending || tell.isLost}>
          {t('visit.action')}
        </Button>
      </form>
      {tell.variables !== undefined && !tell.isPending && !tell.isLost && tell.error === null && (
        <Note tone="kept">{t('visit.done', { place: place.name })}</Note>
      )}
      {tell.isLost && <AskAgain title={t('unknown.title')} onAsk={tell.again} />}
      {!tell.isPending && <Trouble error={tell.error} />}
    </>
  )
}
