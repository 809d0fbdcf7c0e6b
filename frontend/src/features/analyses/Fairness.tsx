import { Text } from '@mantine/core'
import { CircleCheck, CircleDashed, TriangleAlert } from 'lucide-react'
import type { Gap, Slices } from '../../api/analysis'
import { Blank } from '../../components/Blank'
import { Panel } from '../../components/Panel'
import { number } from '../../format/number'
import { compared, gapWord, rateWord, verdictOf, type Compared } from './fairness'
import classes from './Groups.module.css'
import { IntervalLine } from './IntervalLine'
import table from './Search.module.css'
import tag from './Verdict.module.css'
import { ends, score, spread } from './words'

/** How the model does for each group of the sensitive column, and which differences are more than chance. */
export function Fairness({ slices }: { slices: Slices }) {
  if (slices.groups.length === 0)
    return (
      <Panel title={`Groups of ${slices.column}`}>
        <Blank icon={CircleDashed} title="Nothing to compare">
          {slices.note}
        </Blank>
      </Panel>
    )
  return (
    <>
      <Panel title={`Fairness between groups of ${slices.column}`}>
        <Text style={{ overflowWrap: 'anywhere' }}>{verdictOf(slices)}</Text>
        <Text size="sm" c="dimmed" mt={6} style={{ overflowWrap: 'anywhere' }}>
          On rows that no fit had seen; intervals hold in 95 of 100 cases.
          {slices.threshold !== null && ` A chance from ${score(slices.threshold)} on is a yes.`}
          {slices.kind === 'quarters' && ' Its numbers were cut into quarters of the rows.'}
          {slices.note && ` ${slices.note}`} A difference says what is, not why: groups may differ in the
          truth itself.
        </Text>
      </Panel>
      {compared(slices).map((each) => (
        <Measure key={each.name} compared={each} truths={truths(slices)} />
      ))}
    </>
  )
}

const truths = ({ groups }: Slices): ReadonlyMap<string, number | null> =>
  new Map(groups.map(({ group, truth }) => [group, truth]))

interface Of {
  compared: Compared
  truths: ReadonlyMap<string, number | null>
}

function Measure({ compared: { name, title, about, groups, gap }, truths }: Of) {
  const among = groups.flatMap(({ rate }) => [rate.low, rate.high])
  const shows = name === 'chosen'
  return (
    <Panel flush title={title}>
      <div className={classes.gap}>
        <GapTag gap={gap} />
        <p>
          {about.charAt(0).toUpperCase() + about.slice(1)}. {gap && <Difference gap={gap} />}
        </p>
      </div>
      <div className={table.box} role="region" tabIndex={0} aria-label={`${title}, by group`}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col" data-numeric className={table.wide}>
                Rows
              </th>
              {shows && (
                <th scope="col" data-numeric className={table.wide}>
                  Truly yes
                </th>
              )}
              <th scope="col" data-numeric>
                Value, with interval
              </th>
              <th scope="col" className={table.wide}>
                <span aria-hidden>● value, ━ interval</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {groups.map(({ group, rows, small, rate }) => (
              <tr key={group}>
                <th scope="row">
                  <span className={table.name}>{group}</span>
                  {small && <span className={table.baseline}>too few to judge</span>}
                </th>
                <td data-numeric className={table.wide}>
                  {number(rows)}
                </td>
                {shows && (
                  <td data-numeric className={table.wide}>
                    {truthWord(truths.get(group))}
                  </td>
                )}
                <td data-numeric>
                  {rateWord(name, rate.value)}
                  <span className={table.sub}>
                    {ends(rateWord(name, rate.low), rateWord(name, rate.high))}
                  </span>
                </td>
                <td className={table.wide}>
                  <IntervalLine of={rate} mark={null} among={among} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

const truthWord = (share: number | null | undefined): string =>
  typeof share === 'number' ? rateWord('chosen', share) : '–'

function Difference({ gap }: { gap: Gap }) {
  return (
    <>
      Lowest for {gap.lowest}, highest for {gap.highest}: {gapWord(gap.name, gap.value)} apart (between{' '}
      {gapWord(gap.name, gap.low)} and {gapWord(gap.name, gap.high)}
      {gap.ratio !== null && `; ratio ${spread(gap.ratio)}`}).
    </>
  )
}

function GapTag({ gap }: { gap: Gap | null }) {
  const [Icon, tone, word] = !gap
    ? ([CircleDashed, undefined, 'Not compared'] as const)
    : gap.sure
      ? ([TriangleAlert, 'warn', 'Differs, beyond chance'] as const)
      : ([CircleCheck, 'good', 'May be chance'] as const)
  return (
    <span className={tag.tag} data-tone={tone}>
      <Icon size={15} aria-hidden />
      {word}
    </span>
  )
}
