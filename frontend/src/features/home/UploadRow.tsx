import { ActionIcon, Progress, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { ErrorState } from '../../components/ErrorState'
import { Status, type AnyState } from '../../components/Status'
import { bytes } from '../../format/number'
import classes from './DropZone.module.css'
import { cancelUpload, dismissUpload, type Upload, type UploadState } from './uploads'

const LOOK: Record<UploadState, { state: AnyState; word: string }> = {
  sending: { state: 'running', word: 'Uploading' },
  storing: { state: 'running', word: 'Storing' },
  done: { state: 'done', word: 'Stored' },
  failed: { state: 'failed', word: 'Refused' },
  cancelled: { state: 'cancelled', word: 'Cancelled' },
}

/** One file on its way. */
export function UploadRow({ upload }: { upload: Upload }) {
  const { state, word } = LOOK[upload.state]
  const moving = upload.state === 'sending' || upload.state === 'storing'
  return (
    <li className={classes.row}>
      <div className={classes.line}>
        <span className={classes.file} title={upload.name}>
          {upload.dataset ? (
            <Link to="/data/$datasetId" params={{ datasetId: upload.dataset.id }}>
              {upload.name}
            </Link>
          ) : (
            upload.name
          )}
        </span>
        <Text size="xs" c="dimmed" className="num">
          {upload.state === 'sending'
            ? `${bytes(upload.progress * upload.size)} of ${bytes(upload.size)}`
            : bytes(upload.size)}
        </Text>
        <Status state={state} word={word} />
        <ActionIcon
          size="md"
          aria-label={moving ? `Cancel the upload of ${upload.name}` : `Dismiss ${upload.name}`}
          onClick={() => (moving ? cancelUpload(upload.id) : dismissUpload(upload.id))}
        >
          <X size={15} aria-hidden />
        </ActionIcon>
      </div>
      {moving && (
        <Progress
          mt={8}
          size="sm"
          value={upload.progress * 100}
          animated={upload.state === 'storing'}
          aria-label={`Upload of ${upload.name}`}
        />
      )}
      {upload.error && <ErrorState error={upload.error} title="The file was not taken" />}
    </li>
  )
}
