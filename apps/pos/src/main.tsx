import './pos.css'
import { HiloProvider } from '@hilo/ui'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { isSignedOut } from './api.ts'
import { Counter } from './counter.tsx'

const onError = (error: unknown) => {
  if (isSignedOut(error)) void client.invalidateQueries({ queryKey: ['me'] })
}
const client = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: { queries: { staleTime: 5_000, retry: 1, refetchOnWindowFocus: true } },
})
const root = document.getElementById('root')
if (!root) throw new Error('the page has no root')
createRoot(root).render(
  <HiloProvider>
    <QueryClientProvider client={client}>
      <Counter />
    </QueryClientProvider>
  </HiloProvider>,
)
