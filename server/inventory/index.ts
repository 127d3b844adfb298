export { type AllocateLine, allocate, allocateReserved, sellUnknown } from './allocate.ts'
export {
  type AllocatedLine,
  allocationsOf,
  moveAllocation,
  type OpenAllocation,
  releaseAllocations,
  shipAllocated,
  writeOffMissing,
} from './allocations.ts'
export { type Availability, availability, type PlaceFigure, readFigures } from './availability.ts'
export { type Claim, claimStock } from './claim.ts'
export { exportStock } from './export-stock.ts'
export { registerStockImporters } from './import-stock.ts'
export { inventoryJobs } from './jobs.ts'
export { listLanes } from './lanes.ts'
export type { Shortage, StockKey } from './levels.ts'
export {
  createLocation,
  editLocation,
  findLocation,
  findLocationByCode,
  type Location,
  listLocations,
  type NewLocation,
} from './locations.ts'
export { openStock } from './opening-stock.ts'
export { postalPoint } from './postal-areas.ts'
export { inventoryProblems } from './problems.ts'
export {
  extendReservations,
  lapseReservations,
  type Reserve,
  type ReserveItem,
  releaseReservations,
  reservationsOf,
  reserve,
} from './reserve.ts'
export { registerInventoryRoutes } from './routes.ts'
export { changeStock, countStock, type StockChange, setSafetyStock } from './stock-changes.ts'
export { restoreStockOfOrders, type StockOfOrder, stockOfOrders } from './stock-of-orders.ts'
export { inventorySubscribers } from './subscribers.ts'
export { type TransferLane, type TransferPlace, type TransferTimes, transferTimes } from './transfer-time.ts'
export {
  cancelTransfer,
  cancelTransfersOf,
  findTransfer,
  openTransfersOf,
  receiveTransfer,
  requestTransfer,
  sendTransfer,
  type Transfer,
  type TransferLine,
} from './transfers.ts'
export { dayWords, fromWords, hoursWords, sentence, timeWords } from './words.ts'
