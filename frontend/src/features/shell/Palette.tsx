import { useMantineColorScheme } from '@mantine/core'
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import {
  CircleHelp,
  Database,
  FlaskConical,
  MessageSquareText,
  Plus,
  Search,
  SunMoon,
  Upload,
} from 'lucide-react'
import { datasetsQuery, sessionsQuery } from '../../api/queries'
import { plural } from '../../format/number'
import { NEXT_SCHEME } from '../../theme/scheme'
import { PLACES } from './places'

const icon = { size: 18, strokeWidth: 1.8, 'aria-hidden': true } as const

/** Ctrl/⌘-K: go anywhere, do anything. */
export function Palette({ onHelp }: { onHelp: () => void }) {
  const navigate = useNavigate()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const sessions = useQuery(sessionsQuery()).data ?? []
  const datasets = useQuery(datasetsQuery).data ?? []
  const next = NEXT_SCHEME[colorScheme]

  const actions: SpotlightActionGroupData[] = [
    {
      group: 'Do',
      actions: [
        {
          id: 'new',
          label: 'New question',
          leftSection: <Plus {...icon} />,
          onClick: () => void navigate({ to: '/ask' }),
        },
        {
          id: 'analyse',
          label: 'New analysis',
          keywords: ['model', 'train', 'predict', 'analyze', 'report'],
          leftSection: <FlaskConical {...icon} />,
          onClick: () => void navigate({ to: '/build' }),
        },
        {
          id: 'upload',
          label: 'Upload a file',
          keywords: ['csv', 'parquet', 'import', 'drop'],
          leftSection: <Upload {...icon} />,
          onClick: () => void navigate({ to: '/', hash: 'upload' }),
        },
        {
          id: 'theme',
          label: `Switch theme to ${next}`,
          keywords: ['dark', 'light', 'colour', 'color'],
          leftSection: <SunMoon {...icon} />,
          onClick: () => setColorScheme(next),
        },
        { id: 'help', label: 'Keyboard shortcuts', leftSection: <CircleHelp {...icon} />, onClick: onHelp },
      ],
    },
    {
      group: 'Go to',
      actions: PLACES.map(({ to, label, icon: Icon }) => ({
        id: `go-${label}`,
        label,
        leftSection: <Icon {...icon} />,
        onClick: () => void navigate({ to }),
      })),
    },
    {
      group: 'Datasets',
      actions: datasets.map((dataset) => ({
        id: dataset.id,
        label: dataset.name,
        ...(typeof dataset.rows === 'number' && { description: plural(dataset.rows, 'row') }),
        leftSection: <Database {...icon} />,
        onClick: () => void navigate({ to: '/data/$datasetId', params: { datasetId: dataset.id } }),
      })),
    },
    {
      group: 'Conversations',
      actions: sessions.map((session) => ({
        id: session.id,
        label: session.title,
        description: plural(session.turns, 'question'),
        leftSection: <MessageSquareText {...icon} />,
        onClick: () => void navigate({ to: '/ask/$sessionId', params: { sessionId: session.id } }),
      })),
    },
  ]

  return (
    <Spotlight
      actions={actions.filter((group) => group.actions.length > 0)}
      shortcut={['mod + K']}
      nothingFound="Nothing found"
      limit={24}
      scrollable
      maxHeight={440}
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      highlightQuery
      searchProps={{
        leftSection: <Search {...icon} />,
        placeholder: 'Search datasets, conversations, commands…',
        'aria-label': 'Search datasets, conversations and commands',
      }}
    />
  )
}
