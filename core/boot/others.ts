import type { DomainEvent } from '../events/catalogue.ts';
import { eventsAfter, eventsByIds, type StoredEvent } from '../events/store.ts';
import { type Foundation, inBackground } from './foundation.ts';

/** So many of the newest events are announced again after others could not be heard: transactions end out of order, and twice does no harm. */
const OVERLAP = 500;
const MISSED_AT_MOST = 5_000;
/** What is older than the loss by more was heard: a plugin that was set anew long ago is not to be started again. */
const MARGIN_MS = 60_000;

/** Announces here what other processes handled, and after a loss of the connection what was missed. */
export function announceOfOthers(
  { peers, scope, stream, log }: Pick<Foundation, 'peers' | 'scope' | 'stream' | 'log'>,
  announce: (events: readonly DomainEvent[]) => void,
): void {
  let newest = 0;
  const take = async (read: Promise<readonly StoredEvent[]>): Promise<void> => {
    const stored = await read;
    newest = Math.max(newest, stored.at(-1)?.id ?? 0);
    const events = stored.map(({ event }) => event);
    if (events.length > 0) announce(events);
  };
  peers.hear('events', (text) => inBackground(log, 'events_of_others_failed', take(eventsByIds(scope, JSON.parse(text) as number[]))));
  const missed = async (wellAt: Date): Promise<readonly StoredEvent[]> => {
    const since = new Date(wellAt.getTime() - MARGIN_MS).toISOString();
    return (await eventsAfter(scope, newest - OVERLAP, MISSED_AT_MOST)).filter(({ createdAt }) => createdAt >= since);
  };
  peers.onReunion((wellAt) => {
    stream.pokeHere(['*']);
    inBackground(log, 'events_of_others_failed', take(missed(wellAt)));
  });
}
