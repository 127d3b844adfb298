import '@fontsource-variable/instrument-sans/index.css'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
import './tokens.css'
import './mantine.css'
import '../components/components.css'
import type { Language } from '@hilo/i18n'
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { theme } from './theme.ts'

type LanguageContext = { language: Language; setLanguage(language: Language): void }
const Context = createContext<LanguageContext>({ language: 'es', setLanguage: () => undefined })
const colorScheme = localStorageColorSchemeManager({ key: 'hilo-theme' })

function firstLanguage(): Language {
  const kept = document.cookie.match(/(?:^|; )hilo_lang=(es|en)/)?.[1] ?? localStorage.getItem('hilo-lang')
  if (kept === 'es' || kept === 'en') return kept
  return navigator.language.startsWith('en') ? 'en' : 'es'
}

/** Theme, language and notices for a whole app. The language is a cookie, so that the server answers in it, too. */
export function HiloProvider({ children }: { children: ReactNode }): ReactNode {
  const [language, setState] = useState<Language>(firstLanguage)
  useEffect(() => {
    document.documentElement.lang = language
    document.cookie = `hilo_lang=${language}; path=/; max-age=31536000; samesite=lax`
    localStorage.setItem('hilo-lang', language)
  }, [language])
  const value = useMemo(() => ({ language, setLanguage: setState }), [language])
  return (
    <Context.Provider value={value}>
      <MantineProvider theme={theme} colorSchemeManager={colorScheme} defaultColorScheme="auto">
        <Notifications position="bottom-center" limit={3} transitionDuration={120} />
        {children}
      </MantineProvider>
    </Context.Provider>
  )
}

/** The reader's language and how to change it. */
export function useLanguage(): LanguageContext {
  return useContext(Context)
}
