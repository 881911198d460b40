import { lockedStanding } from '../conversations/change.ts';
import type { Conversation } from '../conversations/types.ts';
import type { WriteScope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { areUnlike } from '../lib/text.ts';
import { subjectsOf } from '../messages/match.ts';
import { readGeneral } from '../settings/general.ts';
import { byReferences, type Inquiry, type Thread } from './thread.ts';

/** `left`: the conversation that the message would have joined; who has it, and where it lies, holds for the new one too. */
export interface Parting {
  readonly found: Thread;
  readonly joins: Conversation | null;
  readonly left: Conversation | null;
}

/**
 * Where the company wants it so, a message under quite another subject than anything in the conversation that it answers begins one of its
 * own, and what answers that goes on there.
 */
export async function apartBySubject(tx: WriteScope, inquiry: Inquiry, found: Thread, standing: Conversation): Promise<Parting> {
  const subject = inquiry.message.subject ?? '';
  const isTogether =
    !areUnlike(standing.subject, subject) || (await readGeneral(tx)).otherSubject !== 'split' || !(await isNewTo(tx, standing.id, subject));
  if (isTogether) return { found, joins: standing, left: null };
  const answered = await byReferences(tx, inquiry);
  if (answered?.join != null && answered.join !== standing.id && !(await isNewTo(tx, answered.join, subject))) {
    const other = await lockedStanding(tx, answered.join);
    if (!other.spam) return { found: answered, joins: other, left: null };
  }
  return { found, joins: null, left: standing };
}

async function isNewTo(tx: WriteScope, id: ConversationId, subject: string): Promise<boolean> {
  const known = await subjectsOf(tx, id);
  return known.length > 0 && known.every((one) => areUnlike(one, subject));
}
