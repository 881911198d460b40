import { addParticipants, removeParticipants } from '../conversations/evidence.ts';
import type { WriteScope } from '../db/scope.ts';
import type { ConversationId, TransferId } from '../lib/ids.ts';
import { participantsOf } from './add.ts';
import type { Endpoints } from './endpoint.ts';
import { type Envelope, envelopesOf } from './store.ts';

const PAGE = 500;

/** Whoever wrote or was written to in what a transfer moved takes part in the conversation where it is now. */
export async function bringParticipants(
  tx: WriteScope,
  { isOurs }: Pick<Endpoints, 'isOurs'>,
  transferId: TransferId,
  to: ConversationId,
): Promise<void> {
  await eachPage(tx, { transferId }, async (envelopes) => {
    const addresses = [...new Set(envelopes.flatMap(participantsOf))].filter((address) => !isOurs(address));
    for (let at = 0; at < addresses.length; at += 100) await addParticipants(tx, to, addresses.slice(at, at + 100));
    return true;
  });
}

/** They take part no longer where it was, unless a message left there names them. */
export async function takeParticipants(tx: WriteScope, transferId: TransferId, from: ConversationId): Promise<void> {
  const gone = new Set<string>();
  await eachPage(tx, { transferId }, async (envelopes) => {
    for (const one of envelopes) for (const address of participantsOf({ ...one, senderStatus: 'participant' })) gone.add(address);
    return true;
  });
  await eachPage(tx, { conversationId: from }, async (envelopes) => {
    for (const address of envelopes.flatMap(participantsOf)) gone.delete(address);
    return gone.size > 0;
  });
  const addresses = [...gone];
  for (let at = 0; at < addresses.length; at += 100) await removeParticipants(tx, from, addresses.slice(at, at + 100));
}

async function eachPage(
  tx: WriteScope,
  where: Parameters<typeof envelopesOf>[1],
  take: (envelopes: readonly Envelope[]) => Promise<boolean>,
): Promise<void> {
  for (let after = 0; ; ) {
    const page = await envelopesOf(tx, where, after, PAGE);
    const last = page.at(-1);
    if (!(await take(page)) || !last || page.length < PAGE) return;
    after = last.id;
  }
}
