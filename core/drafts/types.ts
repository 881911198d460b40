import type { VirusVerdict } from '../ingest/verdict.ts';
import type { AgentId, CannedResponseId, ConversationId, DraftAttachmentId, InboxId, MessageId } from '../lib/ids.ts';

export const DRAFT_KINDS = ['reply', 'note', 'forward', 'new'] as const;
export type DraftKind = (typeof DRAFT_KINDS)[number];

/** The other fields of the composer, as typed. */
export interface DraftFields {
  /** Addresses still ticked; null = the suggested ones. */
  readonly to: readonly string[] | null;
  /** The same of those who get a copy; absent or null = the suggested ones, empty = an answer to the sender only. */
  readonly copied?: readonly string[] | null;
  readonly moreTo: string;
  readonly cc: string;
  readonly bcc: string;
  readonly subject: string;
  readonly inboxId: InboxId | null;
  /** Send the answered message along, below. */
  readonly quoted: boolean;
  /** Attachments of the draft that are not to go along. */
  readonly dropped: readonly DraftAttachmentId[];
  /** A template whose acts are done when it is sent; absent or null = none. */
  readonly macro?: DraftMacro | null;
  /** What is sent on, and to whom; absent or null = nothing was chosen. */
  readonly forward?: DraftForward | null;
}

/** `to`: as typed; `of`: one message, null = the whole conversation; `files`: with its attachments. */
export interface DraftForward {
  readonly to: string;
  readonly of: MessageId | null;
  readonly files: boolean;
}

/** `says`: what will be done, in the words of who writes; `off`: he said that it is not to be. */
export interface DraftMacro {
  readonly id: CannedResponseId;
  readonly says: string;
  readonly off: boolean;
}

/** A file that waits in a draft: it was attached to a message that was taken back. */
export interface DraftAttachment {
  readonly id: DraftAttachmentId;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Of one that was added while no scanner answered. */
  readonly virus?: VirusVerdict | null;
}

/** What an agent has written and not sent: one for each conversation, and one outside any (`conversationId` null). */
export interface Draft {
  readonly agentId: AgentId;
  readonly conversationId: ConversationId | null;
  readonly kind: DraftKind;
  /** As the editor wrote it, not sanitised: only ever put back into a form field. Empty when plain text was written. */
  readonly html: string;
  readonly text: string;
  readonly fields: DraftFields;
  readonly attachments: readonly DraftAttachment[];
  readonly updatedAt: Date;
}

/** What a colleague is writing in a conversation; of a long text the beginning. */
export interface SharedDraft extends Pick<Draft, 'agentId' | 'kind' | 'text'> {
  readonly name: string;
  readonly isCut: boolean;
  readonly files: readonly string[];
  readonly at: Date;
}

export type DraftInput = Omit<Draft, 'agentId' | 'conversationId' | 'attachments' | 'updatedAt'>;
