import { Select, useLanguage } from '@hilo/ui'
import { type ReactNode, useMemo } from 'react'
import { useT } from '../../lib/words.ts'

/** Countries in which a place may stand: those of the Union, and the neighbours one can drive to. */
const countries =
  'ES PT FR AD IT DE AT BE NL LU IE DK SE FI EE LV LT PL CZ SK HU SI HR RO BG GR CY MT GB GI CH NO IS LI MC SM'.split(
    ' ',
  )

/** The country of an address; its code is what is kept. */
export function CountryField({ value, onChange }: { value: string; onChange(code: string): void }): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const data = useMemo(() => {
    const names = new Intl.DisplayNames(language, { type: 'region' })
    const known = countries.includes(value) ? countries : [value, ...countries]
    return known.map((code) => ({ value: code, label: names.of(code) ?? code }))
  }, [language, value])
  return (
    <Select
      label={t('address.country')}
      data={data}
      value={value}
      onChange={(code) => code && onChange(code)}
      allowDeselect={false}
      searchable
    />
  )
}

/** The clock by which a place opens and promises. */
export function ZoneField({ value, onChange }: { value: string; onChange(zone: string): void }): ReactNode {
  const t = useT()
  const data = useMemo(() => Intl.supportedValuesOf('timeZone').filter((zone) => /^(Europe|Atlantic)\//.test(zone)), [])
  return (
    <Select
      label={t('place.zone')}
      data={data.includes(value) ? data : [value, ...data]}
      value={value}
      onChange={(zone) => zone && onChange(zone)}
      allowDeselect={false}
      searchable
    />
  )
}
