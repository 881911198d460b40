import { addressKey } from '../contacts/address.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { enqueue } from '../jobs/store.ts';
import type { JobHandler } from '../jobs/worker.ts';
import { AppError, InvalidError } from '../lib/errors.ts';
import { type AgentId, type ContactId, type LabelId, parseId } from '../lib/ids.ts';
import { type PurgeDeps, runPurge } from '../purges/run.ts';
import { readRules } from '../retention/rules.ts';
import { countFirst } from '../trash/purge.ts';
import { bury } from '../trash/tombstones.ts';
import { trashConversation } from '../trash/trash.ts';
import { blankPurged } from './envelopes.ts';
import { addressesOf, contactAt, deleteContact, doomedOf, forgetTraces, notTrashed } from './store.ts';

export const ERASE_JOB = 'contact_erase';
/** So many at a time; then other jobs come first. */
const SLICE = 100;
/** When something is still being sent to him. */
const AGAIN_MS = 10 * 60_000;

/**
 * Deletes for good what the company has of whoever has this address, in a job: conversations, the contact, what is remembered of its addresses.
 * `again` is the address typed once more; raises invalid for it. Answers false where nobody with it is a contact: that is all then.
 */
export async function askErasure(scope: Scope, address: string, again: string): Promise<boolean> {
  const key = addressKey(address);
  if (addressKey(again) !== key) throw new InvalidError({ again: 'erasures.problem.again' });
  const contact = await contactAt(scope, key);
  await transact(scope, async (tx) => {
    await forgetTraces(tx, [key]);
    if (contact === null) return;
    const agentId = tx.actor.kind === 'agent' ? tx.actor.id : null;
    await enqueue(tx, [{ kind: ERASE_JOB, data: { contactId: contact.id, agentId, entry: null } }]);
  });
  scope.wakeOutbox();
  return contact !== null;
}

/** Works on that in slices, until all of it is gone. */
export const eraseHandler =
  (deps: PurgeDeps): JobHandler =>
  async (scope, { data }, signal) => {
    const id = parseId<'contacts'>(data['contactId']);
    const agentId = data['agentId'] as AgentId | null;
    if (id === null) return;
    const own: Scope = agentId === null ? scope : { ...scope, actor: { kind: 'agent', id: agentId } };
    const { exceptLabelId } = await readRules(own);
    const waiting = await trashAll(own, id, exceptLabelId, signal);
    await countFirst(scope, signal);
    const next = (limit: number) => doomedOf(own, id, exceptLabelId, limit);
    const entry = typeof data['entry'] === 'number' ? data['entry'] : null;
    const done = await runPurge(own, deps, { kind: 'trash', days: 0, next, remember: bury, isBlanked: true, most: SLICE, entry }, signal);
    const isGone = done.isOver && waiting === 0;
    const isOver = isGone && (await blankPurged(own, await addressesOf(own, id), signal));
    await transact(own, async (tx) => {
      if (isOver) return finish(tx, id);
      const runAt = new Date(tx.now().getTime() + (done.isOver && waiting > 0 ? AGAIN_MS : 0));
      await enqueue(tx, [{ kind: ERASE_JOB, data: { contactId: id, agentId, entry: done.entry }, runAt }]);
    });
    scope.wakeOutbox();
  };

/** Answers how many could not go yet: something is still being sent from them. */
async function trashAll(scope: Scope, id: ContactId, label: LabelId | null, signal: AbortSignal): Promise<number> {
  let waiting = 0;
  for (let last = 0; !signal.aborted; ) {
    const batch = await notTrashed(scope, id, label, last, SLICE);
    for (const one of batch)
      await trashConversation(scope, one).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        waiting += 1;
      });
    last = batch.at(-1) ?? last;
    if (batch.length < SLICE) break;
  }
  return waiting;
}

/** The contact stays as long as a conversation is its own: one that a label keeps. */
async function finish(tx: WriteScope, contactId: ContactId): Promise<void> {
  await forgetTraces(tx, await addressesOf(tx, contactId));
  const isGone = await deleteContact(tx, contactId);
  tx.emit({ type: 'contact.erased', data: { contactId, isGone } });
}
