import test from 'ava';
import { type Scope, transact } from '../../core/db/scope.ts';
import type { DomainEvent } from '../../core/events/catalogue.ts';
import { startDispatcher } from '../../core/events/dispatcher.ts';
import { dispatchLagMs } from '../../core/events/store.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import { scopeFor } from '../support/db.ts';
import { until } from '../support/until.ts';

const closed = (id: number): DomainEvent => ({ type: 'conversation.closed', data: { conversationId: id as ConversationId } });
const emit = (scope: Scope, ...events: DomainEvent[]): Promise<void> => transact(scope, async (tx) => events.forEach(tx.emit));

test('an event becomes the jobs of its subscribers exactly once and is announced after commit', async (t) => {
  const scope = await scopeFor(t);
  const announced: DomainEvent[] = [];
  const subscribers = [
    (event: DomainEvent) => (event.type === 'conversation.closed' ? [{ kind: 'note_closing', data: { ...event.data } }] : []),
  ];
  await emit(scope, closed(1), closed(2));
  const dispatcher = startDispatcher({ scope, subscribers, announce: (events) => announced.push(...events), log: silentLog });
  await until('both events are announced', () => announced.length === 2);
  await emit(scope, closed(3));
  dispatcher.wake();
  dispatcher.wake();
  await until('the third is announced', () => announced.length === 3);
  await dispatcher.stop();
  t.deepEqual(announced, [closed(1), closed(2), closed(3)]);
  t.deepEqual(
    (await scope.db('jobs').orderBy('id').pluck('data')).map((data) => JSON.parse(data).conversationId),
    [1, 2, 3],
  );
  t.is(await dispatchLagMs(scope), 0);
});

test('an event that a crash left in the outbox is picked up at the next start, and until then counts as lag', async (t) => {
  const scope = await scopeFor(t);
  await emit(scope, closed(7));
  t.true((await dispatchLagMs({ ...scope, now: () => new Date(Date.now() + 60_000) })) >= 59_000);
  const announced: DomainEvent[] = [];
  const dispatcher = startDispatcher({ scope, subscribers: [], announce: (events) => announced.push(...events), log: silentLog });
  await until('it is announced', () => announced.length === 1);
  await dispatcher.stop();
  t.deepEqual(announced, [closed(7)]);
});

test('an event of a transaction that rolls back never existed', async (t) => {
  const scope = await scopeFor(t);
  await t.throwsAsync(
    transact(scope, async (tx) => {
      tx.emit(closed(1));
      throw new Error('no');
    }),
  );
  t.deepEqual(await scope.db('events').select(), []);
});

test('more events than fit into one batch are all dispatched in order', async (t) => {
  const scope = await scopeFor(t);
  await emit(scope, ...Array.from({ length: 450 }, (_, index) => closed(index + 1)));
  const ids: number[] = [];
  const announce = (events: readonly DomainEvent[]): void => {
    for (const event of events) if (event.type === 'conversation.closed') ids.push(event.data.conversationId);
  };
  const dispatcher = startDispatcher({ scope, subscribers: [], announce, log: silentLog });
  await until('all are announced', () => ids.length === 450);
  await dispatcher.stop();
  t.deepEqual(
    ids,
    Array.from({ length: 450 }, (_, index) => index + 1),
  );
});
