import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { holdLabel } from '../labels/list.ts';
import { type AppliedLabel, MAX_APPLIED } from '../labels/types.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import type { AgentId, ContactId, InboxId, LabelId } from '../lib/ids.ts';
import { addressKey } from './address.ts';
import { deleteOn, insertOn, labelsOfAddresses, labelsOn, lockContact, ownersOf, replaceOn } from './labels-store.ts';

/** Labels of a contact, in the order of all labels. */
export const contactLabels = (scope: Scope, id: ContactId): Promise<readonly AppliedLabel[]> => labelsOn(scope, id);

/** Where a message came from and to. */
export interface Sender {
  readonly address: string;
  readonly inboxId: InboxId;
}

/** The labels of those who write from an address to an inbox, for each of `senders` in turn: of its owner's contacts where the inbox is personal; none for a stranger. */
export async function senderLabels(scope: Scope, senders: readonly Sender[]): Promise<readonly ReadonlySet<LabelId>[]> {
  const owners = await ownersOf(scope, [...new Set(senders.map(({ inboxId }) => inboxId))]);
  const keyed = senders.map(({ address, inboxId }) => ({ key: addressKey(address), ownerId: owners.get(inboxId) ?? null }));
  const borne = new Map<AgentId | null, Awaited<ReturnType<typeof labelsOfAddresses>>>();
  for (const [ownerId, same] of Map.groupBy(keyed, (one) => one.ownerId))
    borne.set(ownerId, await labelsOfAddresses(scope, [...new Set(same.map(({ key }) => key))], ownerId));
  return keyed.map(
    ({ key, ownerId }) => new Set(borne.get(ownerId)?.flatMap(({ address, labelId }) => (address === key ? [labelId] : []))),
  );
}

/** Puts a label on a contact or takes it off. Raises not_found, or invalid with too many. */
export async function labelContact(scope: Scope | WriteScope, id: ContactId, labelId: LabelId, isOn: boolean): Promise<void> {
  await transact(scope, async (tx) => {
    await expectContact(tx, id);
    await (isOn ? putOn(tx, id, labelId) : takeOff(tx, id, labelId));
  });
}

/** Leaves exactly these labels on a contact. Raises not_found for the contact or a label, invalid with too many. */
export async function setContactLabels(scope: Scope | WriteScope, id: ContactId, labelIds: readonly LabelId[]): Promise<void> {
  await transact(scope, async (tx) => {
    await expectContact(tx, id);
    const wanted = new Set(labelIds);
    const before = new Set((await labelsOn(tx, id)).map((label) => label.id));
    for (const labelId of before.difference(wanted)) await takeOff(tx, id, labelId);
    for (const labelId of wanted.difference(before)) await putOn(tx, id, labelId);
  });
}

/** Takes a removed label off at most `limit` contacts, or gives them the one it was merged into. False when none bore it any more. */
export const clearContacts = async (tx: WriteScope, labelId: LabelId, into: LabelId | null, limit: number): Promise<boolean> =>
  (await replaceOn(tx, labelId, into, limit)) > 0;

async function expectContact(tx: WriteScope, id: ContactId): Promise<void> {
  if (!(await lockContact(tx, id))) throw new NotFoundError('Contact');
}

async function putOn(tx: WriteScope, contactId: ContactId, labelId: LabelId): Promise<void> {
  await holdLabel(tx, labelId);
  if (!(await insertOn(tx, contactId, labelId, tx.actor.kind === 'agent' ? tx.actor.id : null))) return;
  if ((await labelsOn(tx, contactId)).length > MAX_APPLIED) throw new InvalidError({ labels: 'labels.problem.too_many_on_contact' });
  tx.emit({ type: 'contact.labelled', data: { contactId, labelId } });
}

async function takeOff(tx: WriteScope, contactId: ContactId, labelId: LabelId): Promise<void> {
  if (await deleteOn(tx, contactId, labelId)) tx.emit({ type: 'contact.unlabelled', data: { contactId, labelId } });
}
