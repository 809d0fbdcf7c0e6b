import { UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { Panel } from '../../components/Panel'
import { number, percent } from '../../format/number'
import { shownRanks, type Board, type Rank } from './ranks'
import classes from './Search.module.css'
import { familyWord, measureName, score, spread } from './words'

const FIRST = 10

/** Who competes, best first, with the baseline marked: a score says something only beside it. */
export function Leaderboard({ board }: { board: Board }) {
  const [all, setAll] = useState(false)
  const rows = shownRanks(board.rows, all ? board.rows.length : FIRST)
  const weighted = board.rows.some((row) => row.weight > 0)
  return (
    <Panel flush title="Leaderboard">
      <div className={classes.box} role="region" tabIndex={0} aria-label="Leaderboard, table">
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Candidate</th>
              <th scope="col" data-numeric>
                {measureName(board.measure)}
              </th>
              <th scope="col" data-numeric className={classes.wide}>
                Fits
              </th>
              <th scope="col" className={classes.wide}>
                State
              </th>
              {weighted && (
                <th scope="col" data-numeric>
                  Weight
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.key} row={row} weighted={weighted} />
            ))}
          </tbody>
        </table>
      </div>
      {board.rows.length > FIRST && (
        <UnstyledButton className={classes.more} onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Show fewer' : `Show all ${number(board.rows.length)}`}
        </UnstyledButton>
      )}
    </Panel>
  )
}

function Row({ row, weighted }: { row: Rank; weighted: boolean }) {
  const family = familyWord(row.family)
  const settings = row.settings || (row.name === row.family ? '' : row.name)
  return (
    <tr data-baseline={row.isBaseline || undefined}>
      <th scope="row">
        <span className={classes.name}>{row.isBaseline ? 'No model' : family}</span>
        {row.isBaseline && <span className={classes.baseline}>baseline</span>}
        {!row.isBaseline && settings && <span className={classes.sub}>{settings}</span>}
      </th>
      <td data-numeric>
        {score(row.score)}
        {row.std > 0 && <span className={classes.spread}> ± {spread(row.std)}</span>}
      </td>
      <td data-numeric className={classes.wide}>
        {number(row.fits)}
      </td>
      <td className={classes.wide}>{row.state}</td>
      {weighted && <td data-numeric>{row.weight > 0 ? percent(row.weight) : '–'}</td>}
    </tr>
  )
}
