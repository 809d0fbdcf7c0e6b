import { expect, it } from 'vitest'
import { changedLines } from './diff'

const DIFF = `--- attempt 1
+++ attempt 2
@@ -1,3 +1,3 @@
 import pandas as pd
-rows = data["town"]
+rows = data["city"]
@@ -9 +9,2 @@
+--- a comment that looks like a head
 result = rows
`

it('tells added, removed and kept lines apart, and heads from lines', () => {
  expect(changedLines(DIFF)).toEqual([
    { sign: 'kept', text: 'import pandas as pd' },
    { sign: 'removed', text: 'rows = data["town"]' },
    { sign: 'added', text: 'rows = data["city"]' },
    { sign: 'gap', text: '' },
    { sign: 'added', text: '--- a comment that looks like a head' },
    { sign: 'kept', text: 'result = rows' },
  ])
})

it('makes nothing of a text that is no diff', () => {
  expect(changedLines('')).toEqual([])
  expect(changedLines('+ not within a place')).toEqual([])
})
