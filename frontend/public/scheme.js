// Sets the colour scheme before the first paint; a separate file because the page's CSP allows no inline script.
try {
  const stored = localStorage.getItem('lakeglass.scheme')
  const dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
} catch {
  document.documentElement.setAttribute('data-mantine-color-scheme', 'light')
}
