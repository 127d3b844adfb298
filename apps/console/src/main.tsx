import { HiloProvider } from '@hilo/ui'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './app/frame.css'
import './parts/parts.css'
import './screens/screens.css'
import './app/touch.css'
import { Gate } from './app/gate.tsx'
import { queries } from './lib/api.ts'
import { router } from './router.tsx'

// A new version was put in place while this tab was open: its parts are gone, so the page is loaded anew (once a minute at most).
window.addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem('hilo-reloaded') ?? 0)
  if (event.timeStamp + performance.timeOrigin - last < 60_000) return
  event.preventDefault()
  sessionStorage.setItem('hilo-reloaded', String(event.timeStamp + performance.timeOrigin))
  window.location.reload()
})

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <HiloProvider>
      <QueryClientProvider client={queries}>
        <Gate>
          <RouterProvider router={router} />
        </Gate>
      </QueryClientProvider>
    </HiloProvider>
  </StrictMode>,
)
