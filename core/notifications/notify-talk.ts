import { readersOf } from '../conversations/allow.ts';
import type { Conversation } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId, MessageId } from '../lib/ids.ts';
import { snippet } from '../lib/text.ts';
import { announce, tell } from './notify.ts';
import { listeningTo } from './places.ts';
import { receiversOf } from './receivers.ts';
import { markAbout, markOfConversation } from './store.ts';
import type { NotificationKind } from './types.ts';

/** Kinds that are over once the agent has read the conversation, or it is somebody else's. */
const TALK_KINDS = [
  'message_received',
  'conversation_assigned',
  'team_assigned',
  'unassigned_message',
  'conversation_woken',
  'conversation_shared',
] as const satisfies readonly NotificationKind[];
const MAX_WORDS_CHARS = 140;

/** A person wrote: the agent whose conversation it is hears of it; where it is nobody's, those who asked for that. */
export async function notifyOfMessage(
  tx: WriteScope,
  conversation: Pick<Conversation, 'id' | 'assigneeId' | 'teamId' | 'inboxId' | 'folderId'>,
  messageId: MessageId,
  words: string,
): Promise<void> {
  const receivers = await receiversOf(tx, conversation, null);
  const kind = receivers.some(({ why }) => why === 'assignee') ? 'message_received' : 'unassigned_message';
  const details = { reason: snippet(words, MAX_WORDS_CHARS) || null };
  const heard =
    kind === 'message_received'
      ? null
      : await listeningTo(
          tx,
          conversation,
          receivers.map(({ agentId }) => agentId),
        );
  const told = receivers.filter(({ agentId }) => heard?.has(agentId) ?? true);
  announce(tx, await tell(tx, told, { kind, conversationId: conversation.id, messageId, details }));
}

/**
 * The conversation is somebody else's: a person's who is told, or of a team whose `members` are, save who did it himself and unless `isQuiet`;
 * nobody else needs to know of it any more.
 */
export async function notifyOfAssignment(
  tx: WriteScope,
  id: ConversationId,
  { assigneeId, members }: { readonly assigneeId: AgentId | null; readonly members: readonly AgentId[] },
  isQuiet = false,
): Promise<void> {
  const before = await markOfConversation(tx, id, TALK_KINDS);
  const doer = tx.actor.kind === 'agent' ? tx.actor.id : null;
  const about = { conversationId: id, messageId: null, details: {} };
  const others = (ids: readonly AgentId[]): readonly AgentId[] => (isQuiet ? [] : ids.filter((one) => one !== doer));
  const persons = others(assigneeId === null ? [] : [assigneeId]).map((agentId) => ({ agentId, why: 'assignee' as const }));
  const team = others(members).map((agentId) => ({ agentId, why: 'team' as const }));
  const told = [
    ...(persons.length > 0 ? await tell(tx, persons, { kind: 'conversation_assigned', ...about }) : []),
    ...(team.length > 0 ? await tell(tx, team, { kind: 'team_assigned', ...about }) : []),
  ];
  announce(tx, [...new Set([...before, ...told])]);
}

/** It was put off until now: whoever did that hears of it, else the one whose it is. */
export async function notifyOfWaking(
  tx: WriteScope,
  conversation: Pick<Conversation, 'id' | 'assigneeId' | 'teamId' | 'snoozedBy'>,
): Promise<void> {
  const receivers = await receiversOf(tx, conversation, conversation.snoozedBy);
  const told = receivers.map((one) => (one.why === 'author' ? { ...one, why: 'snoozer' as const } : one));
  announce(tx, await tell(tx, told, { kind: 'conversation_woken', conversationId: conversation.id, messageId: null, details: {} }));
}

/** Somebody invited the agent into a conversation that he does not see otherwise. */
export async function notifyOfShare(tx: WriteScope, id: ConversationId, agentId: AgentId): Promise<void> {
  const made = { kind: 'conversation_shared', conversationId: id, messageId: null, details: {} } as const;
  announce(tx, await tell(tx, [{ agentId, why: 'invited' }], made));
}

/** A rule asks to tell these agents of what came; those who may not read it are not told. Answers who was. */
export async function notifyByRule(
  tx: WriteScope,
  id: ConversationId,
  messageId: MessageId,
  { agentIds, words }: { readonly agentIds: readonly AgentId[]; readonly words: string },
): Promise<readonly AgentId[]> {
  const readers = await readersOf(tx, id);
  const receivers = agentIds.filter((one) => readers.has(one)).map((agentId) => ({ agentId, why: 'rule' }) as const);
  const details = { reason: snippet(words, MAX_WORDS_CHARS) || null };
  announce(tx, await tell(tx, receivers, { kind: 'rule_told', conversationId: id, messageId, details }));
  return receivers.map(({ agentId }) => agentId);
}

/** The agent has read the conversation: what it was about is no news to him. */
export async function talkIsRead(tx: WriteScope, id: ConversationId, agentId: AgentId): Promise<void> {
  if (await markAbout(tx, agentId, id, [...TALK_KINDS, 'mentioned', 'followed_message', 'rule_told', 'virus_found']))
    announce(tx, [agentId]);
}
