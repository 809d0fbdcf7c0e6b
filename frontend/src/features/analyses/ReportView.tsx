import { useComputedColorScheme } from '@mantine/core'
import { jobReportAddress } from '../../api/endpoints'
import classes from './Outcome.module.css'

/** The report in a frame that can run nothing; it takes the page's scheme by the frame's own. */
export function ReportView({ jobId }: { jobId: string }) {
  const scheme = useComputedColorScheme('light')
  return (
    <div>
      <iframe
        key={scheme}
        title="Report"
        src={jobReportAddress(jobId)}
        sandbox=""
        className={classes.report}
        style={{ colorScheme: scheme }}
      />
    </div>
  )
}
