import { isDeepStrictEqual } from 'node:util';
import { identityOf } from '../contacts/address.ts';
import type { WriteScope } from '../db/scope.ts';
import type { MessageId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import { hashOf } from '../messages/id-hash.ts';
import { type Content, contentsOf } from '../messages/match.ts';
import type { ChannelTraits } from '../plugins/contract.ts';
import type { InterpretedMessage } from './types.ts';

/**
 * Which of these messages it is: one that came by another alias, or out of an account as well, and has other `Received` lines only. The same id is not
 * enough (there are programs that know but one): sender, date, subject, words and files have to be the same. Null when none is it.
 */
export async function sameMessage(
  tx: WriteScope,
  kind: ChannelTraits['addressKind'],
  among: readonly MessageId[],
  item: InterpretedMessage,
): Promise<MessageId | null> {
  if (item.externalId === null || item.sentAt === null || item.isOwn) return null;
  const content: Omit<Content, 'id'> = {
    idHash: hashOf(storable(item.externalId)),
    from: storable(identityOf(kind, item.from.address).address),
    sentAt: item.sentAt,
    subject: item.subject === null ? null : storable(item.subject),
    text: storable(item.text),
    html: item.html === null ? null : storable(item.html),
    files: item.attachments.map(({ sha256 }) => sha256),
  };
  const found = await contentsOf(tx, among);
  return found.find(({ id: _, ...other }) => isDeepStrictEqual(other, content))?.id ?? null;
}
