import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { TestFn } from 'ava';
import { z } from 'zod';
import type { InboxId } from '../../core/lib/ids.ts';
import { type ChannelPlugin, type Inbox, type Interpret, isChannel, isFilter, isScanner } from '../../core/plugins/contract.ts';
import type { LoadedPlugin } from '../../core/plugins/loader.ts';
import { defaultPluginSettings, memoryHost } from '../support/channel-host.ts';
import { noDns, noTokens } from '../support/dns.ts';
import { declareCommonTests, localeTexts, namesWrongOnes } from './common-suite.ts';
import { declareFilterTests } from './filter-suite.ts';
import { fixturesIn } from './fixtures.ts';
import { outboundTo } from './messages.ts';
import type { ChannelPeer, StartPeer } from './peer.ts';
import { declareScannerTests } from './scanner-suite.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MEANS = { dns: noDns, accessToken: noTokens, server: {} };
const TOKEN = 'abcdefghijkmnpqrstuvwxyz23';
/** One hostile thing may take this much CPU time (reliability 4.4), and the whole run this much memory, making the things included. */
const HOSTILE_MS = 2000;
const HOSTILE_BYTES = 600 * 1024 * 1024;
const run = promisify(execFile);

const LINE = z.union([
  z.object({ kind: z.enum(['fixture', 'hostile']), name: z.string(), ms: z.number(), outcome: z.record(z.string(), z.unknown()) }),
  z.object({ kind: z.literal('end'), peakBytes: z.number() }),
]);

/** Declares the tests that every plugin of its kind must pass, for each of these plugin folders. */
export function declarePluginTests(test: TestFn, plugins: readonly LoadedPlugin[], label = ''): void {
  for (const loaded of plugins) {
    const title = (sentence: string): string => `${label}${loaded.name}: ${sentence}`;
    if (loaded.plugin === null) test(title('the plugin loads'), (t) => t.fail(loaded.error));
    else if (isFilter(loaded.plugin)) declareFilterTests(test, title, loaded.plugin, loaded.dir);
    else if (isScanner(loaded.plugin)) declareScannerTests(test, title, loaded.plugin, loaded.dir);
    else if (isChannel(loaded.plugin)) declareFor(test, title, loaded.plugin, loaded.dir);
  }
}

