import { Skeleton, Stack } from '@mantine/core'

/** The structure of a page whose code is on its way. */
export function PagePending() {
  return (
    <div className="page" role="status" aria-label="Loading">
      <Stack gap="lg">
        <Skeleton h={32} w={220} />
        <Skeleton h={120} />
        <Skeleton h={240} />
      </Stack>
    </div>
  )
}
