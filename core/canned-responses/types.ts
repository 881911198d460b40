import type { AgentId, CannedResponseAttachmentId, CannedResponseId, TeamId } from '../lib/ids.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import type { MacroActions } from './actions.ts';

/** Whose it is: of the whole company, kept by administrators, or of one agent alone. */
export const SCOPES = ['company', 'mine'] as const;
export type CannedScope = (typeof SCOPES)[number];

/** A file that goes along. */
export interface CannedAttachment {
  readonly id: CannedResponseAttachmentId;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A text to put into answers. Subject, text and HTML are Liquid. */
export interface CannedResponse {
  readonly id: CannedResponseId;
  /** Null = the company's. */
  readonly ownerId: AgentId | null;
  /** Of the company's: only for who is in this team; null = for everybody. */
  readonly teamId: TeamId | null;
  readonly name: string;
  /** One level of folders; empty = in none. */
  readonly folder: string;
  /** For conversations of this channel only; null = of any. */
  readonly channel: string | null;
  /** Of a new message; empty = none. */
  readonly subject: string;
  readonly text: string;
  /** Null when it was written as plain text. */
  readonly html: SafeHtml | null;
  readonly usedCount: number;
  /** Null = never. */
  readonly lastUsedAt: Date | null;
  readonly updatedAt: Date;
  readonly attachments: readonly CannedAttachment[];
  /** What is done beside sending its text (*makro*); null = nothing. */
  readonly actions: MacroActions | null;
}

/** Half of the channel's limit for a whole message is left to what the agent adds himself. */
export const MAX_CANNED_BYTES = 10 * 1024 * 1024;
export const MAX_CANNED_FILES = 10;
