import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { healthQuery } from '../../api/queries'
import { PLACES } from './places'
import classes from './Shell.module.css'

export function Rail() {
  const health = useQuery(healthQuery)
  return (
    <nav aria-label="Main" className={classes.rail}>
      {PLACES.map(({ to, label, icon: Icon }) => (
        <Link key={to} to={to} className={classes.place} activeOptions={{ exact: to === '/' }}>
          <Icon size={19} strokeWidth={1.8} aria-hidden />
          <span>{label}</span>
        </Link>
      ))}
      {health.data && <div className={classes.version}>Lakeglass {health.data.version}</div>}
    </nav>
  )
}
