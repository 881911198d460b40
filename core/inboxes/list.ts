import type { Scope } from '../db/scope.ts';
import { allInboxes } from './store.ts';
import type { InboxRecord } from './types.ts';

/** All of them, paused ones too, by name. */
export const listInboxes = (scope: Scope): Promise<readonly InboxRecord[]> => allInboxes(scope);
