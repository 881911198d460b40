import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import Database from 'better-sqlite3';
import { copyDatabase } from '../../core/backups/copy-database.ts';
import { quickCheck } from '../../core/db/file-check.ts';
import { targetFindings } from '../../core/health/doctor/backup-target.ts';
import { certificateFinding } from '../../core/health/doctor/certificates.ts';
import { integrityFindings } from '../../core/health/doctor/database.ts';
import { createDoctor, examine } from '../../core/health/doctor/examine.ts';
import { fileAdvice } from '../../core/health/doctor/file-advice.ts';
import { type Finding, inWords, lineOf, text, well } from '../../core/health/doctor/finding.ts';
import { inboxFindings } from '../../core/health/doctor/inboxes.ts';
import { nameFindings } from '../../core/health/doctor/names.ts';
import { pluginFindings } from '../../core/health/doctor/plugins.ts';
import type { InboxRecord } from '../../core/inboxes/types.ts';
import type { Dns, DnsAnswer, DnsType } from '../../core/lib/dns.ts';
import { SettingError } from '../../core/lib/errors.ts';
import type { AgentId, InboxId } from '../../core/lib/ids.ts';
import type { Plugin } from '../../core/plugins/contract.ts';
import { scopeFor } from '../support/db.ts';
import { demoFilter } from '../support/demo-filter.ts';
import { strictRenderer } from '../support/render.ts';
import { tempDir } from '../support/temp-dir.ts';

const states = (findings: readonly Finding[]) => findings.map(({ state }) => state);
const never = new AbortController().signal;

test('a check that raises or does not answer in time is a broken line and keeps no other from being shown', async (t) => {
  let aborted = false;
  const slow = {
    what: 'health.dns.what',
    limitMs: 5,
    run: async (signal: AbortSignal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return wait(60_000, [], { ref: false });
    },
  };
  const failing = { what: 'health.ports.what', run: () => Promise.reject(new Error('gone')) };
  const fine = { what: 'health.machine', run: () => [well('Node', 'v26')] };
  const doctor = createDoctor(
    () => [slow, failing, fine],
    () => new Date(),
    () => {},
  );
  const { findings } = await doctor.wait();
  t.deepEqual(states(findings), ['broken', 'broken', 'ok']);
  t.true(aborted);
  t.is(findings[1]?.seen, 'gone');
  t.deepEqual((await examine(fine))[0], well('Node', 'v26'));
});

test('the doctor looks once for all who ask within a minute, and again when asked to', async (t) => {
  let runs = 0;
  let ended = 0;
  let now = Date.UTC(2026, 10, 27);
  const doctor = createDoctor(
    () => [{ what: 'health.machine', run: () => [well('run', String(++runs))] }],
    () => new Date(now),
    () => void ended++,
  );
  t.like(doctor.look(), { at: null, isRunning: true });
  t.like(await doctor.wait(), { isRunning: false });
  doctor.look();
  await doctor.wait();
  t.is(runs, 1);
  t.true(doctor.again().isRunning);
  t.is((await doctor.wait()).findings[0]?.seen, '2');
  now += 61_000;
  t.like(doctor.look(), { isRunning: true, findings: [{ seen: '2' }] });
  await doctor.wait();
  t.deepEqual([runs, ended], [3, 3]);
});

test('a damaged database file is found in a thread beside, a whole one is not, and time that ran out is no damage', async (t) => {
  const dir = tempDir(t);
  const file = join(dir, 'x.sqlite');
  const db = new Database(file);
  db.exec(
    "create table t (a text); create index i on t (a); with recursive n(x) as (select 1 union all select x + 1 from n where x < 5000) insert into t select 'value ' || x from n;",
  );
  db.close();
  t.deepEqual(await quickCheck(file, never), []);
  const bytes = readFileSync(file);
  bytes.fill(0xff, 8192, 12_288);
  writeFileSync(file, bytes);
  t.true(((await quickCheck(file, never)) ?? []).length > 0);
  t.is(await quickCheck(file, AbortSignal.abort()), null);
  await t.throwsAsync(quickCheck(join(dir, 'none.sqlite'), never), { any: true });
});

test('a certificate is well, ends soon or has ended', (t) => {
  const now = new Date('2026-11-27T00:00:00Z');
  const state = (validTo: string) => certificateFinding('c', new Date(validTo), now).state;
  t.deepEqual(['2027-03-01', '2026-12-05', '2026-11-26', 'nonsense'].map(state), ['ok', 'note', 'broken', 'broken']);
});

const dnsOf = (answers: Readonly<Record<string, DnsAnswer<DnsType>>>): Dns => ({
  servers: [],
  forget: () => {},
  lookup: async (name, type) => (answers[`${name} ${type}`] ?? { state: 'missing', name: false }) as DnsAnswer<typeof type>,
});

test('names are asked of the DNS, and a DNS that is away is said once', async (t) => {
  const found = dnsOf({
    'centrala.firma.test A': { state: 'found', records: ['192.0.2.1'] },
    'firma.test MX': { state: 'found', records: [{ exchange: 'mx.firma.test', priority: 10 }] },
  });
  const asked = ['a@firma.test', 'b@Firma.test', 'c@inna.test'];
  const lines = await nameFindings(found, 'https://centrala.firma.test', asked);
  t.deepEqual(states(lines), ['ok', 'ok', 'note']);
  t.is((await nameFindings(found, 'https://nowhere.test', [])).at(0)?.state, 'broken');
  t.deepEqual(await nameFindings(found, 'http://localhost:8080', []), []);
  const away: Dns = { servers: [], forget: () => {}, lookup: async () => ({ state: 'failed', code: 'ETIMEOUT' }) };
  t.deepEqual(states(await nameFindings(away, 'https://centrala.firma.test', asked)), ['note']);
});

