import { useDisclosure } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { PLACES } from './places'

const apple = /mac|iphone|ipad/i.test(navigator.userAgent)
export const MOD = apple ? '⌘' : 'Ctrl'

const inField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

/** Keys that work everywhere: '?' for help, 'n' for a new question, 'g' and a letter to go somewhere. */
export function useShortcuts() {
  const [opened, { open, close }] = useDisclosure(false)
  const navigate = useNavigate()
  const going = useRef(0)

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (inField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === '?') {
        open()
        return
      }
      if (event.key === 'g') {
        going.current = event.timeStamp
        return
      }
      const place = PLACES.find((p) => p.key === event.key)
      if (place && event.timeStamp - going.current < 1200) void navigate({ to: place.to })
      else if (event.key === 'n') {
        event.preventDefault()
        void navigate({ to: '/ask' })
      }
      going.current = 0
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [navigate, open])

  return { opened, open, close }
}
