import { Text } from '@mantine/core'
import { CircleDashed } from 'lucide-react'
import type { Clustering, RowGroup } from '../../api/analysis'
import { Blank } from '../../components/Blank'
import { Panel } from '../../components/Panel'
import { number, percent, plural } from '../../format/number'
import { direction, stabilityWord, traitName, traitValue, trials } from './groups'
import classes from './Groups.module.css'
import bars from './Outcome.module.css'
import table from './Search.module.css'
import { score } from './words'

const COLUMNS = 8

/** Groups of alike rows, for a table of which nothing was asked: how large, what sets each apart, how sure. */
export function Groups({ clustering }: { clustering: Clustering }) {
  return (
    <>
      {clustering.found ? <Sizes clustering={clustering} /> : <NoGroups clustering={clustering} />}
      {clustering.groups.length > 0 && (
        <div className={classes.cards}>
          {clustering.groups.map((group) => (
            <GroupCard key={group.number} group={group} />
          ))}
        </div>
      )}
      <Tried clustering={clustering} />
    </>
  )
}

function Sizes({ clustering }: { clustering: Clustering }) {
  const { groups, rows } = clustering
  const taken = trials(clustering).find((trial) => trial.taken)
  return (
    <Panel title={`${plural(groups.length, 'group')} of alike rows`}>
      <Text size="sm" mb="md">
        {taken &&
          `They are ${stabilityWord(taken.stability)}: halves of the rows give the same groups to ${score(
            taken.stability,
          )} (1 would be exactly the same). `}
        They were found in the table, nobody named them: whether they mean something is for you to judge.
      </Text>
      <ul className={bars.bars} aria-label="Sizes of the groups">
        {groups.map((group) => (
          <li key={group.number}>
            <span className={bars.barName}>Group {group.number}</span>
            <span className={bars.track} aria-hidden>
              <span style={{ width: `${group.share * 100}%` }} />
            </span>
            <span className={bars.barValue}>
              {number(group.rows)} · {percent(group.share)}
            </span>
          </li>
        ))}
      </ul>
      <Text size="xs" c="dimmed" mt="sm" style={{ overflowWrap: 'anywhere' }}>
        All {number(rows)} rows, judged by {columnsWord(clustering)} of equal weight.
      </Text>
    </Panel>
  )
}

function columnsWord({ columns }: Clustering): string {
  const more = columns.length - COLUMNS
  const named = columns.slice(0, COLUMNS).join(', ')
  return `${plural(columns.length, 'column')} (${named}${more > 0 ? ` and ${number(more)} more` : ''})`
}

function NoGroups({ clustering }: { clustering: Clustering }) {
  return (
    <Panel title="No groups">
      <Blank icon={CircleDashed} title="The rows do not fall into groups">
        {clustering.reason}. Looked at by {columnsWord(clustering)}.
      </Blank>
    </Panel>
  )
}

const WORDS = { more: '▲ more', less: '▼ less', alike: 'alike' } as const

function GroupCard({ group }: { group: RowGroup }) {
  const title = `Group ${group.number}: ${plural(group.rows, 'row')} (${percent(group.share)})`
  return (
    <Panel flush title={title}>
      {group.traits.length === 0 ? (
        <Text size="sm" c="dimmed" p="md">
          No column that may be told sets it apart.
        </Text>
      ) : (
        <div
          className={table.box}
          role="region"
          tabIndex={0}
          aria-label={`What sets group ${group.number} apart`}
        >
          <table className={`${table.table} ${classes.traits}`}>
            <thead>
              <tr>
                <th scope="col">What sets it apart</th>
                <th scope="col" data-numeric>
                  Here
                </th>
                <th scope="col" data-numeric>
                  All rows
                </th>
              </tr>
            </thead>
            <tbody>
              {group.traits.map((trait) => (
                <tr key={`${trait.column} ${trait.value}`}>
                  <th scope="row">
                    <span className={table.name}>{traitName(trait)}</span>
                    <span className={bars.track} aria-hidden>
                      <span style={{ width: `${Math.min(1, Math.max(0, trait.strength)) * 100}%` }} />
                    </span>
                  </th>
                  <td data-numeric>
                    {traitValue(trait.kind, trait.here)}
                    <span className={table.sub}>{WORDS[direction(trait)]}</span>
                  </td>
                  <td data-numeric>{traitValue(trait.kind, trait.overall)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}

function Tried({ clustering }: { clustering: Clustering }) {
  return (
    <Panel flush title="How to read this, and what else was tried">
      <div className={classes.read}>
        <p>
          <b>What sets it apart.</b> The mean of a column, or the share of one of its values, in the group
          beside all rows. A longer bar is a larger difference. It describes the group; it is no cause.
        </p>
        <p>
          <b>When groups are believed.</b> Rows of a group lie nearer to each other than to other groups
          (silhouette, 1 at best), nearer than in tables drawn without any groups, and halves of the rows give
          the same groups (agreement, 1 at best).
        </p>
      </div>
      <div className={table.box} role="region" tabIndex={0} aria-label="Numbers of groups that were tried">
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">Groups</th>
              <th scope="col" data-numeric>
                Silhouette
              </th>
              <th scope="col" data-numeric>
                Without groups, at most
              </th>
              <th scope="col" data-numeric>
                Agreement of halves
              </th>
            </tr>
          </thead>
          <tbody>
            {trials(clustering).map((trial) => (
              <tr key={trial.groups} data-baseline={trial.taken || undefined}>
                <th scope="row">
                  <span className={table.name}>{trial.groups}</span>
                  {trial.taken && <span className={table.baseline}>taken</span>}
                </th>
                <td data-numeric>{score(trial.silhouette)}</td>
                <td data-numeric>{score(trial.without)}</td>
                <td data-numeric>{score(trial.stability)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}
