import test from 'ava';
import type { InboxId } from '../../../core/lib/ids.ts';
import { memoryHost } from '../../../test/support/channel-host.ts';
import { PROVIDERS } from '../mailbox/providers.ts';
import { createLimit } from '../outbound/limit.ts';
import { createPools } from '../outbound/pools.ts';
import plugin from '../plugin.ts';
import { readEmailSettings } from '../settings.ts';
import { inboxOf, outbound, relayTo } from './messages.ts';
import { smtpPeer } from './smtp-peer.ts';

test('an inbox without a relay receives, says nothing in lists and cannot send', async (t) => {
  const settings = readEmailSettings({});
  t.false(plugin.canSend(settings));
  t.is(plugin.summary(settings), null);
  const running = await plugin.start(memoryHost());
  t.teardown(() => running.stop());
  const [result] = await running.send(outbound(), inboxOf(), AbortSignal.timeout(1000));
  t.is(result?.outcome.state, 'deferred');
});

test('a list names the relay by host and port, never by user or password', (t) => {
  const settings = readEmailSettings({ relayUrl: 'smtp://jan:sekret@mail.firma.pl:2587' });
  t.true(plugin.canSend(settings));
  t.is(plugin.summary(settings), 'mail.firma.pl:2587');
});

test('ids of new mail belong to the domain of the inbox', (t) => {
  t.is(plugin.externalId('biuro@firma.test', 'abc'), 'abc@firma.test');
});

test('opening an inbox again with another relay sends through that one', async (t) => {
  const [first, second] = [await smtpPeer(t), await smtpPeer(t)];
  const running = await plugin.start(memoryHost());
  t.teardown(() => running.stop());
  for (const peer of [first, second]) {
    const inbox = relayTo(peer.port);
    await running.open(inbox);
    await running.send(outbound(), inbox, AbortSignal.timeout(5000));
    t.is(peer.mails.length, 1);
  }
  await running.close(1 as InboxId);
  t.is(first.mails.length, 1);
  t.is(first.commands.filter((line) => line === 'QUIT').length, 1, 'the old connection said good-bye');
});

test('stopping waits for a mail that is being sent', async (t) => {
  const peer = await smtpPeer(t);
  const running = await plugin.start(memoryHost());
  const sending = running.send(outbound(), relayTo(peer.port), AbortSignal.timeout(5000));
  await running.stop();
  t.is(peer.mails.length, 1);
  t.is((await sending)[0]?.outcome.state, 'accepted');
});

test('a closed pool keeps no connection open', async (t) => {
  const peer = await smtpPeer(t);
  const pools = createPools();
  const relay = relayTo(peer.port).settings.relay;
  if (!relay) return t.fail('no relay');
  const pool = pools.of('inbox 1 0', relay);
  const { connection, reused } = await pool.acquire(AbortSignal.timeout(5000));
  t.false(reused);
  pools.close('inbox 1 ');
  pool.release(connection);
  t.false(connection.isOpen());
  await pools.stop();
});

test('of more owners than five hundred the one that sent the longest ago keeps no connection open', async (t) => {
  const peer = await smtpPeer(t);
  const pools = createPools();
  const relay = relayTo(peer.port).settings.relay;
  if (!relay) return t.fail('no relay');
  const idle = async (owner: string) => {
    const pool = pools.of(owner, relay);
    const { connection } = await pool.acquire(AbortSignal.timeout(5000));
    pool.release(connection);
    return connection;
  };
  const [first, second] = [await idle('first'), await idle('second')];
  for (let n = 3; n <= 500; n += 1) pools.of(`owner ${n}`, relay);
  pools.of('first', relay);
  t.true(second.isOpen());
  pools.of('one more', relay);
  t.deepEqual([first.isOpen(), second.isOpen()], [true, false]);
  await pools.stop();
});

test('a limit lets so many run and keeps the order of the others', async (t) => {
  const limit = createLimit(2);
  const started: number[] = [];
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const all = gates.map((gate, index) =>
    limit(async () => {
      started.push(index);
      await gate.promise;
      if (index === 1) throw new Error('one fails');
    }).catch(() => {}),
  );
  await Promise.resolve();
  t.deepEqual(started, [0, 1]);
  for (const [index, gate] of gates.entries()) {
    gate.resolve();
    await all[index];
  }
  t.deepEqual(started, [0, 1, 2, 3, 4]);
});

test('an address at a provider of mailboxes writes from no domain of the company', (t) => {
  const settings = readEmailSettings({ relayUrl: 'smtp://smtp.wp.pl', secondRelayUrl: 'smtp://mail.firma.pl' });
  t.deepEqual(plugin.sendsFrom?.(settings, 'biuro@firma.pl'), { relays: ['smtp.wp.pl', 'mail.firma.pl'], isDirect: false });
  t.deepEqual(plugin.sendsFrom?.(readEmailSettings({ route: 'direct' }), 'biuro@firma.pl'), { relays: [], isDirect: true });
  for (const address of PROVIDERS.flatMap(({ domains }) => domains.map((domain) => `firma@${domain}`)))
    t.is(plugin.sendsFrom?.(settings, address), null, address);
});
