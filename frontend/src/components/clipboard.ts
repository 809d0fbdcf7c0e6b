/** Puts text on the clipboard, over plain HTTP from another machine too, where browsers hide the modern way. */
export async function copyText(text: string): Promise<void> {
  // Absent where the page isn't served over HTTPS or from this machine.
  const clipboard = navigator.clipboard as Clipboard | undefined
  if (clipboard) {
    await clipboard.writeText(text)
    return
  }
  const field = document.createElement('textarea')
  field.value = text
  field.style.position = 'fixed'
  field.style.opacity = '0'
  const before = document.activeElement
  document.body.append(field)
  field.select()
  // The only way without a secure context.
  const copied = document.execCommand('copy')
  field.remove()
  if (before instanceof HTMLElement) before.focus()
  if (!copied) throw new Error('The browser did not allow it. Select the text and copy it by hand.')
}