function declareFor(test: TestFn, title: (sentence: string) => string, plugin: ChannelPlugin, dir: string): void {
  const { manifest } = plugin;
  const texts = (language: string) => localeTexts(dir, language);
  const startPeer = async (): Promise<ChannelPeer> => {
    const { default: start }: { default: StartPeer } = await import(pathToFileURL(join(dir, 'test/peer.ts')).href);
    return start();
  };
  const inboxFor = (peer: ChannelPeer, settings = peer.settings): Inbox<unknown> => ({
    id: 1 as InboxId,
    name: 'Biuro',
    address: peer.address,
    settings: plugin.readSettings(settings),
  });

  declareCommonTests(test, title, plugin, dir);
  test(title('the interpreter module exists'), (t) => t.true(existsSync(plugin.interpreter)));

  test(title('settings are read, wrong ones are named by field, and no secret is ever summed up'), async (t) => {
    const peer = await startPeer();
    t.teardown(() => peer.stop());
    const problems = texts('en');
    const settings = plugin.readSettings(peer.settings);
    t.deepEqual(plugin.readSettings({ ...peer.settings }), settings);
    t.true(plugin.canSend(settings));
    const summary = plugin.summary(settings) ?? '';
    for (const field of manifest.settings) {
      const value = peer.settings[field.key];
      if (field.type.startsWith('secret') && typeof value === 'string' && value !== '') t.false(summary.includes(value), field.key);
    }
    namesWrongOnes(t, manifest.settings, peer.settings, (values) => plugin.readSettings(values), problems);
  });

  test(title('ids of new messages are made of the token alone'), (t) => {
    const id = plugin.externalId('biuro@firma.test', TOKEN);
    t.is(plugin.externalId('biuro@firma.test', TOKEN), id);
    t.true(id.includes(TOKEN));
    t.regex(id, /^[^\s<>]{26,900}$/);
  });

  test(title('the interpreter is pure, matches every fixture and ends within its budget on every hostile thing'), async (t) => {
    const [once, again] = await Promise.all([interpretAll(plugin, dir, 'UTC'), interpretAll(plugin, dir, 'Pacific/Auckland')]);
    const outcomes = (lines: typeof once) => lines.flatMap((line) => (line.kind === 'end' ? [] : [[line.name, line.outcome]]));
    t.deepEqual(outcomes(again), outcomes(once), 'the same bytes mean the same, whenever and wherever they are read');
    const results = new Map(once.flatMap((line) => (line.kind === 'end' ? [] : [[line.name, line]])));
    const fixtures = fixturesIn(join(dir, 'test/fixtures'));
    t.true(fixtures.length > 0, 'at least one fixture');
    for (const { name, expected } of fixtures) t.deepEqual(results.get(name)?.outcome, { inbound: expected }, name);
    const hostile = [...results.values()].filter(({ kind }) => kind === 'hostile');
    t.true(hostile.length > 0, 'at least one hostile thing');
    for (const { name, ms, outcome } of hostile) {
      t.true(ms < HOSTILE_MS, `${name} took ${ms} ms of CPU`);
      t.true(outcome['isStorable'], `${name} holds what PostgreSQL cannot store`);
    }
    for (const line of once) if (line.kind === 'end') t.true(line.peakBytes < HOSTILE_BYTES, `${line.peakBytes} bytes at the peak`);
  });

  const { visitorTalk } = plugin;
  if (visitorTalk)
    test(title('a line of a live talk is the same bytes each time, and is read as what it was'), async (t) => {
      const { default: interpret }: { default: Interpret } = await import(plugin.interpreter.href);
      const line = {
        externalId: `visitor-${TOKEN}.1`,
        from: { address: `visitor-${TOKEN}`, name: 'Anna Żółć' },
        text: 'Zażółć <b>gęślą</b>\njaźń',
        before: ['visitor-0.1', plugin.externalId('www', TOKEN)],
      };
      const [letter, again] = [visitorTalk.write(line), visitorTalk.write({ ...line })];
      t.deepEqual(again, letter, 'no clock, no chance');
      const { bytes, contentType, envelope } = letter;
      const [message, ...others] = await interpret({
        ...{ inbox: { address: 'www', name: 'Czat' }, contentType, envelope, bytes: bytes.length },
        receivedAt: new Date('2026-11-28T09:00:00Z'),
        open: () => Readable.from([bytes]),
      });
      const { externalId, from, text, before: references } = line;
      t.like(message, { kind: 'message', externalId, from, text, references, html: null, automated: false } as never);
      t.deepEqual(others, []);
    });

  test(title('the connection check passes with a good peer and names the field with a bad one'), async (t) => {
    const peer = await startPeer();
    t.teardown(() => peer.stop());
    t.deepEqual(await plugin.check(inboxFor(peer), AbortSignal.timeout(10_000), MEANS), { ok: true });
    if (peer.wrong === null)
      return t.true(
        manifest.settings.every(({ type }) => type === 'switch'),
        'what is typed can be wrong',
      );
    const failed = await plugin.check(inboxFor(peer, peer.wrong.settings), AbortSignal.timeout(10_000), MEANS);
    if (failed.ok) return t.fail('the check passed');
    t.is(failed.field, peer.wrong.field);
    t.true(texts('en').has(`problems.${failed.problem}`), failed.problem);
    for (const field of manifest.settings) {
      const value = peer.wrong.settings[field.key];
      if (field.type.startsWith('secret') && typeof value === 'string' && value !== '') t.false(failed.detail?.includes(value) ?? false);
    }
  });

  test(title('sending ends in each outcome of the channel, one for each recipient'), async (t) => {
    const peer = await startPeer();
    t.teardown(() => peer.stop());
    const { toVisitor } = peer;
    const running = await plugin.start(memoryHost({ inboxes: { 1: peer.address }, settings: defaultPluginSettings(plugin), toVisitor }));
    t.teardown(() => running.stop());
    const inbox = inboxFor(peer);
    await running.open(inbox);
    for (const state of ['accepted', 'deferred', 'refused'] as const) t.true(peer.outcomes.includes(state), state);
    for (const state of peer.outcomes) {
      await peer.answer(state);
      const message = outboundTo(plugin, peer);
      const results = await running.send(message, inbox, AbortSignal.timeout(10_000));
      t.deepEqual(
        results.map(({ deliveryId }) => deliveryId),
        message.recipients.map(({ deliveryId }) => deliveryId),
      );
      t.deepEqual(
        results.map(({ outcome }) => outcome.state),
        [state],
      );
    }
  });

  test(title('a started plugin is healthy and, stopped twice, leaves nothing that keeps the process alive'), async (t) => {
    const script = join(ROOT, 'test/contract/life-run.ts');
    const args = [script, pathToFileURL(join(dir, 'plugin.ts')).href, pathToFileURL(join(dir, 'test/peer.ts')).href];
    const { stdout } = await run(process.execPath, args, { timeout: 30_000 });
    t.is(stdout.trim(), 'accepted ok');
  });
}

/** In a process of its own that may only read files. */
async function interpretAll(plugin: ChannelPlugin, dir: string, zone: string): Promise<readonly z.infer<typeof LINE>[]> {
  const args = [
    '--permission',
    '--allow-fs-read=*',
    join(ROOT, 'test/contract/interpret-run.ts'),
    plugin.interpreter.href,
    join(dir, 'test'),
  ];
  const { stdout } = await run(process.execPath, args, { env: { TZ: zone }, timeout: 110_000, maxBuffer: 512 * 1024 * 1024 });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => LINE.parse(JSON.parse(line)));
}
