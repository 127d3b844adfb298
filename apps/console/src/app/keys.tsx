import { commandMenu, Kbd, Modal, useHotkeys } from '@hilo/ui'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useMe } from '../lib/known.ts'
import { useT } from '../lib/words.ts'
import { placesOf } from './places-of-work.ts'

export type Help = { shown: boolean; open(): void; close(): void }

/** `g` then a letter goes somewhere, `/` searches the list, `?` shows the keys. Never while somebody types. */
export function useKeys(): Help {
  const me = useMe()
  const navigate = useNavigate()
  const [shown, setShown] = useState(false)
  const goUntil = useRef(0)
  useHotkeys([
    ['shift+?', () => setShown(true)],
    ['?', () => setShown(true)],
    ['/', () => document.querySelector<HTMLInputElement>('[data-list-search]')?.focus()],
  ])
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const target = event.target
      const typing =
        target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
      if (typing || event.metaKey || event.ctrlKey || event.altKey) return
      if (event.key === 'g') {
        goUntil.current = event.timeStamp + 1200
        return
      }
      if (event.timeStamp > goUntil.current) return
      const place = placesOf(me).find(({ key }) => key === event.key)
      goUntil.current = 0
      if (place) void navigate({ to: place.path })
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [me, navigate])
  return { shown, open: () => setShown(true), close: () => setShown(false) }
}

/** The keys that work everywhere. */
export function KeyHelp({ help }: { help: Help }): ReactNode {
  const t = useT()
  const me = useMe()
  const rows: [string, string][] = [
    ['⌘ K', t('keys.menu')],
    ['/', t('keys.search')],
    ['↑ ↓', t('keys.rows')],
    ['↵', t('keys.open')],
    ['Esc', t('keys.close')],
    ['?', t('keys.help')],
    ...placesOf(me).map(({ key, word }): [string, string] => [`g ${key}`, t('keys.goTo', { place: t(word) })]),
  ]
  return (
    <Modal
      opened={help.shown}
      onClose={help.close}
      title={t('keys.title')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <dl className="c-keys">
        {rows.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>
              {keys === '⌘ K' ? (
                <button type="button" className="c-linklike" onClick={() => (help.close(), commandMenu.open())}>
                  {what}
                </button>
              ) : (
                what
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
