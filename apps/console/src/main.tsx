import { HiloProvider } from '@hilo/ui'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './app/frame.css'
import './parts/parts.css'
import './screens/screens.css'
import { Gate } from './app/gate.tsx'
import { queries } from './lib/api.ts'
import { router } from './router.tsx'

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
