import type { Scope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { listMessages } from '../messages/list.ts';
import type { Message } from '../messages/types.ts';
import { conversationsOf } from './store.ts';
import type { Person } from './types.ts';

const AT_ONCE = 200;

/** What the company has of a person, to be handed to him: JSON, a conversation at a time. Notes of the team are not in it: they were not written to him. */
export async function* copyFor(scope: Scope, { address, contactId, name, addresses }: Person): AsyncGenerator<string> {
  const head = JSON.stringify({ madeAt: scope.now().toISOString(), address, name, addresses }, null, 2);
  yield `${head.slice(0, -2)},\n  "conversations": [`;
  let isFirst = true;
  for (const one of contactId === null ? [] : await conversationsOf(scope, contactId)) {
    const { id, subject, inbox, createdAt } = one;
    const messages = (await allMessages(scope, id)).filter(({ kind }) => kind !== 'note').map(messageOf);
    yield `${isFirst ? '' : ','}\n${JSON.stringify({ number: id, subject, inbox, createdAt, messages }, null, 2)}`;
    isFirst = false;
  }
  yield '\n  ]\n}\n';
}

/** Oldest first. */
async function allMessages(scope: Scope, id: ConversationId): Promise<readonly Message[]> {
  let all: readonly Message[] = [];
  for (let cursor: string | undefined | null; cursor !== null; ) {
    const { items, earlier } = await listMessages(scope, id, { cursor, limit: AT_ONCE, withBodies: true });
    all = [...items, ...all];
    cursor = earlier;
  }
  return all;
}

const messageOf = ({ direction, from, to, cc, subject, text, createdAt, attachments }: Message) => ({
  at: createdAt.toISOString(),
  direction,
  from,
  to,
  cc,
  subject,
  text,
  files: attachments.map(({ filename, contentType, bytes }) => ({ filename, contentType, bytes })),
});
