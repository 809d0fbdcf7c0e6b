import { ActionIcon, Group, Menu, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { ChartColumn, Download, FileCode, Globe, Image, Link2, Table2 } from 'lucide-react'
import { chartPageAddress } from '../../../api/endpoints'
import { asApiError } from '../../../api/errors'
import { figureQuery, tableQuery } from '../../../api/queries'
import type { Answer, ArtifactView, Attempt } from '../../../api/types'
import { Copy } from '../../../components/Copy'
import { download, fileName, saveAs } from '../../../format/download'
import type { LiveTurn } from '../../../live/conversation'
import { saveChart } from '../workspace/saveChart'
import { saveTable } from '../workspace/saveTable'
import { answerText } from './answerText'

interface Props {
  sessionId: string
  turn: LiveTurn
  answer: Answer
  attempt: Attempt | undefined
}

/** Takes an answer out of here: as text, as a link, and its chart, table and code as files. */
export function AnswerActions({ sessionId, turn, answer, attempt }: Props) {
  const address = () => new URL(`/ask/${sessionId}?turn=${turn.id}`, location.origin).href
  return (
    <Group gap={2} wrap="nowrap" ml="auto">
      <Copy
        value={() => answerText({ question: turn.question, answer, address: address() })}
        label="Copy the answer"
      />
      <Copy value={address} label="Copy a link to this answer" icon={Link2} />
      {attempt && <Files attempt={attempt} title={turn.question} />}
    </Group>
  )
}

function Files({ attempt, title }: { attempt: Attempt; title: string }) {
  const client = useQueryClient()
  const chart = attempt.artifacts.find((artifact) => artifact.kind === 'chart')
  const table = attempt.artifacts.find((artifact) => artifact.kind === 'table')
  const save = (work: () => Promise<void>) => () => {
    work().catch((error: unknown) =>
      notifications.show({ color: 'red', title: 'Nothing was saved', message: asApiError(error).message }),
    )
  }
  const picture = async (artifact: ArtifactView) => {
    await saveChart(await client.fetchQuery(figureQuery(artifact.id)), artifact.title, 'png')
  }
  const rows = async (artifact: ArtifactView) => {
    saveTable(await client.fetchQuery(tableQuery(artifact.id)), artifact.title)
  }
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Tooltip label="Download">
          <ActionIcon aria-label="Download the answer">
            <Download size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {chart && (
          <>
            <Menu.Label>
              <ChartColumn size={12} aria-hidden /> Chart
            </Menu.Label>
            <Menu.Item leftSection={<Image size={15} aria-hidden />} onClick={save(() => picture(chart))}>
              PNG image
            </Menu.Item>
            <Menu.Item
              leftSection={<Globe size={15} aria-hidden />}
              onClick={() => saveAs(fileName(chart.title, 'html'), chartPageAddress(chart.id))}
            >
              HTML page, interactive
            </Menu.Item>
          </>
        )}
        <Menu.Label>Work</Menu.Label>
        {table && (
          <Menu.Item leftSection={<Table2 size={15} aria-hidden />} onClick={save(() => rows(table))}>
            Table as CSV
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<FileCode size={15} aria-hidden />}
          onClick={() => download(fileName(title, 'py'), attempt.code, 'text/x-python')}
        >
          Code as Python
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
