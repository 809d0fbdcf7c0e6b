import { PenLine } from 'lucide-react'
import type { AnalysisResult, Wording } from '../../api/analysis'
import { jobFileAddress } from '../../api/endpoints'
import { plural } from '../../format/number'
import classes from './Outcome.module.css'
import { byRules, costOfWording } from './wording'

interface Props {
  jobId: string
  outcome: Pick<AnalysisResult, 'result' | 'critique'>
  wording: Wording
}

/** Who worded the first screen; the rules' own words and what the model was told are one click away. */
export function WordedBy({ jobId, outcome, wording }: Props) {
  if (wording.by === 'rules')
    return (
      <p className={classes.worded}>
        <PenLine size={15} aria-hidden />
        <span>{wording.reason}</span>
      </p>
    )
  const { asked, found, sure, todo } = byRules(outcome)
  return (
    <details className={classes.worded}>
      <summary>
        <PenLine size={15} aria-hidden />
        <span>
          Worded by {wording.model}, each sentence checked against the result. {plural(wording.calls, 'call')}
          , {costOfWording(wording)}. <b>The same in fixed words</b>
        </span>
      </summary>
      <h3>In fixed words</h3>
      <p>{asked}</p>
      <p>{found}</p>
      <p>{sure}</p>
      <ul>
        {todo.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      <h3>What the model was told, names and advice left out</h3>
      <ol>
        {Object.entries(wording.facts).map(([id, fact]) => (
          <li key={id}>{fact}</li>
        ))}
      </ol>
      <a href={jobFileAddress(jobId, 'model-calls.json')} download>
        Word for word: model-calls.json
      </a>
    </details>
  )
}
