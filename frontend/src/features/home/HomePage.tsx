import { Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { datasetsQuery } from '../../api/queries'
import { DropZone } from './DropZone'
import classes from './HomePage.module.css'
import { RecentDatasets, RecentSessions, RunningJobs } from './Recent'
import { Samples } from './Samples'

/** What to do first, and where one was. */
export function HomePage() {
  const first = useQuery(datasetsQuery).data?.length === 0
  return (
    <div className="page">
      <header className={classes.head}>
        <Title order={1}>{first ? 'Start with a file' : 'Ask your data anything'}</Title>
        <p>
          {first
            ? 'Drop one below, or load the sample. A profile of every column follows at once; then ask in plain words.'
            : 'Every answer shows the code that made it and the data it was made from.'}
        </p>
      </header>
      <div className={classes.grid}>
        <div className={classes.main}>
          <DropZone />
          <RecentSessions />
        </div>
        <div className={classes.side}>
          <RunningJobs />
          <Samples />
          <RecentDatasets />
        </div>
      </div>
    </div>
  )
}
