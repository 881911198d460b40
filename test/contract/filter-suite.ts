import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { ExecutionContext, TestFn } from 'ava';
import type { FilterPlugin, RunningFilter } from '../../core/plugins/contract.ts';
import { memoryHost } from '../support/channel-host.ts';
import { declareCommonTests, localeTexts, namesWrongOnes } from './common-suite.ts';
import { filterInput } from './filter-inputs.ts';
import type { FilterPeer, StartFilterPeer } from './filter-peer.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Declares the tests that every filter must pass. */
export function declareFilterTests(test: TestFn, title: (sentence: string) => string, plugin: FilterPlugin, dir: string): void {
  declareCommonTests(test, title, plugin, dir);
  const contentType = plugin.manifest.contentTypes[0] ?? '';
  const problems = localeTexts(dir, 'en');
  const typed = (values: Readonly<Record<string, unknown>>): unknown => plugin.readPluginSettings?.(values);

  const startPeer = async (t: ExecutionContext<unknown>): Promise<FilterPeer> => {
    const { default: start }: { default: StartFilterPeer } = await import(pathToFileURL(join(dir, 'test/peer.ts')).href);
    const peer = await start();
    t.teardown(() => peer.stop());
    return peer;
  };
  const running = async (t: ExecutionContext<unknown>, peer: FilterPeer, settings = peer.settings): Promise<RunningFilter> => {
    const filter = await plugin.start(memoryHost({ server: peer.server, settings: typed(settings) }));
    t.teardown(() => filter.stop());
    return filter;
  };

  test(title('settings of the filter are read and wrong ones named by field'), async (t) => {
    const peer = await startPeer(t);
    t.deepEqual(typed({ ...peer.settings }), typed(peer.settings));
    namesWrongOnes(t, plugin.manifest.pluginSettings ?? [], peer.settings, typed, problems);
  });

  test(title('the check connects for real and names the field that is wrong'), async (t) => {
    const peer = await startPeer(t);
    t.deepEqual(await plugin.check(typed(peer.settings), peer.server, AbortSignal.timeout(15_000)), { ok: true });
    const failed = await plugin.check(typed(peer.wrong.settings), peer.server, AbortSignal.timeout(15_000));
    if (failed.ok) return t.fail('the check passed');
    t.is(failed.field, peer.wrong.field);
    t.true(problems.has(`problems.${failed.problem}`), failed.problem);
  });

  test(title('spam is scored above its threshold and an ordinary letter below it, several at once'), async (t) => {
    const peer = await startPeer(t);
    const filter = await running(t, peer);
    const judged = [peer.spam, peer.ham, peer.spam, peer.ham];
    const verdicts = await Promise.all(judged.map((bytes) => filter.judge(filterInput(bytes, contentType), AbortSignal.timeout(30_000))));
    for (const [index, verdict] of verdicts.entries()) {
      if (verdict.state !== 'scored') return t.fail(JSON.stringify(verdict));
      t.is(verdict.score >= verdict.threshold, index % 2 === 0, JSON.stringify(verdict));
      for (const symbol of verdict.symbols) t.true(symbol.name !== '' && Number.isFinite(symbol.score));
    }
    t.is(filter.health().state, 'ok');
  });

  test(title('whatever a broken or evil peer answers, the verdict is "unavailable" and comes in time'), async (t) => {
    const peer = await startPeer(t);
    t.true(peer.misbehaviours.length > 2);
    for (const how of peer.misbehaviours) {
      const filter = await running(t, peer, await peer.misbehaving(how));
      const startedAt = performance.now();
      const verdict = await filter.judge(filterInput(peer.ham, contentType), AbortSignal.timeout(5_000));
      t.true(performance.now() - startedAt < 7_000, how);
      if (verdict.state !== 'unavailable') return t.fail(`${how}: ${JSON.stringify(verdict)}`);
      t.true(problems.has(`problems.${verdict.reason}`), verdict.reason);
      await filter.stop();
    }
  });

  test(title('what was learned once is not learned twice, and the opposite corrects it'), async (t) => {
    const peer = await startPeer(t);
    const filter = await running(t, peer);
    const learn = (as: 'spam' | 'ham') => filter.learn(filterInput(peer.ham, contentType), as, AbortSignal.timeout(30_000));
    t.deepEqual(await learn('spam'), { state: 'learned' });
    t.deepEqual(await learn('spam'), { state: 'unchanged' });
    t.deepEqual(await learn('ham'), { state: 'learned' });
  });

  test(title('a started filter, stopped twice, leaves nothing that keeps the process alive'), async (t) => {
    const script = join(ROOT, 'test/contract/filter-life-run.ts');
    const args = [script, pathToFileURL(join(dir, 'plugin.ts')).href, pathToFileURL(join(dir, 'test/peer.ts')).href];
    const { stdout } = await run(process.execPath, args, { timeout: 60_000 });
    t.is(stdout.trim(), 'scored ok');
  });
}
