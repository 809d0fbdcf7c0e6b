import { ChartSpline, FileText, Group, MessageSquareText, RotateCcw, Sparkles } from 'lucide-react'
import type { AnalysisResult, JobView } from '../../api/analysis'
import { jobReportAddress } from '../../api/endpoints'
import { Button } from '@mantine/core'
import { LinkButton } from '../../components/LinkButton'
import { Panel } from '../../components/Panel'
import { plural } from '../../format/number'
import { Answered } from './ClarifyCard'
import { Files } from './Files'
import classes from './Outcome.module.css'
import { followUp, leakingColumns } from './outcome'
import { RemarkTag, Verdict } from './Verdict'
import { WordedBy } from './WordedBy'
import { toldOf } from './wording'
import { advice } from './words'

interface Props {
  job: JobView
  result: AnalysisResult
  onPredict?: (() => void) | undefined
  onGroups?: (() => void) | undefined
  onForecast?: (() => void) | undefined
}

/** Four answers that need no statistics, what the critique objects to, and where to go from here. */
export function FirstScreen({ job, result, onPredict, onGroups, onForecast }: Props) {
  const { verdict, wording } = result.result
  const told = toldOf(result)
  return (
    <>
      <div className={classes.first}>
        <section className={classes.card}>
          <h2>What was asked</h2>
          <p>{told.asked}</p>
        </section>
        <section className={classes.card}>
          <h2>What was found</h2>
          <p>{told.found}</p>
        </section>
        <section className={classes.card}>
          <h2>How sure that is</h2>
          <div className={classes.verdict}>
            <Verdict verdict={verdict} />
          </div>
          <p>{told.sure}</p>
        </section>
        <section className={classes.card}>
          <h2>What to do</h2>
          <ul>
            {told.todo.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </section>
      </div>
      {wording && <WordedBy jobId={job.id} outcome={result} wording={wording} />}
      <div className={classes.next} role="group" aria-label="Go on from here">
        <LinkButton
          to="/ask"
          search={{ dataset: job.dataset_id, question: followUp(result) }}
          leftSection={<MessageSquareText size={16} aria-hidden />}
        >
          Ask about this result
        </LinkButton>
        {onForecast && (
          <Button variant="default" onClick={onForecast} leftSection={<ChartSpline size={16} aria-hidden />}>
            Look at the forecast
          </Button>
        )}
        {onPredict && (
          <Button variant="default" onClick={onPredict} leftSection={<Sparkles size={16} aria-hidden />}>
            Predict
          </Button>
        )}
        {onGroups && (
          <Button variant="default" onClick={onGroups} leftSection={<Group size={16} aria-hidden />}>
            Look at the groups
          </Button>
        )}
        <Button
          component="a"
          href={jobReportAddress(job.id)}
          target="_blank"
          rel="noreferrer"
          variant="default"
          leftSection={<FileText size={16} aria-hidden />}
        >
          Open the report
        </Button>
        {verdict !== 'fail' && <Again job={job} result={result} />}
      </div>
      {job.clarification && <Answered card={job.clarification} />}
      <Remarks result={result} />
      <Files jobId={job.id} files={job.files} />
    </>
  )
}

/** The same again with something changed: without the columns that know the answer, where there are some. */
export function Again({ job, result }: { job: JobView; result: AnalysisResult | undefined }) {
  const leaking = result ? leakingColumns(result.eda, result.modeling) : []
  const leaks = leaking.length > 0
  return (
    <LinkButton
      to="/build"
      search={{ from: job.id, ...(leaks && { leave: leaking }) }}
      variant="default"
      leftSection={<RotateCcw size={16} aria-hidden />}
    >
      {againWord(leaking)}
    </LinkButton>
  )
}

const SHORT = 32

function againWord(leaking: readonly string[]): string {
  const [only, second] = leaking
  if (only === undefined) return 'Run again with changes'
  return second === undefined && only.length <= SHORT
    ? `Run again without ${only}`
    : `Run again without ${plural(leaking.length, 'column')}`
}

function Remarks({ result }: { result: AnalysisResult }) {
  const { remarks, asked } = result.critique
  if (remarks.length === 0 && asked.length === 0) return null
  return (
    <Panel
      flush
      title={remarks.length > 0 ? 'What the critique objects to' : 'The critique objects to nothing'}
    >
      <ul className={classes.remarks}>
        {remarks.map((remark) => (
          <li key={`${remark.code} ${remark.detail}`}>
            <RemarkTag severity={remark.severity} />
            <p>{remark.detail}</p>
            <p>
              <b>What to do.</b> {advice(remark)}
            </p>
          </li>
        ))}
      </ul>
      {asked.length > 0 && (
        <details className={classes.fold}>
          <summary>{plural(asked.length, 'question')} that it asked</summary>
          <ul>
            {asked.map((question) => (
              <li key={question}>{question}</li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  )
}
