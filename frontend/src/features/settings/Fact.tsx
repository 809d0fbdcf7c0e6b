import type { ReactNode } from 'react'
import classes from './SettingsPage.module.css'

/** A fact and its name, side by side where there is room. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <dl className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </dl>
  )
}
