import type { ChannelView } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { useLanguage } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'

/** Names of channels in the reader's language; the id where the list has not come yet. */
export function useChannelName(): (id: string) => string {
  const { language } = useLanguage()
  const query = useQuery({
    queryKey: ['channels'],
    queryFn: () => api.get<{ items: ChannelView[] }>('/api/admin/channels'),
    staleTime: 600_000,
  })
  return (id) => {
    const channel = query.data?.items.find((entry) => entry.id === id)
    return channel ? pick(channel.name, language) : id
  }
}
