import { Button, Group, Table, Text, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Check, Hand, Pencil, X } from 'lucide-react'
import { decide } from '../../api/endpoints'
import type { Estimate, PackageRequest, Verdict } from '../../api/types'
import { ErrorState } from '../../components/ErrorState'
import { bytes, durationRange, money, number } from '../../format/number'
import type { Approval } from '../../live/conversation'
import classes from './ApprovalCard.module.css'

interface Props {
  approval: Approval
  /** Opens the code for editing. */
  onEdit?: (() => void) | undefined
  /** Proceeds with edited code; given while there is some. */
  onProceedEdited?: (() => Promise<unknown>) | undefined
}

/** What a person is asked to allow before anything runs. */
export function ApprovalCard({ approval, onEdit, onProceedEdited }: Props) {
  const client = useQueryClient()
  const decision = useMutation<unknown, Error, Verdict>({
    mutationFn: (verdict) =>
      verdict === 'approve' && onProceedEdited
        ? onProceedEdited()
        : decide(approval.runId, approval.id, verdict),
    onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }),
  })
  const { request, decided } = approval
  // Between the answer to the request and its event the buttons stay shut.
  const busy = decision.isPending || decision.isSuccess

  const proceedWord = onProceedEdited
    ? 'Proceed as edited'
    : request.packages.length > 0
      ? 'Install and run'
      : 'Proceed'

  if (decided) return <Decided verdict={decided.verdict} />
  return (
    <div role="group" className={classes.card} aria-label="Approval">
      <Group gap={10} wrap="nowrap" align="flex-start">
        <Hand size={18} aria-hidden className={classes.icon} />
        <div>
          <Title order={3} size="h4">
            {request.title}
          </Title>
          <Text size="sm" c="dimmed">
            {request.reason}
          </Text>
        </div>
      </Group>
      {request.steps.length > 0 && (
        <ol className={classes.steps}>
          {request.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      {request.packages.length > 0 && <Packages packages={request.packages} />}
      <EstimateTable estimate={request.estimate} />
      {decision.error && <ErrorState error={decision.error} title="The decision was not received" />}
      <Group gap="xs">
        <Button
          leftSection={<Check size={16} aria-hidden />}
          loading={busy && decision.variables === 'approve'}
          disabled={busy}
          onClick={() => decision.mutate('approve')}
        >
          {proceedWord}
        </Button>
        {onEdit && (
          <Button
            variant="default"
            leftSection={<Pencil size={15} aria-hidden />}
            disabled={busy}
            onClick={onEdit}
          >
            Edit
          </Button>
        )}
        <Button
          variant="default"
          leftSection={<X size={16} aria-hidden />}
          loading={busy && decision.variables === 'decline'}
          disabled={busy}
          onClick={() => decision.mutate('decline')}
        >
          Decline
        </Button>
      </Group>
    </div>
  )
}

export function EstimateTable({ estimate }: { estimate: Estimate }) {
  return (
    <Table className={classes.table} withRowBorders={false} verticalSpacing={3} aria-label="Estimate">
      <Table.Tbody>
        <Table.Tr>
          <Table.Th scope="row">Time</Table.Th>
          <Table.Td>{durationRange(estimate.seconds_low, estimate.seconds_high)}</Table.Td>
        </Table.Tr>
        <Table.Tr>
          <Table.Th scope="row">Cost</Table.Th>
          <Table.Td>{money(estimate.cost_low, estimate.cost_high, estimate.currency)}</Table.Td>
        </Table.Tr>
        {typeof estimate.rows === 'number' && (
          <Table.Tr>
            <Table.Th scope="row">Rows read</Table.Th>
            <Table.Td>{number(estimate.rows)}</Table.Td>
          </Table.Tr>
        )}
      </Table.Tbody>
    </Table>
  )
}

/** Each package is that very file: its hash is what is allowed. */
function Packages({ packages }: { packages: readonly PackageRequest[] }) {
  return (
    <ul className={classes.packages} aria-label="Packages">
      {packages.map((one) => (
        <li key={one.name}>
          <strong>
            {one.name} {one.version}
          </strong>{' '}
          <span className="num">({bytes(one.size_bytes)})</span>: {one.why}
          <Text size="xs" c="dimmed" className={classes.hash}>
            SHA-256 {one.sha256}
          </Text>
        </li>
      ))}
    </ul>
  )
}

function Decided({ verdict }: { verdict: Verdict }) {
  return (
    <Text size="xs" c="dimmed" className={classes.decided}>
      {verdict === 'approve' ? <Check size={14} aria-hidden /> : <X size={14} aria-hidden />}
      {verdict === 'approve' ? 'You let it proceed' : 'You declined; nothing ran'}
    </Text>
  )
}
