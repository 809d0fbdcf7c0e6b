import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnalysisFinding, Eda, Explanation, JobFile, MeasuredValue, Modeling } from '../../api/analysis'
import { fieldsOf, rowOf } from './fields'
import {
  against,
  comparisons,
  followUp,
  importanceBars,
  isUsable,
  leakingColumns,
  placed,
  sortedFiles,
  worstFirst,
  alike,
} from './outcome'
import { picture, SIZE } from './picture'
import { boardOf, budgetUsed, finalBoard, shownRanks } from './ranks'
import { inScheme } from './scheme'
import { advice, interval, score, spread } from './words'

const ranked = (family: string) => ({
  name: family,
  family,
  score: 1,
  std: 0,
  fits: 5,
  state: 'finished' as const,
  weight: 0,
})

const measured = (
  value: number,
  low: number,
  high: number,
  better: 'higher' | 'lower' = 'higher',
): MeasuredValue => ({
  measure: 'm',
  better,
  value,
  low,
  high,
  error: 0.01,
  rows: 100,
})

describe('the leaderboard', () => {
  it('shows the baseline wherever it stands', () => {
    const { rows } = boardOf({ metric: 'rmse', leaderboard: ['a', 'b', 'c', 'baseline'].map(ranked) })
    expect(shownRanks(rows, 2).map(({ family }) => family)).toEqual(['a', 'b', 'baseline'])
    expect(shownRanks(rows, 4)).toHaveLength(4)
  })

  it('tells losses as the measure itself', () => {
    const loss = { state: 'finished' as const, folds: 5, loss: 0.2, error: 0, fold_losses: [], cut_folds: 0 }
    const leaderboard = [{ ...loss, weight: 1, key: 'k', candidate: 'linear', settings: { c: 0.12345 } }]
    const up = finalBoard({ leaderboard, measure: 'm', out_of_fold: [measured(1, 1, 1)] }).rows[0]
    expect([up?.score, up?.settings]).toEqual([0.8, 'c 0.123'])
    const down = finalBoard({ leaderboard, measure: 'm', out_of_fold: [measured(1, 1, 1, 'lower')] }).rows[0]
    expect(down?.score).toBe(0.2)
  })

  it('measures the budget by what was asked for', () => {
    const progress = { seconds: 15, fits: 3, budget_s: 60, budget_fits: null }
    expect(budgetUsed(progress)).toBe(0.25)
    expect(budgetUsed({ ...progress, budget_fits: 6 })).toBe(0.5)
    expect(budgetUsed({ ...progress, seconds: 90 })).toBe(1)
    expect(budgetUsed({ ...progress, budget_s: null })).toBeNull()
  })
})

const role = (name: string, kind: Modeling['roles'][number]['role']) => ({
  name,
  role: kind,
  reason: '',
  distinct: 3,
  missing: 0,
})
const modeling = {
  task: { task: 'regression', target: 'price', reason: '', classes: [], positive: null },
  measure: 'm',
  roles: [
    role('id', 'identifier'),
    role('rooms', 'number'),
    role('city', 'category'),
    role('price', 'target'),
  ],
  split: { reason: '', folds: 5, holdout_rows: 100 },
  rows: 500,
  fits: 10,
  leaderboard: [],
  out_of_fold: [measured(0.7, 0.6, 0.8)],
  holdout: [measured(0.8, 0.75, 0.85)],
  baseline: [measured(0.5, 0.5, 0.5)],
  baseline_holdout: [measured(0.6, 0.6, 0.6)],
  decisions: [],
} as unknown as Modeling
const explanation = (...columns: string[]) =>
  ({
    measure: 'm',
    importance: columns.map((column, index) => ({ column, loss_added: columns.length - index, error: 0 })),
    importance_rows: 1,
    checks: [],
  }) as unknown as Explanation
const finding = (
  code: string,
  severity: AnalysisFinding['severity'],
  columns: string[],
): AnalysisFinding => ({
  code,
  name: code,
  severity,
  columns,
  detail: '',
  why: '',
  fix: '',
  evidence: {},
  figure: null,
})
const eda = (findings: AnalysisFinding[]) =>
  ({
    rows: 1,
    columns: 1,
    target: 'price',
    examination: { findings, skipped: [] },
  }) as unknown as Eda

