import type { AgentId, InboxId, LabelId, TeamId } from '../../lib/ids.ts';
import type { Status } from '../types.ts';

/** What a conversation has to be, or with `isNot` must not be. */
export type Condition = { readonly isNot: boolean } & (
  | { readonly kind: 'status'; readonly status: Status }
  | { readonly kind: 'spam' }
  | { readonly kind: 'trash' }
  | { readonly kind: 'unread'; readonly viewer: AgentId }
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'attachment' }
  | { readonly kind: 'label'; readonly ids: readonly LabelId[] }
  /** Of its contact. */
  | { readonly kind: 'contact_label'; readonly ids: readonly LabelId[] }
  | { readonly kind: 'inbox'; readonly ids: readonly InboxId[] }
  /** Null = no person; with `teamIds` also what was given to one of these. */
  | { readonly kind: 'assignee'; readonly ids: readonly AgentId[] | null; readonly teamIds?: readonly TeamId[] }
  /** Of the newest message; `before` is not included. */
  | { readonly kind: 'written'; readonly after: Date | null; readonly before: Date | null }
);
