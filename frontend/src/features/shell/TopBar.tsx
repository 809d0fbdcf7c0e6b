import { ActionIcon, Kbd, Tooltip, UnstyledButton } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleHelp, Search } from 'lucide-react'
import { meQuery } from '../../api/queries'
import { Logo } from './Logo'
import { RunningChip } from './RunningChip'
import { SchemeSwitch } from './SchemeSwitch'
import classes from './Shell.module.css'
import { MOD } from './useShortcuts'

export function TopBar({ onHelp }: { onHelp: () => void }) {
  const me = useQuery(meQuery)
  return (
    <header className={classes.top}>
      <Link to="/" className={classes.brand} aria-label="Lakeglass, home">
        <Logo />
        <span>Lakeglass</span>
      </Link>
      {me.data && <div className={classes.tenant}>{me.data.tenant_name}</div>}
      <div className={classes.spacer} />
      <RunningChip />
      <UnstyledButton className={classes.search} onClick={spotlight.open} aria-label="Search and commands">
        <Search size={16} aria-hidden />
        <span>Search or go to…</span>
        <Kbd size="xs">{MOD} K</Kbd>
      </UnstyledButton>
      <SchemeSwitch />
      <Tooltip label="Keyboard shortcuts (?)">
        <ActionIcon aria-label="Keyboard shortcuts" onClick={onHelp} visibleFrom="xs">
          <CircleHelp size={19} strokeWidth={1.8} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </header>
  )
}
