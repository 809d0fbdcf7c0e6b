import { ActionIcon, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { Check, Copy as CopyIcon, type LucideIcon } from 'lucide-react'
import { useEffect, useState } from 'react'
import { asApiError } from '../api/errors'
import { copyText } from './clipboard'

const SHOWN_MS = 1800

interface Props {
  /** What is copied, or how to make it at the moment of the click. */
  value: string | (() => string)
  /** What it is. */
  label: string
  icon?: LucideIcon
}

/** Copies `value`, and says so. */
export function Copy({ value, label, icon: Icon = CopyIcon }: Props) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () => {
    copyText(typeof value === 'string' ? value : value()).then(
      () => setCopied(true),
      (error: unknown) =>
        notifications.show({ color: 'red', title: 'Nothing was copied', message: asApiError(error).message }),
    )
  }
  return (
    <Tooltip label={copied ? 'Copied' : label}>
      <ActionIcon onClick={copy} aria-label={copied ? 'Copied' : label}>
        {copied ? <Check size={16} aria-hidden /> : <Icon size={16} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  )
}