const RECORD: InboxRecord = {
  id: 7 as InboxId,
  channel: 'email',
  name: 'Ola',
  address: 'ola-kanarek@firma.test',
  settings: {},
  ownerId: 3 as AgentId,
  status: 'open',
  createdAt: new Date(),
};

test('of a personal mailbox others learn that it does not work, not whose it is', async (t) => {
  const lines = await inboxFindings(
    { directory: { all: () => [RECORD], typed: () => null }, channel: () => null, means: () => ({}) as never },
    never,
  );
  const said = lineOf(strictRenderer().translator('en'), lines[0] as Finding);
  t.regex(said, /^BROKEN {2}personal mailbox no\. 7: /);
  t.notRegex(said, /kanarek|Ola/);
});

test('plugins are told by their own health, filters by connecting', async (t) => {
  const base = { plugin: demoFilter('demo').plugin as Plugin, problem: null, health: null, state: 'running', isOn: true } as const;
  const list = async () => [
    { ...base, name: 'off', state: 'disabled', isOn: false } as const,
    { ...base, name: 'unloadable', plugin: null, problem: { code: 'broken', message: 'no plugin.ts' } },
    { ...base, name: 'demo' },
  ];
  const answer = { ok: false, field: null, problem: 'unreachable', detail: 'ECONNREFUSED' } as never;
  const lines = await pluginFindings({ list, checkService: async () => answer }, never);
  t.deepEqual(states(lines), ['ok', 'broken', 'broken']);
  t.deepEqual(lines[2]?.seen, text('health.withDetail', { problem: text('plugin.demo.problems.unreachable'), detail: 'ECONNREFUSED' }));
  t.deepEqual(states(await pluginFindings({ list, checkService: async () => ({ ok: true }) }, never)), ['ok', 'broken', 'ok']);
});

test('a line of the doctor speaks both languages, with words inside words', (t) => {
  const words = text('health.withDetail', { problem: text('health.backups.age', { hours: 3 }), detail: '3 h' });
  t.is(inWords(strictRenderer().translator('pl'), words), 'ostatnia dobra ma 3 h (3 h)');
  t.is(inWords(strictRenderer().translator('en'), words), 'the last good one is 3 h old (3 h)');
});

test('a database that cannot even be asked whether it is whole is damaged, and its backup says what to do', async (t) => {
  const [dir, scope] = [tempDir(t), await scopeFor(t)];
  const file = join(dir, 'centrala.sqlite');
  writeFileSync(file, 'no database at all '.repeat(1000));
  const database = { scope, where: file, file, exists: true, pendingMigrations: async () => 0 };
  t.like((await integrityFindings(database, never))[0], { state: 'broken', advice: text('health.integrity.advice') });
  const copied = copyDatabase(scope, { url: null, file }, join(dir, 'copy'), '');
  t.like(await t.throwsAsync(copied), {
    problem: 'damaged',
    help: 'Stop Centrala and restore the last good backup: centrala restore latest',
  });
});

test('only a damaged file is to be restored: without rights or room, or on a disk that fails, what lies there is newer than any copy', (t) => {
  const restore = text('health.integrity.advice');
  const advice = (code: string) => fileAdvice(Object.assign(new Error('it fails'), { code }), '/data', restore);
  for (const code of ['SQLITE_CORRUPT_INDEX', 'SQLITE_NOTADB']) t.deepEqual(advice(code), restore, code);
  for (const code of ['SQLITE_READONLY_DIRECTORY', 'SQLITE_CANTOPEN', 'SQLITE_PERM', 'EACCES'])
    t.like(advice(code), { key: 'health.folder.rightsAdvice' }, code);
  for (const code of ['SQLITE_FULL', 'ENOSPC']) t.deepEqual(advice(code), text('health.space.fullAdvice'), code);
  for (const code of ['SQLITE_IOERR_READ', 'SQLITE_BUSY', 'EROFS', 'EIO'])
    t.deepEqual(advice(code), text('health.folder.diskAdvice'), code);
});

test('a check that fails with advice of its own is no fault of the program', async (t) => {
  const error = new SettingError('secret.key is empty or cut.', 'Put the file of a backup there.');
  const [finding] = await examine({ what: 'health.secret.what', run: () => Promise.reject(error) });
  t.like(finding, { state: 'broken', seen: error.message, advice: error.help });
});

test('a place of backups that is a file, or has no room, is broken before the night comes', async (t) => {
  const dataDir = tempDir(t);
  writeFileSync(join(dataDir, 'file'), '');
  const place = { dataDir, key: null, path: '' };
  t.deepEqual(states(await targetFindings({ ...place, dir: join(dataDir, 'a/b') })), ['note'], 'it can be made');
  for (const dir of [join(dataDir, 'file/b'), '/proc/b']) t.deepEqual(states(await targetFindings({ ...place, dir })), ['broken'], dir);
});
