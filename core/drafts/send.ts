import { type Scope, transact } from '../db/scope.ts';
import type { StoredAttachment } from '../ingest/types.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import type { AgentId, ConversationId, InboxId, MessageId } from '../lib/ids.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { addNote } from '../messages/note.ts';
import { replyToConversation } from '../messages/reply.ts';
import { startConversation } from '../messages/start.ts';
import { discardDraft } from './save.ts';
import type { DraftInput } from './types.ts';

/** A draft whose addresses have been read. */
export interface Sending {
  readonly draft: DraftInput;
  readonly to: readonly NamedAddress[];
  readonly cc: readonly NamedAddress[];
  readonly bcc: readonly NamedAddress[];
  readonly attachments: readonly StoredAttachment[];
  readonly close: boolean;
  /** The newest message its author had seen; null = not known. */
  readonly seenMessageId: MessageId | null;
}

/** Makes a reply or a note of a draft and removes the draft, both or neither. Raises what the verbs raise; the draft then stays. */
export async function sendDraft(
  scope: Scope,
  endpoints: Endpoints,
  authorId: AgentId,
  conversationId: ConversationId,
  sending: Sending,
): Promise<void> {
  await transact(scope, async (tx) => {
    const written = { conversationId, authorId, ...body(sending) };
    if (sending.draft.kind === 'note') await addNote(tx, endpoints, written);
    else {
      const { to, cc, bcc, close, seenMessageId } = sending;
      const { quoted } = sending.draft.fields;
      await replyToConversation(tx, endpoints, { ...written, to, cc, bcc, close, quoted, seenMessageId: seenMessageId ?? undefined });
    }
    await discardDraft(tx, authorId, conversationId);
  });
}

/** Begins a conversation with a draft written outside any. */
export async function sendFirst(
  scope: Scope,
  endpoints: Endpoints,
  authorId: AgentId,
  inboxId: InboxId,
  sending: Sending,
): Promise<ConversationId> {
  return transact(scope, async (tx) => {
    const { to, cc, bcc, draft } = sending;
    const start = { inboxId, authorId, to, cc, bcc, subject: draft.fields.subject, ...body(sending) };
    const { conversation } = await startConversation(tx, endpoints, start);
    await discardDraft(tx, authorId, null);
    return conversation.id;
  });
}

const body = ({ draft, attachments }: Sending) => ({ text: draft.text, html: draft.html === '' ? null : draft.html, attachments });
