import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { ConflictError } from '../lib/errors.ts';
import type { AgentId } from '../lib/ids.ts';
import { noteSentForm } from './store.ts';

/**
 * The answer to a first attempt may have been lost on its way, and its author sends again. What answers a conversation in the browser is
 * refused then because there is a newer message; anything else is known by the name of what it was sent from. Raises sent_already.
 */
export async function expectUnsent(tx: WriteScope, authorId: AgentId, once: string | null | undefined): Promise<void> {
  if (!once || (await noteSentForm(tx, authorId, once))) return;
  throw new ConflictError('sent_already', 'This message was sent already', 'Look for it among the conversations.');
}

/** Sends what a program gave a name, both or neither; at most 60 characters of it. Raises sent_already, and what `send` raises. */
export const sendOnce = <T>(scope: Scope, authorId: AgentId, name: string | undefined, send: (tx: WriteScope) => Promise<T>): Promise<T> =>
  transact(scope, async (tx) => {
    await expectUnsent(tx, authorId, name && `api ${name}`);
    return send(tx);
  });
