import type { Draft, DraftAttachment } from '../drafts/types.ts';
import type { DraftVersionId } from '../lib/ids.ts';

/**
 * Why an earlier text was kept: some time was written at it, much of it was taken out or written anew, all of it was, another version was put
 * in its place, or its author threw it away.
 */
export const VERSION_REASONS = ['edited', 'changed', 'cleared', 'replaced', 'discarded'] as const;
export type VersionReason = (typeof VERSION_REASONS)[number];

export type VersionFile = Omit<DraftAttachment, 'id'>;

/** What a draft was before. Its files are those that were to go along; `fields.dropped` is empty. */
export interface DraftVersion extends Omit<Draft, 'attachments' | 'updatedAt'> {
  readonly id: DraftVersionId;
  readonly files: readonly VersionFile[];
  readonly reason: VersionReason;
  readonly keptAt: Date;
}

/** What a list says of one: the beginning of its text, and the names of its files. */
export interface ListedVersion extends Pick<DraftVersion, 'id' | 'conversationId' | 'kind' | 'text' | 'reason' | 'keptAt'> {
  readonly isCut: boolean;
  readonly files: readonly string[];
}

/** For so many days an earlier text can be brought back. */
export const KEPT_DAYS = 30;
/** So many are kept of one draft. */
export const KEPT_OF_ONE = 30;
