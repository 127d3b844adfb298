/** Where the shop is reached from outside; links in mails begin with it. Set once, when the routes are registered. */
let publicUrl = 'http://localhost:3000'

export function usePublicUrl(url: string): void {
  publicUrl = url
}

/** Origin without a slash at the end. */
export function currentPublicUrl(): string {
  return publicUrl
}
