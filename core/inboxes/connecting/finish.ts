import { type Scope, transact } from '../../db/scope.ts';
import { ConflictError, InvalidError } from '../../lib/errors.ts';
import type { InboxId } from '../../lib/ids.ts';
import { CheckFailedError } from '../../plugins/check-failed.ts';
import { changeInboxStatus, createInbox, type InboxDeps, updateInbox } from '../change.ts';
import type { InboxRecord } from '../types.ts';
import { stepsOf, valuesOf } from './begin.ts';
import { changeConnection, deleteConnection } from './store.ts';
import type { Connection } from './types.ts';

/** What is read of an account. */
export interface Choice {
  /** Paths of places. */
  readonly paths: readonly string[];
  /** Null = everything that is there. */
  readonly since: Date | null;
  /** The person knows that something which conversations need is left out. */
  readonly isIncomplete: boolean;
}

/**
 * Makes the inbox, or gives its account and places to the one that is there, and opens it. Throws InvalidError `places` when nothing is
 * chosen, or less than conversations need and nobody said so; null: it no longer connects, and the connection says where it fails.
 */
export async function finishConnection(scope: Scope, deps: InboxDeps, connection: Connection, choice: Choice): Promise<InboxRecord | null> {
  if (connection.state !== 'found')
    throw new ConflictError('not_tried', 'The account has not been reached yet', 'Try the connection first.');
  const steps = stepsOf(deps.plugins.channel(connection.channel));
  const places = connection.places.filter(({ path }) => choice.paths.includes(path));
  if (places.length === 0) throw new InvalidError({ places: 'mailboxes.problem.places' });
  const isWhole = steps.needed.every((role) => places.some((place) => place.role === role));
  if (!isWhole && !choice.isIncomplete) throw new InvalidError({ places: 'mailboxes.problem.incomplete' });
  const settings = { ...valuesOf(deps, connection), ...steps.choose({ places, since: choice.since }) };
  const input = { name: connection.name, address: connection.address, settings };
  try {
    const made = await save(scope, deps, connection, input);
    await transact(scope, (tx) => deleteConnection(tx, connection.id));
    return made;
  } catch (error) {
    if (!(error instanceof CheckFailedError)) throw error;
    const { result } = error;
    const key = steps.stages.at(-1) ?? '';
    const stages = [...connection.stages.filter((stage) => stage.key !== key), { ...result, key, state: 'failed' as const }];
    await transact(scope, (tx) => changeConnection(tx, connection.id, { state: 'account', stages }));
    return null;
  }
}

async function save(scope: Scope, deps: InboxDeps, { inboxId, channel, ownerId }: Connection, input: Parameters<typeof createInbox>[3]) {
  if (inboxId === null) return createInbox(scope, deps, channel, { ...input, ownerId });
  const updated = await updateInbox(scope, deps, inboxId, input);
  return updated.status === 'open' ? updated : changeInboxStatus(scope, deps, inboxId, 'open');
}

/** Nothing is fetched or sent any more; what was fetched stays, and so do the settings, for another time. */
export const disconnectInbox = (scope: Scope, deps: InboxDeps, id: InboxId): Promise<InboxRecord> =>
  changeInboxStatus(scope, deps, id, 'paused');
