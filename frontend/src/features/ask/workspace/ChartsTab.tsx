import { ActionIcon, Menu, Modal, Skeleton, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { ChartColumn, Code, Download, Maximize2 } from 'lucide-react'
import { artifactAddress, chartPageAddress } from '../../../api/endpoints'
import { asApiError } from '../../../api/errors'
import { figureQuery, textQuery } from '../../../api/queries'
import type { ArtifactView, Attempt, Figure } from '../../../api/types'
import { Blank } from '../../../components/Blank'
import { ErrorState } from '../../../components/ErrorState'
import { Chart } from '../../../components/plot/Chart'
import { fileName, saveAs } from '../../../format/download'
import { charts, type Choice } from '../focus'
import { ArtifactPicker } from './ArtifactPicker'
import { saveChart, type ChartFormat } from './saveChart'
import classes from './Workspace.module.css'

interface Props {
  attempt: Attempt
  artifactId: string | undefined
  onChange: (choice: Choice) => void
}

export function ChartsTab({ attempt, artifactId, onChange }: Props) {
  const all = charts(attempt)
  const current = all.find((artifact) => artifact.id === artifactId) ?? all[0]
  if (!current)
    return (
      <Blank icon={ChartColumn} title="No chart in this attempt">
        Ask for one, for example: “… as a bar chart”.
      </Blank>
    )
  const pick = (id: string) => onChange({ artifactId: id, tab: 'charts' })
  const picker = <ArtifactPicker label="Chart" artifacts={all} current={current} onPick={pick} />
  const showCode = () => onChange({ attemptId: attempt.id, tab: 'code' })
  if (current.kind === 'chart')
    return <PlotlyChart key={current.id} artifact={current} picker={picker} onCode={showCode} />
  return (
    <>
      <div className={classes.bar}>
        {picker}
        <div className={classes.grow} />
        <CodeButton onClick={showCode} />
      </div>
      {current.kind === 'image' ? (
        <img src={artifactAddress(current.id)} alt={current.title} className={classes.picture} />
      ) : (
        <HtmlFrame artifact={current} />
      )}
    </>
  )
}

function PlotlyChart(props: { artifact: ArtifactView; picker: React.ReactNode; onCode: () => void }) {
  const { artifact, picker, onCode } = props
  const figure = useQuery(figureQuery(artifact.id))
  const [full, { open, close }] = useDisclosure(false)
  return (
    <>
      <div className={classes.bar}>
        {picker}
        <div className={classes.grow} />
        <CodeButton onClick={onCode} />
        {figure.data && <SaveMenu figure={figure.data} artifact={artifact} />}
        <Tooltip label="Full screen">
          <ActionIcon aria-label="Full screen" onClick={open} disabled={!figure.data}>
            <Maximize2 size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={classes.chart}>
        {figure.error ? (
          <ErrorState
            error={figure.error}
            title="The chart could not be loaded"
            onRetry={() => void figure.refetch()}
          />
        ) : figure.data ? (
          <Chart figure={figure.data} label={artifact.title} />
        ) : (
          <Skeleton h="100%" mih={280} role="status" aria-label="Loading the chart" />
        )}
      </div>
      <Modal
        opened={full}
        onClose={close}
        fullScreen
        title={artifact.title}
        styles={{ body: { height: 'calc(100dvh - 64px)' } }}
      >
        {figure.data && <Chart figure={figure.data} label={`${artifact.title}, full screen`} />}
      </Modal>
    </>
  )
}

function CodeButton({ onClick }: { onClick: () => void }) {
  return (
    <Tooltip label="Code of this chart">
      <ActionIcon aria-label="Code of this chart" onClick={onClick}>
        <Code size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}

const FORMATS: readonly { format: ChartFormat; label: string }[] = [
  { format: 'png', label: 'PNG image' },
  { format: 'svg', label: 'SVG drawing' },
  { format: 'json', label: 'JSON (Plotly)' },
]

function SaveMenu({ figure, artifact }: { figure: Figure; artifact: ArtifactView }) {
  const { title } = artifact
  const save = (format: ChartFormat) => {
    saveChart(figure, title, format).catch((error: unknown) =>
      notifications.show({
        color: 'red',
        title: 'The chart was not saved',
        message: asApiError(error).message,
      }),
    )
  }
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Tooltip label="Download">
          <ActionIcon aria-label="Download the chart">
            <Download size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(({ format, label }) => (
          <Menu.Item key={format} onClick={() => save(format)}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Item onClick={() => saveAs(fileName(title, 'html'), chartPageAddress(artifact.id))}>
          HTML page, interactive
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** HTML that generated code made: shown without scripts and without this page's rights. */
function HtmlFrame({ artifact }: { artifact: ArtifactView }) {
  const content = useQuery(textQuery(artifact.id))
  if (content.error) return <ErrorState error={content.error} onRetry={() => void content.refetch()} />
  if (content.data === undefined) return <Skeleton h={320} role="status" aria-label="Loading" />
  return <iframe title={artifact.title} sandbox="" srcDoc={content.data} className={classes.frame} />
}
