import type { AgentId, FolderId, InboxId } from '../lib/ids.ts';

export const INBOX_STATUSES = ['open', 'paused'] as const;
export type InboxStatus = (typeof INBOX_STATUSES)[number];

/** One configured endpoint of a channel: support@…, a number, a page, a widget. */
export interface InboxRecord {
  readonly id: InboxId;
  readonly channel: string;
  readonly name: string;
  readonly address: string;
  /** As stored: secrets are still sealed. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Where its conversations begin; null or absent = in the top folder. */
  readonly folderId?: FolderId | null;
  /** Whose personal mailbox it is: its folder is his alone. Null or absent = the company's. */
  readonly ownerId?: AgentId | null;
  readonly status: InboxStatus;
  readonly createdAt: Date;
}

/** Whether somebody may work with an inbox as far as it is anybody's own: it is the company's, or his. */
export const isOpenTo = ({ ownerId = null }: { readonly ownerId?: AgentId | null }, viewer: AgentId | null): boolean =>
  ownerId === null || ownerId === viewer;
