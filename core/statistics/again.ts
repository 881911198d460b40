import type { WriteScope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { insertDirty } from './fold-store.ts';

/** For whoever changes many conversations without an event for each: they are counted again. */
export const countAgain = (tx: WriteScope, ids: readonly ConversationId[]): Promise<void> => insertDirty(tx, ids);
