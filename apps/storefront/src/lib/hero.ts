/** Wide pictures of the house, drawn like the goods; the index picks one. */
const pictures = ['/media/demo/hero-costa', '/media/demo/hero-mesa', '/media/demo/hero-tendedero'] as const

/** Path of a wide picture; takes `?w=` like every picture of the API. */
export function heroPicture(index: number): string {
  return pictures[index % pictures.length] ?? pictures[0]
}
