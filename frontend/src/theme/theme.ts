import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core'
import { palette } from './palette'

const teal: MantineColorsTuple = [
  '#e6f6f5',
  '#cfebe9',
  '#a3d8d5',
  '#72c3bf',
  '#49c5bd',
  '#2a9690',
  '#0f7f79',
  '#0b6762',
  '#08524e',
  '#053d3a',
]
const ink: MantineColorsTuple = [
  '#f5f7f9',
  '#e9edf1',
  '#d6dde4',
  '#b6c1cc',
  '#8d9baa',
  '#6a7a8b',
  '#51606f',
  '#3c4956',
  '#28323c',
  '#161d24',
]
// Mantine's own dark greys are warm beside our ink blues.
const dark: MantineColorsTuple = [
  '#e6ebf0',
  '#c3ccd5',
  '#a3b0bd',
  '#7d8b99',
  '#465462',
  '#2c3844',
  '#222c36',
  '#182028',
  '#11171d',
  '#0c1116',
]

/** The accent is dark on light ground and light on dark ground, so the text on it changes with the scheme. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input)
  const onAccent = input.variant === 'filled' && (input.color ?? 'teal') === 'teal'
  return onAccent ? { ...colors, color: 'var(--on-accent)', hoverColor: 'var(--on-accent)' } : colors
}

export const theme = createTheme({
  variantColorResolver,
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  colors: { teal, ink, dark },
  fontFamily: "'IBM Plex Sans Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'IBM Plex Mono', ui-monospace, monospace",
  fontSizes: { xs: '0.78125rem', sm: '0.875rem', md: '1rem', lg: '1.25rem', xl: '1.75rem' },
  lineHeights: { xs: '1.45', sm: '1.5', md: '1.55', lg: '1.35', xl: '1.2' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.75rem', lineHeight: '1.2' },
      h2: { fontSize: '1.25rem', lineHeight: '1.35' },
      h3: { fontSize: '1rem', lineHeight: '1.5' },
      h4: { fontSize: '0.875rem', lineHeight: '1.5' },
    },
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    // Its place for the first focus is a focusable child that a menu may not have (ARIA 1.2, menu).
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Tooltip: {
      defaultProps: { withArrow: true, openDelay: 350, events: { hover: true, focus: true, touch: false } },
    },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'lg' } },
    Badge: { defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 500 } },
    Modal: { defaultProps: { centered: true, closeButtonProps: { 'aria-label': 'Close' } } },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
  },
})

type Scheme = keyof typeof palette

function variables(scheme: Scheme): Record<string, string> {
  const p = palette[scheme]
  return {
    '--mantine-color-body': p.ground,
    '--mantine-color-text': p.text,
    '--mantine-color-dimmed': p.dim,
    '--mantine-color-placeholder': p.placeholder,
    '--mantine-color-default-border': p.line,
    '--mantine-color-anchor': p.accent,
    '--mantine-color-green-light-color': p.good,
    '--mantine-color-blue-light-color': p.info,
    '--mantine-color-red-light-color': p.bad,
    '--mantine-color-orange-light-color': p.warn,
    '--mantine-color-yellow-light-color': p.warn,
    '--mantine-color-gray-light-color': p.dim,
    '--mantine-color-teal-light-color': p.accent,
    '--mantine-color-teal-light': p.accentSoft,
    '--mantine-color-teal-light-hover': p.accentSoft,
    '--mantine-color-error': p.bad,
    '--ground': p.ground,
    '--panel': p.panel,
    '--sunken': p.sunken,
    '--line': p.line,
    '--line-strong': p.lineStrong,
    '--text': p.text,
    '--dim': p.dim,
    '--accent': p.accent,
    '--on-accent': p.onAccent,
    '--accent-soft': p.accentSoft,
    '--good': p.good,
    '--warn': p.warn,
    '--bad': p.bad,
    '--info': p.info,
    '--good-soft': p.goodSoft,
    '--warn-soft': p.warnSoft,
    '--bad-soft': p.badSoft,
    '--code-kw': p.codeKeyword,
    '--code-str': p.codeString,
    '--code-num': p.codeNumber,
    '--code-fn': p.codeFunction,
  }
}

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: variables('light'),
  dark: variables('dark'),
})
