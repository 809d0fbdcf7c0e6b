import { useLocalStorage } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { healthQuery } from '../../api/queries'
import type { ApprovalMode } from '../../api/types'

/** Whether code waits for a person: the user's choice, unless the server always asks. */
export function useApprovalMode() {
  const always = useQuery(healthQuery).data?.approval === 'always'
  const [chosen, setMode] = useLocalStorage<ApprovalMode>({
    key: 'lakeglass.approval',
    defaultValue: 'auto',
    getInitialValueInEffect: false,
  })
  const mode: ApprovalMode = always ? 'review' : chosen
  return { mode, always, setMode }
}
