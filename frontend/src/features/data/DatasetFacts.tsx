import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import type { DatasetView } from '../../api/types'
import { Copy } from '../../components/Copy'
import { Ago } from '../../components/Time'
import { bytes, number } from '../../format/number'
import classes from './DatasetPage.module.css'

/** The dataset in one line of figures. */
export function DatasetFacts({ dataset }: { dataset: DatasetView }) {
  const { version } = dataset
  const wait = <Skeleton h={18} w={64} mt={6} />
  return (
    <dl className={classes.facts}>
      <Fact name="Rows">{typeof dataset.rows === 'number' ? number(dataset.rows) : wait}</Fact>
      <Fact name="Columns">{typeof dataset.columns === 'number' ? number(dataset.columns) : wait}</Fact>
      <Fact name="Size">{typeof dataset.size_bytes === 'number' ? bytes(dataset.size_bytes) : wait}</Fact>
      <Fact name="Version">{version ? version.number : wait}</Fact>
      <Fact name="Original file" small title={version?.original_name}>
        {version ? version.original_name : wait}
      </Fact>
      <Fact name="sha256" small>
        {version ? (
          <span style={{ display: 'inline-flex', alignItems: 'center', height: 28 }}>
            <span className="mono">{version.original_sha256.slice(0, 8)}</span>
            <Copy value={version.original_sha256} label="Copy the whole sha256" />
          </span>
        ) : (
          wait
        )}
      </Fact>
      <Fact name="Added" small>
        <Ago at={dataset.created_at} />
      </Fact>
    </dl>
  )
}

function Fact(props: { name: string; small?: boolean; title?: string | undefined; children: ReactNode }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd className={props.small ? classes.small : undefined} title={props.title}>
        {props.children}
      </dd>
    </div>
  )
}
