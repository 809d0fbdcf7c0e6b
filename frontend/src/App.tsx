import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useState } from 'react'
import { asApiError } from './api/errors'
import { LiveFeed } from './live/feed'
import { router } from './router'
import { schemeManager } from './theme/scheme'
import { cssVariables, theme } from './theme/theme'

function newClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) => asApiError(error).retryable && failures < 2,
      },
    },
  })
}

export function App() {
  const [client] = useState(newClient)
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={schemeManager}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={client}>
        <LiveFeed>
          <Notifications position="bottom-right" />
          <RouterProvider router={router} />
        </LiveFeed>
      </QueryClientProvider>
    </MantineProvider>
  )
}
