import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { InboxId } from '../../../core/lib/ids.ts';
import { outboundTo } from '../../../test/contract/messages.ts';
import { memoryHost } from '../../../test/support/channel-host.ts';
import plugin from '../plugin.ts';
import startPeer from './peer.ts';

test('skeleton: a file in the folder is kept and only then removed', async (t) => {
  const peer = await startPeer();
  t.teardown(() => peer.stop());
  const host = memoryHost();
  const running = await plugin.start(host);
  t.teardown(() => running.stop());
  const settings = plugin.readSettings(peer.settings);
  await running.open({ id: 1 as InboxId, name: 'Desk', address: peer.address, settings });
  const file = join(settings.folder, 'in', '1.json');
  await writeFile(file, '{"id":"1","from":"anna","text":"Hello"}');

  host.failKeep(true);
  for (const task of host.tasks) await task(AbortSignal.timeout(1000));
  t.is(running.health().state, 'failing');
  t.deepEqual(await readdir(join(settings.folder, 'in')), ['1.json']);

  host.failKeep(false);
  for (const task of host.tasks) await task(AbortSignal.timeout(1000));
  t.is(running.health().state, 'ok');
  t.deepEqual(await readdir(join(settings.folder, 'in')), []);
  t.is(host.kept[0]?.body.toString(), '{"id":"1","from":"anna","text":"Hello"}');
});

test('skeleton: an answer is a whole file with the text and the id', async (t) => {
  const peer = await startPeer();
  t.teardown(() => peer.stop());
  const settings = plugin.readSettings(peer.settings);
  const running = await plugin.start(memoryHost());
  t.teardown(() => running.stop());
  const message = outboundTo(plugin, peer);
  await running.send(message, { id: 1 as InboxId, name: 'Desk', address: peer.address, settings }, AbortSignal.timeout(1000));
  const [name = ''] = await readdir(join(settings.folder, 'out'));
  const written: unknown = JSON.parse(await readFile(join(settings.folder, 'out', name), 'utf8'));
  t.like(written, { id: message.externalId, to: 'anna', text: 'Dzień dobry' });
});
