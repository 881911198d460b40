import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { TestFn } from 'ava';
import type { ScannerPlugin } from '../../core/plugins/contract.ts';
import { memoryHost } from '../support/channel-host.ts';
import { declareCommonTests, localeTexts, namesWrongOnes } from './common-suite.ts';
import type { ScannerPeer, StartScannerPeer } from './scanner-peer.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Declares the tests that every scanner must pass. */
export function declareScannerTests(test: TestFn, title: (sentence: string) => string, plugin: ScannerPlugin, dir: string): void {
  declareCommonTests(test, title, plugin, dir);
  const problems = localeTexts(dir, 'en');
  const typed = (values: Readonly<Record<string, unknown>>): unknown => plugin.readPluginSettings?.(values);
  const input = (bytes: Buffer) => ({ bytes: bytes.length, open: () => Readable.from([bytes]) });
  const startPeer = async (): Promise<ScannerPeer> => {
    const { default: start }: { default: StartScannerPeer } = await import(pathToFileURL(join(dir, 'test/peer.ts')).href);
    return start();
  };
  const started = (peer: ScannerPeer, settings = peer.settings) =>
    plugin.start(memoryHost({ server: peer.server, settings: typed(settings) }));

  test(title('settings of the scanner are read, and its check connects for real and names the field that is wrong'), async (t) => {
    const peer = await startPeer();
    t.teardown(() => peer.stop());
    namesWrongOnes(t, plugin.manifest.pluginSettings ?? [], peer.settings, typed, problems);
    t.deepEqual(await plugin.check(typed(peer.settings), peer.server, AbortSignal.timeout(15_000)), { ok: true });
    const failed = await plugin.check(typed(peer.wrong.settings), peer.server, AbortSignal.timeout(15_000));
    if (failed.ok) return t.fail('the check passed');
    t.is(failed.field, peer.wrong.field);
    t.true(problems.has(`problems.${failed.problem}`), failed.problem);
  });

  test(title('a virus is found and named, and a clean thing is clean, several at once'), async (t) => {
    const peer = await startPeer();
    const scanner = await started(peer);
    t.teardown(() => Promise.all([scanner.stop(), peer.stop()]));
    const things = [peer.infected, peer.clean, peer.infected, peer.clean];
    const results = await Promise.all(things.map((bytes) => scanner.scan(input(bytes), AbortSignal.timeout(30_000))));
    t.deepEqual(
      results.map(({ state }) => state),
      ['infected', 'clean', 'infected', 'clean'],
    );
    for (const result of results) if (result.state === 'infected') t.not(result.virus, '');
    t.is(scanner.health().state, 'ok');
  });

  test(title('whatever a broken or evil peer answers, the result is "unavailable" and comes in time'), async (t) => {
    const peer = await startPeer();
    t.teardown(() => peer.stop());
    t.true(peer.misbehaviours.length > 2);
    for (const how of peer.misbehaviours) {
      const scanner = await started(peer, await peer.misbehaving(how));
      const result = await scanner.scan(input(peer.clean), AbortSignal.timeout(5_000));
      if (result.state !== 'unavailable') return t.fail(`${how}: ${JSON.stringify(result)}`);
      t.true(problems.has(`problems.${result.reason}`), result.reason);
      t.is(scanner.health().state, 'failing', how);
      await scanner.stop();
    }
  });

  test(title('a started scanner, stopped twice, leaves nothing that keeps the process alive'), async (t) => {
    const script = join(ROOT, 'test/contract/scanner-life-run.ts');
    const args = [script, pathToFileURL(join(dir, 'plugin.ts')).href, pathToFileURL(join(dir, 'test/peer.ts')).href];
    const { stdout } = await run(process.execPath, args, { timeout: 60_000 });
    t.is(stdout.trim(), 'clean ok');
  });
}
