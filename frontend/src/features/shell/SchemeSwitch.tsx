import { ActionIcon, Tooltip, useMantineColorScheme, type MantineColorScheme } from '@mantine/core'
import { Monitor, Moon, Sun, type LucideIcon } from 'lucide-react'
import { NEXT_SCHEME } from '../../theme/scheme'

const LOOK: Record<MantineColorScheme, { icon: LucideIcon; word: string }> = {
  auto: { icon: Monitor, word: 'as the system' },
  light: { icon: Sun, word: 'light' },
  dark: { icon: Moon, word: 'dark' },
}

/** Auto → light → dark → auto. */
export function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { icon: Icon, word } = LOOK[colorScheme]
  const label = `Theme: ${word}; switch to ${LOOK[NEXT_SCHEME[colorScheme]].word}`
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={() => setColorScheme(NEXT_SCHEME[colorScheme])}>
        <Icon size={19} strokeWidth={1.8} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
