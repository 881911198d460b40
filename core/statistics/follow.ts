import type { WriteScope } from '../db/scope.ts';
import type { EventType } from '../events/catalogue.ts';
import type { StoredEvent } from '../events/store.ts';
import { deleteNewestEnding, insertEndings } from './endings-store.ts';
import { beginAnew, insertDirty } from './fold-store.ts';

/** Of conversations, what changes no figure. */
const IDLE: ReadonlySet<EventType> = new Set([
  'delivery.changed',
  'delivery.failed',
  'note.added',
  'conversation.shared',
  'conversation.unshared',
  'conversation.trashed',
  'conversation.restored',
  'trash.purged',
]);
/** Settings that decide how everything is counted. */
const RULES: ReadonlySet<string> = new Set(['working_hours', 'company.time_zone', 'statistics.target_minutes', 'statistics.reading']);

/** Notes, in the transaction that marks these events as handled, which conversations have to be counted again and how some of them ended. */
export async function followEvents(tx: WriteScope, events: readonly StoredEvent[]): Promise<void> {
  const ids = new Set<number>();
  for (const { event } of events) {
    if (IDLE.has(event.type)) continue;
    if ('conversationId' in event.data) ids.add(event.data.conversationId);
    if ('otherId' in event.data) ids.add(event.data.otherId);
  }
  await insertDirty(tx, [...ids]);
  for (const { event, actor, createdAt } of events) {
    const by = actor.kind === 'agent' ? actor.id : 0;
    if (event.type === 'conversation.closed' && !event.data.isAgain)
      await insertEndings(tx, event.data.conversationId, 'closed', by, createdAt);
    else if (event.type === 'conversation.ignored') await insertEndings(tx, event.data.conversationId, 'ignored', by, createdAt);
    else if (event.type === 'conversation.unclosed') await deleteNewestEnding(tx, event.data.conversationId, 'closed');
    else if (event.type === 'conversation.unignored') await deleteNewestEnding(tx, event.data.conversationId, 'ignored');
  }
  if (events.some(({ event }) => event.type === 'settings.changed' && RULES.has(event.data.key))) await beginAnew(tx);
}
