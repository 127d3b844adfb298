import type {
  Cart,
  CartSummary,
  ChangeCart,
  CreateCounterCart,
  LineInput,
  PlaceAnswer,
  PlaceCounterCart,
  SentCart,
} from '@hilo/contract'
import { api } from '../api.ts'

/** Everything the till asks about baskets. A basket lives on the server; the till keeps only its id. */
export const baskets = {
  find: (q: string, location: string) =>
    api.get<{ items: CartSummary[] }>('/api/pos/carts', {
      query: q === '' ? { location, limit: 20 } : { q, limit: 20 },
    }),
  open: (body: CreateCounterCart) => api.post<Cart>('/api/pos/carts', body),
  read: (id: string) => api.get<Cart>(`/api/pos/carts/${id}`),
  claim: (id: string, locationId: string) => api.post<Cart>(`/api/pos/carts/${id}/claim`, { locationId }),
  /** The basket with this code, taken over by this till; undefined when no open basket has it. */
  openByCode: async (code: string, locationId: string): Promise<Cart | undefined> => {
    const found = await api.get<{ items: CartSummary[] }>('/api/pos/carts', { query: { q: code, limit: 2 } })
    const [only] = found.items
    return only && api.post<Cart>(`/api/pos/carts/${only.id}/claim`, { locationId })
  },
  change: (id: string, body: ChangeCart) => api.patch<Cart>(`/api/pos/carts/${id}`, body),
  addLine: (id: string, line: LineInput) => api.post<Cart>(`/api/pos/carts/${id}/lines`, line),
  setLine: (id: string, lineId: string, units: number) =>
    api.put<Cart>(`/api/pos/carts/${id}/lines/${lineId}`, { units }),
  addCoupon: (id: string, code: string) => api.post<Cart>(`/api/pos/carts/${id}/coupons`, { code }),
  send: (id: string, to: { email?: string; phone?: string }) => api.post<SentCart>(`/api/pos/carts/${id}/send`, to),
  place: (id: string, body: PlaceCounterCart, key: string) =>
    api.post<PlaceAnswer>(`/api/pos/carts/${id}/place`, body, { key }),
}
