import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { silentLog } from '../../../core/lib/log.ts';
import { filterInput } from '../../../test/contract/filter-inputs.ts';
import { memoryHost } from '../../../test/support/channel-host.ts';
import { until } from '../../../test/support/until.ts';
import { findSpamd, startEmbedded } from '../embedded/spamd.ts';
import plugin from '../plugin.ts';
import { readSpamAssassinSettings } from '../settings.ts';
import { GTUBE, HAM, letter } from './letters.ts';

const SETTINGS = readSpamAssassinSettings({});

/** A data folder that `nobody` may enter, because the tests may run as root. */
function dataDir(t: ExecutionContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'centrala-spamd-data-'));
  chmodSync(dir, 0o711);
  t.teardown(() => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
  return dir;
}

const pidOf = (dir: string): number => {
  const file = join(dir, 'spamassassin', 'spamd.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
};

test('the embedded spamd starts with Debian’s own rules, judges, learns and keeps what it learned in the data folder', async (t) => {
  t.timeout(120_000);
  const dir = dataDir(t);
  const filter = await plugin.start(memoryHost({ server: { spamd: 'embedded', dataDir: dir }, settings: SETTINGS }) as never);
  t.teardown(() => filter.stop());
  const soon = AbortSignal.timeout(60_000);
  const verdict = await filter.judge(filterInput(GTUBE), soon);
  if (verdict.state !== 'scored') return t.fail(JSON.stringify(verdict));
  t.true(verdict.score > 900);
  t.like(await filter.judge(filterInput(HAM), soon), { state: 'scored' });
  t.deepEqual(filter.health(), { state: 'ok', problem: null, detail: null });
  t.deepEqual(await filter.learn(filterInput(letter('Oferta', 'Kup teraz, tanio.')), 'spam', soon), { state: 'learned' });
  t.true(existsSync(join(dir, 'spamassassin', 'bayes', 'bayes_toks')));
});

test('an embedded spamd that dies is started again, and health says so meanwhile', async (t) => {
  t.timeout(120_000);
  const dir = dataDir(t);
  const filter = await plugin.start(memoryHost({ server: { spamd: 'embedded', dataDir: dir }, settings: SETTINGS }) as never);
  t.teardown(() => filter.stop());
  t.like(await filter.judge(filterInput(HAM), AbortSignal.timeout(60_000)), { state: 'scored' });
  const first = pidOf(dir);
  process.kill(first, 'SIGKILL');
  await until('health says that spamd ended', () => filter.health().problem === 'embedded_stopped');
  t.like(await filter.judge(filterInput(HAM), AbortSignal.timeout(60_000)), { state: 'scored' });
  t.not(pidOf(dir), first);
  await filter.stop();
  t.is(pidOf(dir), 0);
});

test('an embedded spamd that answers nothing any more is ended with all its parts and started again', async (t) => {
  t.timeout(120_000);
  const dir = dataDir(t);
  const program = findSpamd();
  if (program === null) return t.fail('the tests need the Debian package spamd');
  const spamd = startEmbedded(program, join(dir, 'spamassassin'), silentLog, { everyMs: 200, answerMs: 500, silentMs: 1_500 });
  t.teardown(() => spamd.stop());
  await spamd.ready(AbortSignal.timeout(60_000));
  const first = pidOf(dir);
  const parts = partsOf(first);
  t.true(parts.length > 1);
  process.kill(-first, 'SIGSTOP');
  await until('another one was begun', () => pidOf(dir) !== first && pidOf(dir) !== 0);
  await spamd.ready(AbortSignal.timeout(60_000));
  await until('nothing is left of the first', () => parts.every((pid) => !isAlive(pid)));
});

test('a spamd that an earlier, killed run left behind is ended at the next start', async (t) => {
  t.timeout(120_000);
  const dir = dataDir(t);
  const program = findSpamd();
  if (program === null) return t.fail('the tests need the Debian package spamd');
  const own = join(dir, 'spamassassin');
  const orphan = startEmbedded(program, own, silentLog);
  await orphan.ready(AbortSignal.timeout(60_000));
  const pid = pidOf(dir);
  const second = startEmbedded(program, own, silentLog);
  t.teardown(() => Promise.all([second.stop(), orphan.stop()]));
  await until('the orphan ended', () => !isAlive(pid));
  await second.ready(AbortSignal.timeout(60_000));
  t.not(pidOf(dir), pid);
});

test('without any spamd named the filter does not start and says which setting is missing', async (t) => {
  await t.throwsAsync(plugin.start(memoryHost({ settings: SETTINGS }) as never), { code: 'settings', message: /CENTRALA_SPAMD/ });
  t.like(await plugin.check(SETTINGS, {}, AbortSignal.timeout(5_000)), { ok: false, field: 'hosts', problem: 'no_host' });
  t.deepEqual(await plugin.check(SETTINGS, { spamd: 'embedded' }, AbortSignal.timeout(5_000)), { ok: true });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** All processes of its group. */
const partsOf = (pid: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => groupOf(name) === pid)
    .map(Number);

function groupOf(name: string): number {
  try {
    return Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[2]);
  } catch {
    return 0;
  }
}
