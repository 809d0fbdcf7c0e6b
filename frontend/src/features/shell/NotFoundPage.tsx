import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { Blank } from '../../components/Blank'

export function NotFoundPage() {
  return (
    <div className="page">
      <Blank
        icon={Compass}
        title="There is no page at this address"
        order={2}
        action={
          <>
            <Button component={Link} to="/">
              Home
            </Button>
            <Button component={Link} to="/data" variant="default">
              Data
            </Button>
          </>
        }
      >
        The link may be old, or what it led to was deleted. Nothing else is affected.
      </Blank>
    </div>
  )
}
