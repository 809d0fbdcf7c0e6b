import type { ModelTest } from '../../api/types'
import { Status } from '../../components/Status'
import { duration, number } from '../../format/number'
import { Fact } from './Fact'

/** What asking the provider for its models came to. */
export function TestOutcome({ tested }: { tested: ModelTest }) {
  return (
    <>
      <Fact name="Connection">
        <Status state={tested.ok ? 'ready' : 'failed'} word={tested.ok ? 'Answers' : 'No answer'} />
      </Fact>
      {tested.problem && <Fact name="Problem">{tested.problem}</Fact>}
      <Fact name="Where prompts go">
        {tested.local ? `${tested.host}, this machine: nothing leaves it` : tested.host}
      </Fact>
      {tested.ok && (
        <Fact name="Answered">
          {number(tested.models)} {tested.models === 1 ? 'model' : 'models'} after {duration(tested.seconds)}
        </Fact>
      )}
      {tested.missing.length > 0 && <Fact name="Not among them">{tested.missing.join(', ')}</Fact>}
      <Fact name="On the way out">{tested.order.join(' → ')}</Fact>
    </>
  )
}
