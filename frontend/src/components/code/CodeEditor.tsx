import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { python } from '@codemirror/lang-python'
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { unifiedMergeView } from '@codemirror/merge'
import { search, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension } from '@codemirror/state'
import { Decoration, EditorView, keymap, lineNumbers } from '@codemirror/view'
import { tags as t } from '@lezer/highlight'
import { useEffect, useRef } from 'react'
import './code.css'

const highlight = HighlightStyle.define([
  { tag: [t.keyword, t.operatorKeyword, t.controlKeyword, t.definitionKeyword], class: 'tok-kw' },
  { tag: [t.string, t.special(t.string)], class: 'tok-str' },
  { tag: t.comment, class: 'tok-com' },
  { tag: [t.number, t.bool, t.null], class: 'tok-num' },
  { tag: [t.function(t.variableName), t.function(t.propertyName)], class: 'tok-fn' },
])

function errorLine(line: number | null | undefined): Extension {
  if (!line) return []
  const mark = Decoration.line({ class: 'cm-errorLine' })
  return EditorView.decorations.of((view) =>
    line <= view.state.doc.lines
      ? Decoration.set(mark.range(view.state.doc.line(line).from))
      : Decoration.none,
  )
}

export interface CodeEditorProps {
  code: string
  label: string
  editable?: boolean
  onChange?: (code: string) => void
  onRun?: () => void
  /** Shows what changed against this text. */
  original?: string | undefined
  errorAt?: number | null | undefined
}

/** Python in CodeMirror: to read, to edit, or compared with an earlier text. */
export default function CodeEditor(props: CodeEditorProps) {
  const { code, label, editable = false, original, errorAt } = props
  const target = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    if (!target.current) return
    const run = () => {
      latest.current.onRun?.()
      return true
    }
    const view = new EditorView({
      parent: target.current,
      doc: code,
      extensions: [
        lineNumbers(),
        history(),
        bracketMatching(),
        indentUnit.of('    '),
        python(),
        syntaxHighlighting(highlight),
        search({ top: true }),
        EditorView.lineWrapping,
        keymap.of([{ key: 'Mod-Enter', run }, ...defaultKeymap, ...historyKeymap, ...searchKeymap]),
        // Tab leaves a text that is only read (no keyboard trap); Escape, then Tab leaves an edited one.
        editable ? keymap.of([indentWithTab]) : [],
        EditorState.readOnly.of(!editable),
        EditorView.contentAttributes.of({
          'aria-label': label,
          'aria-readonly': String(!editable),
          tabindex: '0',
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) latest.current.onChange?.(update.state.doc.toString())
        }),
        errorLine(errorAt),
        original === undefined
          ? []
          : unifiedMergeView({
              original,
              mergeControls: false,
              collapseUnchanged: { margin: 3, minSize: 6 },
            }),
      ],
    })
    if (editable) view.focus()
    let alive = true
    // Lines were measured in the fallback font when ours comes later.
    void document.fonts.load("13px 'IBM Plex Mono'").then(() => {
      if (alive) view.requestMeasure()
    })
    return () => {
      alive = false
      view.destroy()
    }
    // While it is edited the text lives in the editor; a new text comes as a new key from the parent.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [editable, label, original, errorAt, editable ? null : code])

  return <div ref={target} className="code" data-editable={editable || undefined} />
}
