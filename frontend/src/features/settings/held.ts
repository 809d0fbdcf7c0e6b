import type { ModelStatus } from '../../api/types'
import type { ModelDraft } from './modelDraft'

/** What a part of the form shows, and how it is edited. */
export interface Part {
  model: ModelStatus
  draft: ModelDraft
  edit: (part: Partial<ModelDraft>) => void
}

/** A field that the environment sets can be looked at only, and says so. */
export const held = (model: ModelStatus, field: string) =>
  model.sources?.[field] === 'environment'
    ? {
        disabled: true,
        description: `Set by the environment, which wins: LAKEGLASS_MODEL__${field.toUpperCase()}`,
      }
    : {}
