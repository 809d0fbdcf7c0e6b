import { Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { ConnectionBanner } from './ConnectionBanner'
import { Palette } from './Palette'
import { Rail } from './Rail'
import classes from './Shell.module.css'
import { ShortcutHelp } from './ShortcutHelp'
import { TopBar } from './TopBar'
import { useShortcuts } from './useShortcuts'

/** The frame around every page. */
export function Shell() {
  const main = useRef<HTMLElement>(null)
  const path = useLocation({ select: (location) => location.pathname })
  const help = useShortcuts()

  useEffect(() => {
    const place = path === '/' ? 'Home' : (path.split('/')[1] ?? '')
    document.title = `${place.charAt(0).toUpperCase()}${place.slice(1)} · Lakeglass`
  }, [path])

  return (
    <div className={classes.shell}>
      <a
        href="#main"
        className={classes.skip}
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
      >
        Skip to content
      </a>
      <TopBar onHelp={help.open} />
      <Rail />
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <ConnectionBanner />
        <div className={classes.content}>
          <Outlet />
        </div>
      </main>
      <Palette onHelp={help.open} />
      <ShortcutHelp opened={help.opened} onClose={help.close} />
    </div>
  )
}
