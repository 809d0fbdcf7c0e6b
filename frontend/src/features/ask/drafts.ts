import { useLocalStorage } from '@mantine/hooks'

/** What was typed and not sent yet, by conversation; survives a reload. */
const key = (conversation: string) => `lakeglass.draft.${conversation}`

export const readDraft = (conversation: string): string => localStorage.getItem(key(conversation)) ?? ''

export function writeDraft(conversation: string, text: string): void {
  if (text) localStorage.setItem(key(conversation), text)
  else localStorage.removeItem(key(conversation))
}

/** The edited code of an attempt that did not run yet; undefined while nobody edits. Survives a reload. */
export function useCodeDraft(attemptId: string) {
  const [draft, set, remove] = useLocalStorage<string | undefined>({
    key: key(`code.${attemptId}`),
    getInitialValueInEffect: false,
    serialize: (text) => text ?? '',
    deserialize: (text) => text,
  })
  return { draft, set, remove }
}
