import { Button, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { FileUp } from 'lucide-react'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { healthQuery } from '../../api/queries'
import { number } from '../../format/number'
import classes from './DropZone.module.css'
import { UploadRow } from './UploadRow'
import { currentUploads, startUpload, subscribeUploads } from './uploads'
import { useFileDrop } from './useFileDrop'

/** Where files come in: dropped or chosen, several at once. */
export function DropZone() {
  const most = useQuery(healthQuery).data?.limits.max_upload_mb
  const uploads = useSyncExternalStore(subscribeUploads, currentUploads)
  const client = useQueryClient()
  const navigate = useNavigate()
  const zone = useRef<HTMLElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const here = useRef(true)
  const hash = useLocation({ select: (location) => location.hash })

  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  useEffect(() => {
    if (hash === 'upload') button.current?.focus()
  }, [hash])

  const send = async (files: readonly File[]) => {
    const datasets = await Promise.all(files.map((file) => startUpload(file, most)))
    await client.invalidateQueries({ queryKey: ['datasets'] })
    const only = files.length === 1 ? datasets[0] : undefined
    if (only && here.current) await navigate({ to: '/data/$datasetId', params: { datasetId: only.id } })
  }
  const over = useFileDrop(zone, (files) => void send(files))

  return (
    <section ref={zone} aria-labelledby="drop-title" className={classes.zone} data-over={over || undefined}>
      <span className={classes.disc}>
        <FileUp size={24} aria-hidden />
      </span>
      <Title order={2} size="h3" id="drop-title">
        {over ? 'Let go to upload' : 'Drop files here'}
      </Title>
      <Text size="sm" c="dimmed" ta="center">
        CSV, Excel, JSON, Parquet, Arrow or SQLite
        {most === undefined ? '' : `, up to ${number(most)} MB each`}. They stay on this server.
      </Text>
      <Button ref={button} mt={8} onClick={() => input.current?.click()}>
        Choose files
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        accept=".csv,.tsv,.tab,.psv,.txt,.dat,.xlsx,.xlsm,.xlsb,.xls,.ods,.json,.jsonl,.ndjson,.geojson,.parquet,.pq,.arrow,.feather,.ipc,.sqlite,.sqlite3,.db,.gz,.zst,.bz2,.xz,.lz4,.zip,text/csv"
        onChange={(event) => {
          void send([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
      {uploads.length > 0 && (
        <ul className={classes.uploads} aria-label="Uploads" aria-live="polite">
          {uploads.map((upload) => (
            <UploadRow key={upload.id} upload={upload} />
          ))}
        </ul>
      )}
    </section>
  )
}
