import { Download } from 'lucide-react'
import type { JobFile } from '../../api/analysis'
import { jobFileAddress } from '../../api/endpoints'
import { Panel } from '../../components/Panel'
import { bytes, plural } from '../../format/number'
import classes from './Outcome.module.css'
import { sortedFiles } from './outcome'

/** What can be taken along: first what people read or run, then every artifact. */
export function Files({ jobId, files }: { jobId: string; files: readonly JobFile[] }) {
  const { first, rest } = sortedFiles(files)
  if (files.length === 0) return null
  return (
    <Panel flush title="Downloads">
      <List jobId={jobId} files={first.length > 0 ? first : rest} />
      {first.length > 0 && rest.length > 0 && (
        <details className={classes.fold}>
          <summary>{plural(rest.length, 'more file')}</summary>
          <List jobId={jobId} files={rest} />
        </details>
      )}
    </Panel>
  )
}

function List({ jobId, files }: { jobId: string; files: readonly JobFile[] }) {
  return (
    <ul className={classes.files}>
      {files.map((file) => (
        <li key={file.name}>
          <Download size={16} aria-hidden />
          <span>
            <a href={jobFileAddress(jobId, file.name)} download={file.name.split('/').at(-1)}>
              {file.name}
            </a>
            {file.what && <span className={classes.what}>{file.what}</span>}
          </span>
          <span className={classes.size}>{bytes(file.size_bytes)}</span>
        </li>
      ))}
    </ul>
  )
}
