import './pos.css'
import './pos-sheets.css'
import './pos-small.css'
import { HiloProvider } from '@hilo/ui'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { isAway, isSignedOut } from './api.ts'
import { Counter } from './counter.tsx'
import { onServerBack } from './server-state.ts'

const onError = (error: unknown) => {
  if (isSignedOut(error)) void client.invalidateQueries({ queryKey: ['me'] })
}
const client = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    // What the browser believes about the network says nothing about the server in the back room: always ask.
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      retry: (times, error) => times < 1 && !isAway(error),
      refetchOnWindowFocus: true,
    },
    mutations: { networkMode: 'always' },
  },
})
onServerBack(() => void client.invalidateQueries())
const root = document.getElementById('root')
if (!root) throw new Error('the page has no root')
createRoot(root).render(
  <HiloProvider>
    <QueryClientProvider client={client}>
      <Counter />
    </QueryClientProvider>
  </HiloProvider>,
)
