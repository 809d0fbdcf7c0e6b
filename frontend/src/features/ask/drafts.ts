/** What was typed and not sent yet, by conversation; survives a reload. */
const key = (conversation: string) => `lakeglass.draft.${conversation}`

export const readDraft = (conversation: string): string => localStorage.getItem(key(conversation)) ?? ''

export function writeDraft(conversation: string, text: string): void {
  if (text) localStorage.setItem(key(conversation), text)
  else localStorage.removeItem(key(conversation))
}
