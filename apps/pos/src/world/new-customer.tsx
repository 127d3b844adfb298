import type { Contact } from '@hilo/contract'
import { Button, TextInput } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { useWords } from '../words.ts'

export const nobody: Contact = { name: '', email: '', phone: '' }

/** Somebody new; begins with what was looked for. A mail or telephone that belongs to somebody finds that person. */
export function NewCustomer({
  typed,
  busy,
  onSave,
}: {
  typed: string
  busy: boolean
  onSave(contact: Contact): void
}): ReactNode {
  const t = useWords()
  const looksLike = typed.includes('@') ? 'email' : /^[+\d\s]{6,}$/.test(typed) ? 'phone' : 'name'
  const [contact, setContact] = useState<Contact>({ ...nobody, [looksLike]: typed.trim() })
  const first = looksLike === 'name' ? 'phone' : 'name'
  const field = (name: keyof Contact, type: string) => (
    <TextInput
      size="lg"
      type={type}
      label={t(`customer.${name}`)}
      value={contact[name]}
      onChange={(event) => setContact({ ...contact, [name]: event.currentTarget.value })}
      autoComplete="off"
      // The form opens because a key asked for it; what is missing is typed next.
      autoFocus={name === first}
    />
  )
  return (
    <form
      className="t-form"
      onSubmit={(event) => {
        event.preventDefault()
        onSave(contact)
      }}
    >
      {field('name', 'text')}
      {field('phone', 'tel')}
      {field('email', 'email')}
      <Button
        type="submit"
        kind="primary"
        size="xl"
        disabled={busy || (!contact.email && !contact.phone && !contact.name)}
      >
        {t('customer.save')}
      </Button>
    </form>
  )
}
