/** Where prices and stock, which stand beside each other and do not know each other, meet. */
import { availability, openStock } from '#inventory'
import { type InStock, openStockWith } from '#pricing'

/** Variants of which at least one unit can be promised on the channel; lists of the shop ask it. */
export const inStock: InStock = async (q, { variantIds, channelId }) => {
  const found = await availability(q, { variantIds, channelId })
  return new Set([...found].filter(([, { total }]) => total > 0).map(([id]) => id))
}

// Product files bring quantities; `--set place=VLC` says where they lie.
openStockWith((tx, { clock, runId, actorId, options }, items) =>
  openStock(tx, clock, { items, place: options['place'], reference: runId, actorId }),
)
