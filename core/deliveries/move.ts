import type { WriteScope } from '../db/scope.ts';
import type { MessageId } from '../lib/ids.ts';
import { expiryOf } from './backoff.ts';
import { moveFirstAttempt } from './store.ts';

/** Lets a message that nobody has tried to send leave at another moment; its four days begin then. */
export const moveDeliveries = (tx: WriteScope, id: MessageId, at: Date): Promise<void> => moveFirstAttempt(tx, id, at, expiryOf(at));
