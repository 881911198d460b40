import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import test from 'ava';
import { memoryHost } from '../../../test/support/channel-host.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { readAnswer, signaturesMadeAt } from '../client/answer.ts';
import { pingAll, scan } from '../client/scan.ts';
import plugin from '../plugin.ts';
import { readClamavSettings } from '../settings.ts';
import { type RealClamd, STREAM_MAX_BYTES, startClamd } from './clamd.ts';
import { evilClamd } from './evil.ts';
import { EICAR, letter } from './letters.ts';

const settings = readClamavSettings({ timeoutSeconds: '20', maxMb: '25' });
const soon = (): AbortSignal => AbortSignal.timeout(30_000);
const input = (bytes: Buffer | string) => ({ bytes: Buffer.byteLength(bytes), open: () => Readable.from([Buffer.from(bytes)]) });
const FOUND = { state: 'infected', virus: 'Eicar-Test-Signature.UNOFFICIAL' } as const;
let clamd: RealClamd;

test.before(async () => {
  clamd = await startClamd();
});
test.after.always(() => clamd?.stop());

test('a real clamd finds a virus in a file, in a mail and in pieces of any size, and calls the rest clean', async (t) => {
  t.deepEqual(await scan([clamd.host], settings, input(EICAR), soon()), FOUND);
  t.deepEqual(await scan([clamd.host], settings, input(letter()), soon()), FOUND);
  t.deepEqual(await scan([clamd.host], settings, input(letter({ content: 'nic' })), soon()), { state: 'clean' });
  t.deepEqual(await scan([clamd.host], settings, input(''), soon()), { state: 'clean' });
  const bytes = letter();
  const single = { bytes: bytes.length, open: () => Readable.from([...bytes].map((byte) => Buffer.of(byte))) };
  t.deepEqual(await scan([clamd.host], settings, single, soon()), FOUND);
  t.is(await pingAll([clamd.host], soon()), null);
});

test('what is larger than the limit of the form is not sent, and what clamd finds too large is not scanned either', async (t) => {
  const large = Buffer.alloc(STREAM_MAX_BYTES + 300_000, 'x');
  t.deepEqual(await scan([clamd.host], settings, input(large), soon()), { state: 'skipped', reason: 'too_large' });
  t.deepEqual(await scan([], { ...settings, maxBytes: 10 }, input(large), soon()), { state: 'skipped', reason: 'too_large' });
});

test('the next clamd is asked when one is away, answers nonsense or cuts the connection, over TCP as over a socket', async (t) => {
  const port = await freePort();
  const [second, evil, cutting] = [
    await startClamd({ port }),
    await evilClamd('says it cannot now'),
    await evilClamd('closes when it was sent something'),
  ];
  t.teardown(() => Promise.all([second.stop(), evil.stop(), cutting.stop()]));
  const hosts = [{ host: '127.0.0.1', port: 1 }, ...[evil, cutting].map((one) => ({ host: '127.0.0.1', port: one.port })), second.host];
  t.deepEqual(await scan(hosts, settings, input(EICAR), soon()), FOUND);
});

test('a slow clamd is given up after the time of the form, or with the signal of the caller', async (t) => {
  const evil = await evilClamd('never answers');
  t.teardown(() => evil.stop());
  const host = { host: '127.0.0.1', port: evil.port };
  const given = await scan([host], { ...settings, timeoutMs: 300 }, input(EICAR), soon());
  t.is(given.state, 'unavailable');
  t.like(await scan([host], settings, input(EICAR), AbortSignal.timeout(300)), { state: 'unavailable' });
});

test('one that hangs is asked last for a while, so that whoever cannot wait that long hears from the next', async (t) => {
  const evil = await evilClamd('never answers');
  t.teardown(() => evil.stop());
  const hosts = [{ host: '127.0.0.1', port: evil.port }, clamd.host];
  t.like(await scan(hosts, settings, input(EICAR), AbortSignal.timeout(500)), { state: 'unavailable' });
  t.deepEqual(await scan(hosts, settings, input(EICAR), AbortSignal.timeout(5_000)), FOUND);
  t.deepEqual(await scan(hosts.toReversed(), settings, input(EICAR), AbortSignal.timeout(5_000)), FOUND);
});

