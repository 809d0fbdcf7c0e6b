import { useComputedColorScheme } from '@mantine/core'
import classes from './Outcome.module.css'
import { inScheme } from './scheme'

/** The report in a frame that can run nothing, in the scheme of the page. */
export function ReportView({ report }: { report: string }) {
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false })
  return <iframe title="Report" srcDoc={inScheme(report, scheme)} sandbox="" className={classes.report} />
}
