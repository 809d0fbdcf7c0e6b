import { Button, Group, Skeleton, Stack, Table, Text, TextInput, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Database, Search, Upload } from 'lucide-react'
import { useState } from 'react'
import { datasetsQuery } from '../../api/queries'
import type { DatasetView } from '../../api/types'
import { Blank } from '../../components/Blank'
import { ErrorState } from '../../components/ErrorState'
import { Status } from '../../components/Status'
import { Ago } from '../../components/Time'
import { bytes, number } from '../../format/number'
import classes from './DataPage.module.css'
import { DatasetMenu } from './DatasetMenu'
import { LinkButton } from '../../components/LinkButton'

/** Every dataset. */
export function DataPage() {
  const datasets = useQuery(datasetsQuery)
  const [search, setSearch] = useState('')
  const wanted = search.trim().toLowerCase()
  const shown = datasets.data?.filter((dataset) => dataset.name.toLowerCase().includes(wanted))

  return (
    <div className="page">
      <Group justify="space-between" mb="md">
        <Title order={1}>Data</Title>
        <Group gap={8}>
          <TextInput
            aria-label="Search datasets"
            placeholder="Search"
            leftSection={<Search size={15} aria-hidden />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          <LinkButton to="/" hash="upload" leftSection={<Upload size={16} aria-hidden />}>
            Add data
          </LinkButton>
        </Group>
      </Group>
      {datasets.error ? (
        <ErrorState
          error={datasets.error}
          title="The datasets could not be loaded"
          onRetry={() => void datasets.refetch()}
        />
      ) : !shown ? (
        <Stack gap={8} role="status" aria-label="Loading the datasets">
          {[1, 2, 3].map((n) => (
            <Skeleton key={n} h={48} />
          ))}
        </Stack>
      ) : shown.length === 0 ? (
        <Blank
          icon={Database}
          title={wanted ? 'No dataset has this in its name' : 'No data yet'}
          order={2}
          action={
            wanted ? (
              <Button variant="default" onClick={() => setSearch('')}>
                Show all
              </Button>
            ) : (
              <LinkButton to="/" hash="upload">
                Add data
              </LinkButton>
            )
          }
        >
          {wanted ? undefined : 'Drop a CSV, Excel, JSON, Parquet or SQLite file on Home, or try the sample.'}
        </Blank>
      ) : (
        <List datasets={shown} />
      )}
    </div>
  )
}

function List({ datasets }: { datasets: readonly DatasetView[] }) {
  return (
    <div className={classes.box} role="region" tabIndex={0} aria-label="Datasets">
      <Table verticalSpacing={10} horizontalSpacing="md" className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Name</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col" ta="right">
              Rows
            </Table.Th>
            <Table.Th scope="col" ta="right">
              Columns
            </Table.Th>
            <Table.Th scope="col" ta="right">
              Size
            </Table.Th>
            <Table.Th scope="col">Added</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {datasets.map((dataset) => (
            <Table.Tr key={dataset.id}>
              <Table.Th scope="row" fw={500}>
                <Link
                  to="/data/$datasetId"
                  params={{ datasetId: dataset.id }}
                  className={classes.name}
                  title={dataset.name}
                >
                  {dataset.name}
                </Link>
                {dataset.failure && (
                  <Text size="xs" c="dimmed" maw={420} style={{ whiteSpace: 'normal' }}>
                    {dataset.failure}
                  </Text>
                )}
              </Table.Th>
              <Table.Td>
                <Status state={dataset.state} />
              </Table.Td>
              <Table.Td ta="right">{number(dataset.rows)}</Table.Td>
              <Table.Td ta="right">{number(dataset.columns)}</Table.Td>
              <Table.Td ta="right">{bytes(dataset.size_bytes)}</Table.Td>
              <Table.Td c="dimmed">
                <Ago at={dataset.created_at} />
              </Table.Td>
              <Table.Td ta="right" py={4}>
                <DatasetMenu dataset={dataset} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}
