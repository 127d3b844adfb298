import { optionKey } from '#catalog'

type Named = { key?: string; name: { es: string; en: string } }

/** `color`, `size` or another word, also for options that were stored without their key. */
export function optionKeyOf({ key, name }: Named): string {
  return key ?? optionKey(name)
}
