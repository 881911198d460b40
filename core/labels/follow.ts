import type { WriteScope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { countsAmong, type Place, updatePlace } from './applied-store.ts';
import { countLabel } from './counts.ts';

/** What of a conversation decides where it stands in the list of a label. */
interface Placed {
  readonly id: ConversationId;
  readonly status: string;
  readonly spam: unknown;
  readonly trashedAt: unknown;
  readonly lastMessageAt: Date;
  readonly labelCount: number;
}

/** In which list of a label it is: that of its status, spam, or the trash. */
export const placeOf = ({ status, spam, trashedAt, lastMessageAt }: Omit<Placed, 'id' | 'labelCount'>): Place => ({
  state: trashedAt ? 'trash' : spam ? 'spam' : status,
  writtenAt: lastMessageAt,
});

/** Keeps a conversation's place in the lists of its labels; asks nothing when it has none or stays where it is. */
export async function followLabels(tx: WriteScope, before: Placed, after: Placed): Promise<void> {
  if (before.labelCount === 0) return;
  const [was, is] = [placeOf(before), placeOf(after)];
  if (was.state !== is.state || was.writtenAt.getTime() !== is.writtenAt.getTime()) await updatePlace(tx, before.id, is);
}

/** Counts conversations out of their labels; to be called before they are deleted. */
export async function forgetLabelsOf(tx: WriteScope, ids: readonly ConversationId[]): Promise<void> {
  for (const [labelId, count] of await countsAmong(tx, ids)) countLabel(tx, labelId, -count);
}
