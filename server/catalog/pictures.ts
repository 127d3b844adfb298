/** Where a picture is found on the web. Pure. */

/** Prefix of pictures that are drawn when they are asked for. */
export const drawnPrefix = 'demo:'

/** Address of a stored picture (`demo:shirt/anil/front` → `/media/demo/shirt/anil/front`); `?w=` chooses the width. */
export function pictureUrl(picture: string | null): string | null {
  if (picture === null) return null
  const path = picture.startsWith(drawnPrefix) ? `demo/${picture.slice(drawnPrefix.length)}` : picture
  return `/media/${path.split('/').map(encodeURIComponent).join('/')}`
}
