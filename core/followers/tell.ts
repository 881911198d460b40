import { listAgents } from '../agents/list-agents.ts';
import { nameOf } from '../agents/types.ts';
import { mayRead } from '../conversations/allow.ts';
import type { Conversation } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import type { AgentId, ConversationId, MessageId } from '../lib/ids.ts';
import { snippet } from '../lib/text.ts';
import { announce, tell } from '../notifications/notify.ts';
import { mentionedIn } from './mentioned.ts';
import { listFollowers, putFollower } from './store.ts';

const MAX_WORDS_CHARS = 140;

/** Whom a note names, and who may read it, is told and follows the conversation from now on. Its author names himself in vain. */
export async function tellMentioned(
  tx: WriteScope,
  id: ConversationId,
  messageId: MessageId,
  note: { readonly authorId: AgentId; readonly text: string },
): Promise<void> {
  if (!note.text.includes('@')) return;
  const people = (await listAgents(tx)).filter((one) => one.status === 'active' && one.id !== note.authorId);
  const named = mentionedIn(
    note.text,
    people.map((one) => ({ id: one.id, name: nameOf(one), email: one.email })),
  );
  const readers = await readersOf(tx, id, named);
  for (const agentId of readers) await putFollower(tx, id, agentId, 'mentioned');
  const receivers = readers.map((agentId) => ({ agentId, why: 'mentioned' as const }));
  const details = { reason: snippet(note.text, MAX_WORDS_CHARS) };
  announce(tx, await tell(tx, receivers, { kind: 'mentioned', conversationId: id, messageId, details }));
}

/** The contact wrote in a conversation: those who follow it are told; the one whose it is hears of it as always. */
export async function tellFollowers(
  tx: WriteScope,
  { id, assigneeId, hasFollowers }: Pick<Conversation, 'id' | 'assigneeId' | 'hasFollowers'>,
  messageId: MessageId,
  words: string,
): Promise<void> {
  if (!hasFollowers) return;
  const others = (await listFollowers(tx, id)).map(({ agentId }) => agentId).filter((agentId) => agentId !== assigneeId);
  if (others.length === 0) return;
  const receivers = (await readersOf(tx, id, others)).map((agentId) => ({ agentId, why: 'follower' as const }));
  const details = { reason: snippet(words, MAX_WORDS_CHARS) || null };
  announce(tx, await tell(tx, receivers, { kind: 'followed_message', conversationId: id, messageId, details }));
}

async function readersOf(tx: WriteScope, id: ConversationId, agentIds: readonly AgentId[]): Promise<readonly AgentId[]> {
  const readers: AgentId[] = [];
  for (const agentId of agentIds) if (await mayRead(tx, agentId, id)) readers.push(agentId);
  return readers;
}
