import { createTheme, type MantineColorsTuple } from '@mantine/core'

// Ten shades of añil around the token; Mantine picks 6 in light and 4 in dark.
const anil: MantineColorsTuple = [
  '#ecedfb',
  '#d5d7f4',
  '#b6baf0',
  '#a6abf8',
  '#8f95f5',
  '#4f55c9',
  '#3a3fb5',
  '#2e3296',
  '#262a7c',
  '#1b1e5c',
]

/** Mantine in Hilo's clothes. Components of `packages/ui` use it; screens never import Mantine themselves. */
export const theme = createTheme({
  primaryColor: 'anil',
  primaryShade: { light: 6, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.4,
  colors: { anil },
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  headings: {
    fontFamily: 'var(--font)',
    fontWeight: '600',
    sizes: { h1: { fontSize: '28px' }, h2: { fontSize: '20px' }, h3: { fontSize: '16px' } },
  },
  defaultRadius: 6,
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  shadows: {
    xs: 'none',
    sm: 'none',
    md: '0 4px 16px rgb(28 27 26 / 0.10)',
    lg: '0 8px 28px rgb(28 27 26 / 0.14)',
    xl: '0 12px 40px rgb(28 27 26 / 0.18)',
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Modal: { defaultProps: { transitionProps: { duration: 100 }, overlayProps: { backgroundOpacity: 0.35 } } },
    Drawer: { defaultProps: { transitionProps: { duration: 120 }, overlayProps: { backgroundOpacity: 0.35 } } },
    Tooltip: { defaultProps: { openDelay: 300, transitionProps: { duration: 80 } } },
  },
})