test('a clamd that goes away is told as such, and found again when it is back', async (t) => {
  const port = await freePort();
  const first = await startClamd({ port });
  // Of several processes each looks for itself.
  const host = memoryHost({ settings: { ...settings, hosts: [first.host] }, hasClock: false });
  const scanner = await plugin.start(host);
  t.deepEqual(await scanner.scan(input(EICAR), soon()), FOUND);
  await first.stop();
  t.like(await scanner.scan(input(EICAR), soon()), { state: 'unavailable', reason: 'unreachable' });
  t.like(scanner.health(), { state: 'failing', problem: 'unreachable' });
  const second = await startClamd({ port });
  t.teardown(() => second.stop());
  await host.tasks[0]?.(soon());
  t.deepEqual(scanner.health(), { state: 'ok', problem: null, detail: null });
  await t.throwsAsync(plugin.start(memoryHost({ settings })), { code: 'settings' });
});

test('a file of ours that cannot be read is told at once: the scanner is not waited for', async (t) => {
  const began = performance.now();
  const gone = { bytes: 100, open: () => createReadStream('/nowhere/faktura.com') };
  const found = await scan([clamd.host], settings, gone, soon());
  t.like(found, { state: 'unavailable' });
  t.regex('detail' in found ? String(found.detail) : '', /ENOENT/);
  t.true(performance.now() - began < 5_000);
});

test('signatures that nobody renewed for a week are a warning', async (t) => {
  t.is(signaturesMadeAt('ClamAV 1.4.3/27482/Sat Nov 21 09:33:12 2026')?.toISOString(), '2026-11-21T09:33:12.000Z');
  for (const none of ['ClamAV 1.4.3', 'ClamAV 1.4.3/27482/soon', 'PONG', '']) t.is(signaturesMadeAt(none), null, none);
  const old = await evilClamd('', (asked) => (asked === 'zPING\0' ? 'PONG\0' : 'ClamAV 1.4.3/27482/Sat Nov 21 09:33:12 2026\0'));
  t.teardown(() => old.stop());
  const hosts = [clamd.host, { host: '127.0.0.1', port: old.port }];
  for (const [now, problem] of [
    ['2026-11-27T00:00:00Z', null],
    ['2026-11-29T00:00:00Z', 'old_signatures'],
  ] as const) {
    const host = memoryHost({ settings: { ...settings, hosts }, now: () => new Date(now) });
    const scanner = await plugin.start(host);
    await host.tasks[0]?.(soon());
    t.like(scanner.health(), { state: 'ok', problem });
  }
});

test('an answer is clean, a named virus, too large, or none', (t) => {
  t.deepEqual(readAnswer('stream: OK'), { state: 'clean' });
  t.deepEqual(readAnswer('stream: Win.Test.EICAR_HDB-1 FOUND'), { state: 'infected', virus: 'Win.Test.EICAR_HDB-1' });
  const detailed = 'stream: Eicar(44d88612fea8a8f36de82e1278abb02f:68) FOUND';
  t.deepEqual(readAnswer(detailed), { state: 'infected', virus: 'Eicar' });
  t.like(readAnswer(`stream: ${'x'.repeat(999)} FOUND`), { virus: 'x'.repeat(200) });
  for (const large of ['INSTREAM size limit exceeded. ERROR', 'stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND'])
    t.deepEqual(readAnswer(large), { state: 'too_large' }, large);
  for (const wrong of ['', 'stream: ', 'stream: FOUND', 'stream: x ERROR', 'OK', 'PONG', 'UNKNOWN COMMAND', 'x stream: OK'])
    t.is(readAnswer(wrong), null, wrong);
});
