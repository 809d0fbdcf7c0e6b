import { Compass } from 'lucide-react'
import { Blank } from '../../components/Blank'
import { LinkButton } from '../../components/LinkButton'

export function NotFoundPage() {
  return (
    <div className="page">
      <Blank
        icon={Compass}
        title="There is no page at this address"
        order={2}
        action={
          <>
            <LinkButton to="/">Home</LinkButton>
            <LinkButton to="/data" variant="default">
              Data
            </LinkButton>
          </>
        }
      >
        The link may be old, or what it led to was deleted. Nothing else is affected.
      </Blank>
    </div>
  )
}
