import test from 'ava';
import { createStream, namesOf } from '../../core/events/stream.ts';
import type { ConversationId, DeliveryId, InboxId } from '../../core/lib/ids.ts';
import { until } from '../support/until.ts';

test('changes that come together reach a listener as one frame for each name', async (t) => {
  const stream = createStream(5);
  const heard: (readonly string[])[] = [];
  stream.subscribe((names) => heard.push(names));
  stream.poke(['conversations', 'conversation-1']);
  stream.poke(['conversations']);
  await until('the frame came', () => heard.length === 1);
  t.deepEqual(heard, [['conversations', 'conversation-1']]);
  stream.close();
});

test('after many changes at once the next frame waits, so that nobody fetches for each of them', async (t) => {
  const stream = createStream(1);
  const heard: number[] = [];
  stream.subscribe((names) => heard.push(names.length));
  const many = (from: number) => stream.poke(Array.from({ length: 150 }, (_, n) => `conversation-${from + n}`));
  many(0);
  await until('the first frame came', () => heard.length === 1);
  for (const from of [200, 400]) {
    many(from);
    await new Promise((next) => setTimeout(next, 5));
  }
  t.deepEqual(heard, [150]);
  await until('the second came', () => heard.length === 2);
  t.deepEqual(heard, [150, 300]);
  stream.close();
});

test('a listener that has left hears nothing more', async (t) => {
  const stream = createStream(1);
  const heard: string[] = [];
  const stay = stream.subscribe((names) => heard.push(`stays ${names.join()}`));
  const leave = stream.subscribe((names) => heard.push(`left ${names.join()}`));
  leave();
  stream.poke(['plugins']);
  await until('the other heard', () => heard.length > 0);
  stay();
  t.deepEqual(heard, ['stays plugins']);
  t.is(stream.listeners(), 0);
});

test('the stream knows when something last changed beside who looks at what and has read it, also while nobody listens', (t) => {
  let now = new Date('2026-11-26T10:00:00Z');
  const stream = createStream(1, () => now);
  t.is(stream.changedAt().toISOString(), '2026-11-26T10:00:00.000Z');
  now = new Date('2026-11-26T10:00:05Z');
  stream.poke([]);
  t.is(stream.changedAt().toISOString(), '2026-11-26T10:00:00.000Z');
  stream.poke(['conversations']);
  t.is(stream.changedAt().toISOString(), '2026-11-26T10:00:05.000Z');
  now = new Date('2026-11-26T10:00:09Z');
  stream.poke(['presence-4@but-1', 'reads@agent-1']);
  t.is(stream.changedAt().toISOString(), '2026-11-26T10:00:05.000Z');
  stream.poke(['presence-4', 'conversations']);
  t.is(stream.changedAt().toISOString(), '2026-11-26T10:00:09.000Z');
});

test('each event names the screens that show it', (t) => {
  const conversationId = 4 as ConversationId;
  t.deepEqual(namesOf({ type: 'conversation.closed', data: { conversationId } }), ['conversations', 'conversation-4']);
  t.deepEqual(namesOf({ type: 'delivery.failed', data: { conversationId, deliveryId: 2 as DeliveryId } }), [
    'conversations',
    'conversation-4',
    'deliveries',
  ]);
  t.deepEqual(namesOf({ type: 'inbound.failed', data: { inboxId: 1 as InboxId } }), ['unreadable']);
  t.deepEqual(namesOf({ type: 'plugin.changed', data: { name: 'email' } }), ['plugins', 'inboxes']);
});
