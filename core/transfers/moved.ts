import type { Scope } from '../db/scope.ts';
import type { MessageId } from '../lib/ids.ts';
import { isMoved } from './store.ts';

/** Whether a person put this message into another conversation than it came to, without merging the two. */
export const wasMoved = (scope: Scope, id: MessageId): Promise<boolean> => isMoved(scope, id);
