import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { CrashPage } from './features/shell/CrashPage'
import { NotFoundPage } from './features/shell/NotFoundPage'
import { Shell } from './features/shell/Shell'
import { PagePending } from './features/shell/PagePending'

const texts = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : undefined
const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined)

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./features/home/HomePage'), 'HomePage'),
})

export interface AskSearch {
  dataset?: string | undefined
  question?: string | undefined
}
const ask = createRoute({
  getParentRoute: () => root,
  path: '/ask',
  validateSearch: (search): AskSearch => ({
    dataset: text(search['dataset']),
    question: text(search['question']),
  }),
  component: lazyRouteComponent(() => import('./features/ask/AskPage'), 'AskPage'),
})

export interface SessionSearch {
  turn?: string | undefined
  execution?: string | undefined
}
const session = createRoute({
  getParentRoute: () => root,
  path: '/ask/$sessionId',
  validateSearch: (search): SessionSearch => ({
    turn: text(search['turn']),
    execution: text(search['execution']),
  }),
  component: lazyRouteComponent(() => import('./features/ask/SessionPage'), 'SessionPage'),
})

const data = createRoute({
  getParentRoute: () => root,
  path: '/data',
  component: lazyRouteComponent(() => import('./features/data/DataPage'), 'DataPage'),
})

export const DATASET_TABS = ['columns', 'preview', 'rows', 'provenance'] as const
export type DatasetTab = (typeof DATASET_TABS)[number]
const dataset = createRoute({
  getParentRoute: () => root,
  path: '/data/$datasetId',
  validateSearch: (search): { tab?: DatasetTab | undefined } => ({
    tab: DATASET_TABS.find((tab) => tab === search['tab']),
  }),
  component: lazyRouteComponent(() => import('./features/data/DatasetPage'), 'DatasetPage'),
})

export interface BuildSearch {
  dataset?: string | undefined
  target?: string | undefined
  /** An earlier analysis, whose request is the start. */
  from?: string | undefined
  /** Columns to leave out as well. */
  leave?: string[] | undefined
  /** Repairs to go without as well. */
  undo?: string[] | undefined
}
const build = createRoute({
  getParentRoute: () => root,
  path: '/build',
  validateSearch: (search): BuildSearch => ({
    dataset: text(search['dataset']),
    target: text(search['target']),
    from: text(search['from']),
    leave: texts(search['leave']),
    undo: texts(search['undo']),
  }),
  component: lazyRouteComponent(() => import('./features/analyses/BuildPage'), 'BuildPage'),
})

export const JOB_TABS = [
  'result',
  'report',
  'forecast',
  'groups',
  'model',
  'fairness',
  'findings',
  'predict',
  'log',
] as const
export type JobTab = (typeof JOB_TABS)[number]
const job = createRoute({
  getParentRoute: () => root,
  path: '/build/$jobId',
  validateSearch: (search): { tab?: JobTab | undefined } => ({
    tab: JOB_TABS.find((tab) => tab === search['tab']),
  }),
  component: lazyRouteComponent(() => import('./features/analyses/JobPage'), 'JobPage'),
})

const activity = createRoute({
  getParentRoute: () => root,
  path: '/activity',
  component: lazyRouteComponent(() => import('./features/activity/ActivityPage'), 'ActivityPage'),
})

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./features/settings/SettingsPage'), 'SettingsPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([home, ask, session, data, dataset, build, job, activity, settings]),
  defaultPreload: 'intent',
  defaultErrorComponent: CrashPage,
  defaultPendingComponent: PagePending,
  defaultPendingMs: 200,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