describe('an outcome', () => {
  it('is judged by rows kept back, beside no model on the same rows', () => {
    const kept = comparisons(modeling)
    const [row] = kept.rows
    expect(kept.where).toBe('kept back')
    expect([row?.measure.value, row?.baseline?.value, row?.folds?.value]).toEqual([0.8, 0.6, 0.7])
    const folds = comparisons({ ...modeling, holdout: [] })
    expect(folds.where).toBe('folds')
    expect([folds.rows[0]?.measure.value, folds.rows[0]?.baseline?.value]).toEqual([0.7, 0.5])
  })

  it.each([
    [measured(0.8, 0.7, 0.9), 0.6, 'better'],
    [measured(0.8, 0.7, 0.9), 0.75, 'alike'],
    [measured(0.8, 0.7, 0.9), 0.95, 'worse'],
    [measured(2, 1.8, 2.2, 'lower'), 3, 'better'],
    [measured(2, 1.8, 2.2, 'lower'), 1, 'worse'],
  ] as const)('%o against %s is %s', (measure, base, verdict) => {
    expect(against({ measure, baseline: { ...measure, value: base }, folds: null })).toBe(verdict)
  })

  it('names each column that knows the answer once, never the target or one that no model saw', () => {
    const found = eda([
      finding('leak-weak', 'low', ['city']),
      finding('leak-copy', 'high', ['rooms', 'price', 'gone']),
      finding('leak-late', 'high', ['rooms']),
      finding('missing', 'medium', ['city']),
    ])
    expect(leakingColumns(found, modeling)).toEqual(['rooms'])
    expect(leakingColumns(found, null)).toEqual(['rooms', 'gone'])
    expect(worstFirst(found).map(({ severity }) => severity)).toEqual(['high', 'high', 'medium', 'low'])
  })

  it('leads to a question that the table can answer', () => {
    const ask = (columns: string[], classes: string[] = []) =>
      followUp({
        modeling: { ...modeling, task: { ...modeling.task, classes } },
        explanation: explanation(...columns),
        eda: eda([]),
      })
    expect(ask(['rooms', 'city'])).toBe('average price by city')
    expect(ask(['rooms'])).toBe('correlation between rooms and price')
    expect(ask(['rooms'], ['a', 'b'])).toBe('how many rows by price')
    expect(followUp({ modeling: null, explanation: null, eda: eda([]) })).toBe('how many rows')
  })

  it('puts what people take along before what machines read', () => {
    const file = (name: string): JobFile => ({ name, size_bytes: 1, media_type: '', what: '' })
    const names = (files: JobFile[]) => files.map(({ name }) => name)
    const { first, rest } = sortedFiles(
      ['eda.json', 'result.json', 'analysis.ipynb', 'report.html'].map(file),
    )
    expect(names(first)).toEqual(['report.html', 'analysis.ipynb', 'result.json'])
    expect(names(rest)).toEqual(['eda.json'])
  })

  it('draws bars within their track, the largest full', () => {
    const value = fc.double({ noNaN: true, min: -9, max: 9 })
    const column = fc.record({ column: fc.string(), loss_added: value, error: fc.constant(0) })
    fc.assert(
      fc.property(fc.array(column), (importance) => {
        const bars = importanceBars({ importance })
        expect(bars.every(({ share }) => share >= 0 && share <= 1)).toBe(true)
        if (bars.some((bar) => bar.value > 0)) expect(bars[0]?.share).toBe(1)
      }),
    )
    const at = placed([1, 3])
    expect([at(1), at(2), at(3), at(99), placed([2, 2])(2)]).toEqual([0, 0.5, 1, 1, 0.5])
  })

  it('says figures with the digits that count, and advice by the labels of the start card', () => {
    expect([0.87654321, 12.34567, 1234.5, 0, null].map(score)).toEqual(['0.8765', '12.35', '1,235', '0', '–'])
    expect([0.012345, 12.345].map(spread)).toEqual(['0.012', '12'])
    expect(interval({ measure: 'roc_auc', low: 0.99991, high: 0.99993 })).toBe('about 0.9999')
    expect(interval({ measure: 'roc_auc', low: 0.9, high: 0.95 })).toBe('0.9 to 0.95')
    expect(interval({ measure: 'r2', low: -7.279e-6, high: 0.5672 })).toBe('0 to 0.5672')
    const late = {
      do_this: 'Leave out what is late: a, b.',
      remedy: { field: 'leave_out' as const, columns: ['a', 'b'] },
    }
    expect(advice(late)).toBe('Leave out what is late: a, b. Run it again with “Advanced → Leave out”: a, b.')
    expect(advice({ do_this: 'Search longer.', remedy: { field: 'budget_s', columns: [] } })).toBe(
      'Search longer. Run it again with “Time for the search” set higher.',
    )
    expect(advice({ do_this: 'Collect more rows.', remedy: null })).toBe('Collect more rows.')
  })

  it('folds what one check says of many columns into one finding', () => {
    const finding = (code: string, severity: 'low' | 'high', ...columns: string[]) => ({
      code,
      severity,
      columns,
      name: code,
      detail: '',
      why: '',
      fix: '',
      evidence: {},
      figure: null,
    })
    const all = [
      finding('skew', 'low', 'a'),
      finding('pair', 'low', 'a', 'b'),
      finding('skew', 'low', 'b'),
      finding('skew', 'high', 'c'),
      finding('pair', 'low', 'c', 'd'),
    ]
    expect(alike(all).map((several) => several.map(({ columns }) => columns.join()))).toEqual([
      ['a', 'b'],
      ['a,b'],
      ['c'],
      ['c,d'],
    ])
  })
})

