let origin = ''

/** Says under which origin customers reach the shop; set once when the app is built, read when a message is written. */
export function setShopOrigin(publicUrl: string): void {
  origin = publicUrl
}

/** Where a customer chooses what to do about a missing unit, without an account. */
export function shortageLink(token: string): string {
  return `${origin}/shortages/${token}`
}
