import { recordBlobs } from '../blobs/store.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { Forward } from '../forwards/types.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';
import { textToHtml } from '../lib/text-to-html.ts';
import type { Message } from '../messages/types.ts';
import { withName } from './addresses.ts';
import { addAttachmentRows, deleteRow, findDraft, saveRow } from './store.ts';
import type { Draft, DraftInput, DraftMacro } from './types.ts';

/** Puts a message that was taken back into the composer of an agent; what he has written there since stays, below it. */
export async function restoreDraft(
  tx: WriteScope,
  agentId: AgentId,
  conversationId: ConversationId | null,
  message: Message,
  { macro = null, forward = null }: { readonly macro?: DraftMacro | null; readonly forward?: Forward | null } = {},
): Promise<void> {
  const newer = await findDraft(tx, agentId, conversationId);
  const written = draftOf(message, conversationId === null ? 'new' : 'reply');
  const draft = forward ? forwardAgain(written, message, forward) : { ...written, fields: { ...written.fields, macro } };
  const files = message.attachments.slice(0, message.attachments.length - (forward?.carriedFiles ?? 0));
  await saveRow(tx, agentId, conversationId, newer ? joined(draft, newer) : draft);
  await recordBlobs(tx, files);
  await addAttachmentRows(tx, agentId, conversationId, files);
}

/** What it took along is in the conversation still: the draft says again what that was. */
function forwardAgain(written: DraftInput, message: Message, { isWhole, messageIds, withFiles }: Forward): DraftInput {
  const forward = { to: message.to.map(withName).join(', '), of: isWhole ? null : (messageIds[0] ?? null), files: withFiles };
  return { ...written, kind: 'forward', fields: { ...written.fields, to: null, copied: null, forward } };
}

/** Puts an agent's draft of a conversation that leads to `into` below what he has written there. Answers false when there is none. */
export async function joinDraft(scope: Scope | WriteScope, agentId: AgentId, from: ConversationId, into: ConversationId): Promise<boolean> {
  return transact(scope, async (tx) => {
    const [kept, other] = [await findDraft(tx, agentId, into), await findDraft(tx, agentId, from)];
    if (!other) return false;
    await saveRow(tx, agentId, into, kept ? joined(kept, other) : other);
    await addAttachmentRows(tx, agentId, into, other.attachments);
    await deleteRow(tx, agentId, from);
    return true;
  });
}

function draftOf(message: Message, kind: 'reply' | 'new'): DraftInput {
  const list = (addresses: readonly NamedAddress[]): string => addresses.map(withName).join(', ');
  return {
    kind,
    text: message.text,
    // Written as plain text: it goes back into the plain editor.
    html: message.html === null || message.html === textToHtml(message.text) ? '' : message.html,
    fields: {
      to: kind === 'reply' ? message.to.map(withName) : null,
      copied: kind === 'reply' ? message.cc.map(withName) : null,
      moreTo: kind === 'new' ? list(message.to) : '',
      cc: kind === 'new' ? list(message.cc) : '',
      bcc: list(message.bcc),
      subject: kind === 'new' ? (message.subject ?? '') : '',
      inboxId: message.inboxId,
      quoted: message.quotedMessageId !== null,
      dropped: [],
    },
  };
}

/** Both texts, each letter of them; the recipients of both. */
function joined(first: DraftInput, second: Draft): DraftInput {
  const html = [first, second].some((one) => one.html !== '')
    ? [first, second].map((one) => one.html || (one.text === '' ? '' : textToHtml(one.text))).join('')
    : '';
  const lines = (a: string, b: string, between: string): string => [...new Set([a, b].filter((text) => text.trim() !== ''))].join(between);
  return {
    kind: first.kind,
    text: lines(first.text, second.text, '\n\n'),
    html,
    fields: {
      ...first.fields,
      moreTo: lines(first.fields.moreTo, second.fields.moreTo, ', '),
      cc: lines(first.fields.cc, second.fields.cc, ', '),
      bcc: lines(first.fields.bcc, second.fields.bcc, ', '),
      subject: first.fields.subject || second.fields.subject,
      forward: first.fields.forward ?? second.fields.forward ?? null,
      dropped: second.fields.dropped,
    },
  };
}
