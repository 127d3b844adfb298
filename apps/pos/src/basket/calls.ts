import type {
  BasketCustomer,
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

/** Everything the till asks about baskets. A basket lives on the server; the till keeps only its id. `key` is the intent's. */
export const baskets = {
  find: (q: string, location: string) =>
    api.get<{ items: CartSummary[] }>('/api/pos/carts', {
      query: q === '' ? { location, limit: 20 } : { q, limit: 20 },
    }),
  read: (id: string) => api.get<Cart>(`/api/pos/carts/${id}`),
  open: (body: CreateCounterCart, key: string) => api.post<Cart>('/api/pos/carts', body, { key }),
  change: (id: string, body: ChangeCart, key: string) => api.patch<Cart>(`/api/pos/carts/${id}`, body, { key }),
  addLine: (id: string, line: LineInput, key: string) => api.post<Cart>(`/api/pos/carts/${id}/lines`, line, { key }),
  setLine: (id: string, lineId: string, units: number, key: string) =>
    api.put<Cart>(`/api/pos/carts/${id}/lines/${lineId}`, { units }, { key }),
  addCoupon: (id: string, code: string, key: string) =>
    api.post<Cart>(`/api/pos/carts/${id}/coupons`, { code }, { key }),
  setCustomer: (id: string, customer: BasketCustomer, key: string) =>
    api.put<Cart>(`/api/pos/carts/${id}/customer`, customer, { key }),
  claim: (id: string, locationId: string) => api.post<Cart>(`/api/pos/carts/${id}/claim`, { locationId }),
  /** The basket with this code, taken over by this till; undefined when no open basket has it. */
  openByCode: async (code: string, locationId: string): Promise<Cart | undefined> => {
    const found = await api.get<{ items: CartSummary[] }>('/api/pos/carts', { query: { q: code, limit: 2 } })
    const [only] = found.items
    return only && api.post<Cart>(`/api/pos/carts/${only.id}/claim`, { locationId })
  },
  send: (id: string, to: { email?: string; phone?: string }) => api.post<SentCart>(`/api/pos/carts/${id}/send`, to),
  place: (id: string, body: PlaceCounterCart, key: string) =>
    api.post<PlaceAnswer>(`/api/pos/carts/${id}/place`, body, { key }),
}