describe('the prediction form', () => {
  it('is offered for what may be used, and what says something of a single row', () => {
    const critique = (verdict: 'pass' | 'fail') => ({ version: 1 as const, verdict, remarks: [], asked: [] })
    const forecast = { ...modeling, task: { ...modeling.task, task: 'forecast' as const } }
    expect(isUsable({ modeling, critique: critique('pass') })).toBe(true)
    expect(isUsable({ modeling, critique: critique('fail') })).toBe(false)
    expect(isUsable({ modeling: forecast, critique: critique('pass') })).toBe(false)
    expect(isUsable({ modeling: null, critique: critique('pass') })).toBe(false)
  })

  it('asks first for what the model leans on, and for nothing that it does not use', () => {
    const fields = fieldsOf(modeling, explanation('city', 'rooms'))
    expect(fields.map(({ column, kind }) => [column, kind])).toEqual([
      ['city', 'text'],
      ['rooms', 'number'],
    ])
  })

  it('sends numbers as numbers, and nothing typed as missing', () => {
    const fields = fieldsOf(modeling, null)
    expect(rowOf(fields, { rooms: ' 3.5 ', city: '7' })).toEqual({ rooms: 3.5, city: '7' })
    expect(rowOf(fields, { rooms: 'many' })).toEqual({ rooms: 'many', city: null })
  })
})

it('keeps every mark of a figure inside it', () => {
  const some = fc.option(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { nil: null })
  const kind = fc.constantFrom('bars' as const, 'line' as const, 'points' as const)
  fc.assert(
    fc.property(kind, fc.array(some, { minLength: 1, maxLength: 30 }), (shape, y) => {
      const drawn = picture({ kind: shape, title: '', x_title: '', y_title: '', x: y.map((_, i) => i), y })
      expect(drawn === null).toBe(y.every((value) => value === null))
      for (const mark of drawn?.marks ?? []) {
        expect(mark.x).toBeGreaterThanOrEqual(SIZE.left - 1)
        expect(mark.x).toBeLessThanOrEqual(SIZE.width)
        expect(mark.y).toBeGreaterThanOrEqual(SIZE.top - 0.01)
        const foot = mark.y + (shape === 'bars' ? mark.height : 0)
        expect(foot).toBeLessThanOrEqual(SIZE.height - SIZE.bottom + 0.01)
      }
    }),
  )
})

it('shows the report in the scheme of the page, after its own styles', () => {
  const report =
    '<html><head><style>:root{color-scheme:light dark}</style></head><body>a</head></body></html>'
  expect(inScheme(report, 'dark')).toBe(
    '<html><head><style>:root{color-scheme:light dark}</style><style>:root{color-scheme:dark}</style></head><body>a</head></body></html>',
  )
  expect(inScheme('<p>a</p>', 'light')).toBe('<style>:root{color-scheme:light}</style><p>a</p>')
})
