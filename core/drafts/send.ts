import { findConversation } from '../conversations/list.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { forwardMessages } from '../forwards/forward.ts';
import type { StoredAttachment } from '../ingest/types.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import type { AgentId, ConversationId, InboxId, MessageId } from '../lib/ids.ts';
import { type MacroDeed, performMacro } from '../macros/perform.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import type { Schedule } from '../messages/held.ts';
import { addNote } from '../messages/note.ts';
import { replyToConversation } from '../messages/reply.ts';
import { startConversation } from '../messages/start.ts';
import type { ChannelTraits } from '../plugins/contract.ts';
import { readGeneral } from '../settings/general.ts';
import { expectUnsent } from './once.ts';
import { filesOf, finishDraft } from './save.ts';
import type { DraftInput } from './types.ts';

/** A draft whose addresses have been read. */
export interface Sending {
  readonly draft: DraftInput;
  readonly to: readonly NamedAddress[];
  readonly cc: readonly NamedAddress[];
  readonly bcc: readonly NamedAddress[];
  readonly attachments: readonly StoredAttachment[];
  readonly close: boolean;
  /** The moment its author chose; null = as soon as the time for taking it back is over. */
  readonly schedule: Schedule | null;
  /** The newest message its author had seen; null = not known. */
  readonly seenMessageId: MessageId | null;
  /** Names the composer it was written in; what begins a conversation is sent from one only once. Absent = not known. */
  readonly once?: string | null | undefined;
}

/** What was sent, and for how many seconds it can be taken back (0 = not, or it is a note, or it was scheduled). */
export interface Sent {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly undoSeconds: number;
  readonly isScheduled: boolean;
  /** In a live talk, where it is seen to arrive. */
  readonly isLive?: boolean;
  /** What its template says beside its text and was refused to who sent it. */
  readonly refused: readonly MacroDeed[];
}

/** Makes a reply or a note of a draft and removes the draft, both or neither. Raises what the verbs raise; the draft then stays. */
export async function sendDraft(
  scope: Scope,
  endpoints: Endpoints,
  authorId: AgentId,
  conversationId: ConversationId,
  sending: Sending,
): Promise<Sent> {
  return transact(scope, async (tx) => {
    const written = { conversationId, authorId, ...(await body(tx, authorId, conversationId, sending)) };
    const send = async (): Promise<Sent> => {
      if (sending.draft.kind === 'note')
        return { conversationId, ...idOf(await addNote(tx, endpoints, written)), undoSeconds: 0, isScheduled: false, refused: [] };
      if (sending.draft.kind === 'forward') return forward(tx, endpoints, written, sending);
      const { close, seenMessageId } = sending;
      const traits = await traitsOf(tx, endpoints, conversationId);
      const { quoted } = sending.draft.fields;
      const isLive = traits?.continues === 'by-session';
      const { undoSeconds, ...timing } = await timingOf(tx, sending, isLive);
      const reply = { ...written, ...chosenOf(traits, sending), close, quoted, seenMessageId: seenMessageId ?? undefined, ...timing };
      const { messageId } = await replyToConversation(tx, endpoints, reply);
      const refused = await alsoDo(tx, authorId, conversationId, messageId, sending);
      return { conversationId, messageId, undoSeconds, isScheduled: sending.schedule !== null, isLive, refused };
    };
    const sent = await send();
    await finishDraft(tx, authorId, conversationId);
    return sent;
  });
}

/** Sends on what the draft chose; whoever wrote it stays in the conversation that it comes from. */
async function forward(
  tx: WriteScope,
  endpoints: Endpoints,
  written: Awaited<ReturnType<typeof body>> & Pick<Sent, 'conversationId'> & { readonly authorId: AgentId },
  sending: Sending,
): Promise<Sent> {
  await expectUnsent(tx, written.authorId, sending.once);
  const { undoSeconds, ...timing } = await timingOf(tx, sending);
  const { of: messageId = null, files = true } = sending.draft.fields.forward ?? {};
  const chosen = { messageId, withFiles: files, to: sending.to, seenMessageId: sending.seenMessageId ?? undefined };
  const { messageId: sent } = await forwardMessages(tx, endpoints, { ...written, ...chosen, ...timing });
  const isScheduled = sending.schedule !== null;
  return { conversationId: written.conversationId, messageId: sent, undoSeconds, isScheduled, refused: [] };
}

/** Begins a conversation with a draft written outside any. */
export async function sendFirst(scope: Scope, endpoints: Endpoints, authorId: AgentId, inboxId: InboxId, sending: Sending): Promise<Sent> {
  return transact(scope, async (tx) => {
    await expectUnsent(tx, authorId, sending.once);
    const { to, cc, bcc, draft } = sending;
    const { undoSeconds, ...timing } = await timingOf(tx, sending);
    const written = await body(tx, authorId, null, sending);
    const start = { inboxId, authorId, to, cc, bcc, subject: draft.fields.subject, ...written, ...timing };
    const { conversation, messageId } = await startConversation(tx, endpoints, start);
    const refused = await alsoDo(tx, authorId, conversation.id, messageId, sending);
    await finishDraft(tx, authorId, null);
    return { conversationId: conversation.id, messageId, undoSeconds, isScheduled: sending.schedule !== null, refused };
  });
}

const idOf = ({ messageId }: { readonly messageId: MessageId }) => ({ messageId });

/** What the template that it was written with says is done beside, unless its author said no. */
async function alsoDo(
  tx: WriteScope,
  authorId: AgentId,
  id: ConversationId,
  messageId: MessageId,
  { draft }: Sending,
): Promise<readonly MacroDeed[]> {
  const { macro } = draft.fields;
  return macro && !macro.off ? performMacro(tx, authorId, id, messageId, macro) : [];
}

async function traitsOf(tx: WriteScope, endpoints: Endpoints, id: ConversationId): Promise<ChannelTraits | null> {
  const conversation = await findConversation(tx, id);
  return (conversation && endpoints.find(conversation.inboxId)?.traits) ?? null;
}

/** Who gets an answer is chosen by address where people write addresses; else it goes to whoever wrote. */
const chosenOf = (traits: ChannelTraits | null, { to, cc, bcc }: Sending): Partial<Pick<Sending, 'to' | 'cc' | 'bcc'>> =>
  traits === null || traits.addressKind === 'email' ? { to, cc, bcc } : {};

/** A message without a moment of its own waits as long as its author may take it back; in a live talk somebody waits for it. */
async function timingOf(tx: WriteScope, { schedule }: Sending, isLive = false) {
  if (schedule) return { schedule, undoSeconds: 0 };
  const undoSeconds = isLive ? 0 : (await readGeneral(tx)).undoSeconds;
  return { notBefore: undoSeconds === 0 ? undefined : new Date(tx.now().getTime() + undoSeconds * 1_000), undoSeconds };
}

async function body(tx: WriteScope, authorId: AgentId, conversationId: ConversationId | null, { draft, attachments }: Sending) {
  const kept = await filesOf(tx, authorId, conversationId, draft);
  return {
    text: draft.text,
    html: draft.html === '' ? null : draft.html,
    limits: await readGeneral(tx),
    attachments: [...kept.map(({ id: _, ...file }) => ({ ...file, contentId: null, inline: false })), ...attachments],
  };
}
