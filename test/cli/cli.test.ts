import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { readConfig } from '../../config/config.ts';
import { agentByEmail } from '../../core/agents/list-agents.ts';
import { listApiKeys, revokeApiKey } from '../../core/api-keys/api-keys.ts';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { connect } from '../../core/db/connect.ts';
import type { EmailAddress } from '../../core/lib/email-address.ts';
import { silentLog } from '../../core/lib/log.ts';
import { start } from '../../core/main.ts';
import { centralaCommand } from '../support/cli.ts';
import { databaseTarget } from '../support/db.ts';
import { startDns } from '../support/dns.ts';
import { freePort } from '../support/free-port.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const CLI = resolve(import.meta.dirname, '../../core/cli.ts');
const ADMIN = { CENTRALA_ADMIN_EMAIL: 'anna@firma.test', CENTRALA_ADMIN_PASSWORD: 'tajne haslo Anny 1' };

/** The command, and the product on the same data, not yet started. */
async function installation(t: ExecutionContext) {
  const dataDir = tempDir(t);
  const target = await databaseTarget(t, dataDir);
  const ports = { CENTRALA_HTTP_PORT: String(await freePort()), CENTRALA_SMTP_PORT: String(await freePort()) };
  const env = { CENTRALA_DATA_DIR: dataDir, ...(target.url ? { CENTRALA_DATABASE_URL: target.url } : {}), ...ports, ...ADMIN };
  const run = async () => {
    const running = await start(readConfig(env), silentLog);
    t.teardown(() => running.stop());
    // Plugins start beside the pages.
    await until('it is ready', async () => (await fetch(`http://127.0.0.1:${running.port}/ready`)).ok);
    return { ...running, api: `http://127.0.0.1:${running.port}/api/v1` };
  };
  return { dataDir, target, run, cli: centralaCommand(dataDir, target, ports) };
}

const status = async (url: string, key: string): Promise<number> =>
  (await fetch(url, { headers: { Authorization: `Bearer ${key}` } })).status;

test('a key made while the product runs opens the API until it is revoked or its agent disabled', async (t) => {
  const { cli, run } = await installation(t);
  const { api, scope } = await run();
  const made = await cli(['api-key', 'create', '--name', 'monitoring', '--agent', 'Anna@Firma.test']);
  t.is(made.code, 0, made.err);
  const second = (await cli(['api-key', 'create', '--name', 'other', '--agent', 'anna@firma.test'])).last;
  t.is(await status(`${api}/inboxes`, made.last), 200);
  t.is(await status(`${api}/inboxes`, second), 200);
  const [first] = await listApiKeys(scope);
  if (!first) return t.fail('there is no key');
  await revokeApiKey(scope, first.id);
  t.is(await status(`${api}/inboxes`, made.last), 401, 'revoked');
  t.is(await status(`${api}/inboxes`, second), 200);
  await scope.db('agents').where({ id: first.agentId }).update({ status: 'disabled' });
  t.is(await status(`${api}/inboxes`, second), 401, 'the agent is disabled');
  const nobody = await cli(['api-key', 'create', '--name', 'x', '--agent', 'nobody@firma.test']);
  t.is(nobody.code, 1);
  t.is(nobody.out, '');
});

test('an inbox made on the command line takes mail in the running product without a restart', async (t) => {
  const { cli, run } = await installation(t);
  const { api } = await run();
  const key = (await cli(['api-key', 'create', '--name', 'x', '--agent', 'anna@firma.test'])).last;
  const made = await cli(['inbox', 'create', '--channel', 'email', '--name', 'Biuro', '--address', 'Biuro@Firma.test']);
  t.is(made.code, 0, made.err);
  t.regex(made.err, /cannot send yet/);
  const doctor = await cli(['doctor']);
  t.regex(doctor.out, /SMTP 127\.0\.0\.1:\d+: answered: 220 /);
  const listed = await until('the running product knows the inbox', async () => {
    const answer = await fetch(`${api}/inboxes`, { headers: { Authorization: `Bearer ${key}` } });
    const { items } = (await answer.json()) as { items: { id: number; address: string; canSend: boolean }[] };
    return items[0] ?? null;
  });
  t.like(listed, { id: Number(made.last), address: 'biuro@firma.test', canSend: false });
  const again = await cli(['inbox', 'create', '--name', 'Biuro', '--address', 'biuro@firma.test']);
  t.is(again.code, 1);
  t.regex(again.err, /already an inbox/);
});

test('an inbox whose relay does not answer is explained in words and not stored', async (t) => {
  const { cli } = await installation(t);
  const port = await freePort();
  const refused = await cli(['inbox', 'create', '--name', 'Biuro', '--address', 'biuro@firma.test', '--relay', `smtp://127.0.0.1:${port}`]);
  t.is(refused.code, 1);
  t.regex(refused.err, /server refuses connections on this port/i);
  const nonsense = await cli(['inbox', 'create', '--name', 'Biuro', '--address', 'biuro@firma.test', '--relay', 'nonsense']);
  t.is(nonsense.code, 1);
  t.regex(nonsense.err, /relayUrl: Write the server as smtp:/);
  const stored = await cli(['inbox', 'create', '--name', 'Biuro', '--address', 'biuro@firma.test']);
  t.is(stored.code, 0, 'nothing was stored before');
});

test('commands work before the first start and leave a product that starts', async (t) => {
  const dir = join(tempDir(t), 'not', 'yet');
  const cli = centralaCommand(dir, { url: null, file: '' });
  const ledger = await cli(['ledger', '--json']);
  t.is(ledger.code, 0, ledger.err);
  t.deepEqual(JSON.parse(ledger.last), { kept: 0, received: 0, reports: 0, spam: 0, failed: 0, duplicate: 0, waiting: 0 });
  t.is((await cli(['api-key', 'create', '--name', 'x', '--agent', 'anna@firma.test'])).code, 1, 'nobody exists yet');
  const env = { CENTRALA_DATA_DIR: dir, CENTRALA_HTTP_PORT: '0', CENTRALA_SMTP_PORT: String(await freePort()), ...ADMIN };
  const running = await start(readConfig(env), silentLog);
  t.teardown(() => running.stop());
  t.not(await agentByEmail(running.scope, ADMIN.CENTRALA_ADMIN_EMAIL as EmailAddress), null);
});

test('a password set from standard input ends the sessions, and a weak one is refused in words', async (t) => {
  const { cli, run } = await installation(t);
  const { scope } = await run();
  const hash = async () => (await scope.db('agents').first('password_hash')).password_hash;
  const before = await hash();
  const weak = await cli(['reset-password', 'anna@firma.test', '--password-stdin'], { input: 'x\n' });
  t.is(weak.code, 1);
  t.regex(weak.err, /password: .+ /);
  t.is(await hash(), before);
  const done = await cli(['reset-password', 'anna@firma.test', '--password-stdin'], { input: 'zupelnie nowe haslo 7\n' });
  t.is(done.code, 0, done.err);
  t.not(await hash(), before);
  t.regex((await cli(['reset-password', 'anna@firma.test'])).last, /^http:\/\/127\.0\.0\.1:\d+\/\S+$/);
  const forgotten = await cli(['reset-password', 'admin@firma.test']);
  t.is(forgotten.code, 1);
  t.regex(forgotten.err, /\n {2}Administrators are: anna@firma\.test$/m, 'whoever forgot the address, too, sees it');
});

test('numbers that contradict the list are counted again beside the running product', async (t) => {
  const { cli, run } = await installation(t);
  const { scope } = await run();
  await scope.db('counters').insert({ name: 'open.assignee.99@1', value: 3 });
  const first = await cli(['counters', 'rebuild']);
  t.is(first.code, 0, first.err);
  t.regex(first.out, /wrong\topen\.assignee\.99@1\n1 numbers were wrong and are right now/);
  t.is((await cli(['counters', 'rebuild'])).last, 'all numbers were right');
});

test('the doctor finds a healthy running product healthy and changes nothing before the first start', async (t) => {
  const { cli, run, dataDir, target } = await installation(t);
  await run();
  const well = await cli(['doctor']);
  t.is(well.code, 0, well.out);
  t.regex(well.out, /HTTP 127\.0\.0\.1:\d+: Centrala answers/);
  t.regex(well.out, /running server: ready/);
  const fresh = join(dataDir, 'fresh');
  const ports = { CENTRALA_HTTP_PORT: String(await freePort()), CENTRALA_SMTP_PORT: String(await freePort()) };
  const first = await centralaCommand(fresh, { url: null, file: '' }, ports)(['doctor']);
  t.is(first.code, 0, first.out);
  t.regex(first.out, /the first start makes it/);
  t.false(existsSync(fresh));
  t.is(target.file, join(dataDir, 'centrala.sqlite'));
});

test('the doctor names what is broken and what to do about it', async (t) => {
  const { cli, run, dataDir } = await installation(t);
  await run();
  const other = { CENTRALA_DATA_DIR: join(dataDir, 'other'), CENTRALA_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  const broken = await cli(['doctor'], { env: { ...other, CENTRALA_HTTP_PORTT: '1' } });
  t.is(broken.code, 1);
  t.regex(broken.out, /^BROKEN {2}database: PostgreSQL at 127\.0\.0\.1:1 does not work/m);
  t.regex(broken.out, /→ Check CENTRALA_DATABASE_URL/);
  t.regex(broken.out, /CENTRALA_HTTP_PORTT mean/);
  await cli(['inbox', 'create', '--name', 'Biuro', '--address', 'biuro@firma.test', '--set', 'senderName=company']);
  const wrongKey = await cli(['doctor'], { env: { CENTRALA_SECRET_KEY: 'x'.repeat(40) } });
  t.regex(wrongKey.out, /inbox biuro@firma\.test/);
});

test('a data folder of another user is named as such, with the command that helps, and its database is not said to be missing', async (t) => {
  const { run, dataDir } = await installation(t);
  await run();
  chmodSync(dataDir, 0o000);
  // Nothing is forbidden to root.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const env = { PATH: process.env['PATH'], CENTRALA_DATA_DIR: dataDir };
  const { status, stdout } = spawnSync(process.execPath, [CLI, 'doctor'], { env, encoding: 'utf8', timeout: 60_000, ...nobody });
  chmodSync(dataDir, 0o700);
  t.is(status, 1);
  t.regex(stdout, /^BROKEN {2}data folder: .*EACCES.*\n +→ .*chown -R/m);
  t.notRegex(stdout, /does not exist yet|fault of the program/);
});

test('wrong command lines end with 64, wrong configuration with 78, help with 0', async (t) => {
  const cli = centralaCommand(join(tempDir(t), 'data'), { url: null, file: '' });
  const codes: readonly [readonly string[], number, RegExp][] = [
    [[], 64, /Usage: centrala COMMAND/],
    [['fly'], 64, /no command "fly"/],
    [['inbox'], 64, /no command "inbox"/],
    [['inbox', 'create'], 64, /--name is missing/],
    [['inbox', 'create', '--colour', 'red'], 64, /--colour/],
    [['ledger', 'extra'], 64, /"extra" is not expected/],
    [['reset-password'], 64, /Usage: centrala reset-password EMAIL/],
    [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
    [['help'], 0, /centrala doctor/],
    [['inbox', 'create', '--help'], 0, /--address ADDRESS/],
  ];
  for (const [args, code, words] of codes) {
    const answer = await cli(args);
    t.is(answer.code, code, args.join(' '));
    t.regex(answer.out + answer.err, words);
  }
  const config = await cli(['ledger'], { env: { CENTRALA_LOG_LEVEL: 'loud' } });
  t.is(config.code, 78);
  t.regex(config.err, /CENTRALA_LOG_LEVEL/);
});

test('the ledger is proved on the command line, and a file that was changed makes it fail with its name', async (t) => {
  const { cli, dataDir, target } = await installation(t);
  const whole = await cli(['ledger', 'verify']);
  t.is(whole.code, 0, whole.err);
  t.regex(whole.out, /^0 entries, 0 files \(0 bytes\), 0 wrong\nhead 0{64}/);
  const blobs = openBlobs(join(dataDir, 'blobs'));
  const { sha256 } = await blobs.put(Buffer.from('a mail'));
  const db = connect(target);
  await db('blobs').insert({ sha256, bytes: 6, created_at: new Date().toISOString() });
  await db.destroy();
  writeFileSync(blobs.path(sha256), 'b mail');
  const broken = await cli(['ledger', 'verify', '--json']);
  t.is(broken.code, 1, broken.err);
  t.deepEqual(JSON.parse(broken.out).findings, [{ kind: 'blob_damaged', detail: `${sha256} (6 bytes)` }]);
  t.regex((await cli(['ledger', 'verify'])).err, /centrala ledger repair/);
  const repair = await cli(['ledger', 'repair']);
  t.is(repair.code, 1);
  t.regex(repair.err, /1 of 1 files are missing or damaged[\s\S]*recovery key is not known on this machine/);
  t.is((await cli(['ledger', 'verify', '--since', '2026-02-30'])).code, 64);
});

test('A domain is looked at on the command line without a running product, and a fault of it is exit code 1', async (t) => {
  const { cli } = await installation(t);
  const dns = await startDns({ 'firma.test': { mx: ['10 mx.firma.test'], txt: ['v=spf1 +all'] } });
  t.teardown(dns.stop);
  const env = { CENTRALA_DNS_SERVERS: dns.server };
  const made = await cli(['inbox', 'create', '--name', 'Biuro', '--address', 'biuro@firma.test']);
  t.is(made.code, 0, made.err);
  const looked = await cli(['deliverability', 'Firma.test'], { env });
  t.is(looked.code, 1, looked.err);
  t.regex(looked.out, /^bad +SPF +The SPF record/m);
  t.regex(looked.out, /^ +_dmarc TXT v=DMARC1; p=none; rua=mailto:biuro@firma\.test$/m);
  const { domain, checks } = JSON.parse((await cli(['deliverability', 'firma.test', '--json'], { env })).last);
  t.deepEqual([domain, checks.length, checks[0].name, checks[0].finding], ['firma.test', 8, 'spf', 'everybody']);
  const foreign = await cli(['deliverability', 'wp.pl'], { env });
  t.deepEqual([foreign.code, foreign.out], [1, '']);
  t.regex(foreign.err, /There are: firma\.test/);
  t.is((await cli(['deliverability'])).code, 64);
  await dns.change({
    'firma.test': { mx: ['10 mx.firma.test'], txt: ['v=spf1 mx -all'] },
    'mx.firma.test': { a: ['127.0.0.1'] },
    '_dmarc.firma.test': { txt: ['v=DMARC1; p=reject; rua=mailto:biuro@firma.test'] },
  });
  const well = await cli(['deliverability', 'firma.test'], { env });
  t.is(well.code, 0, well.out);
});

test('a command whose reader has seen enough ends without a complaint', async (t) => {
  const child = spawn(process.execPath, [CLI, 'help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  t.is(await text(child.stderr), '');
});

test('a path that cannot be used is told as such, without sending anybody to the doctor', async (t) => {
  const { cli } = await installation(t);
  const { code, err } = await cli(['support-bundle', join(tempDir(t), 'no/such/folder')]);
  t.is(code, 1);
  t.regex(err, /ENOENT.*\n {2}Check this path/);
  const file = join(tempDir(t), 'bundle.json');
  t.is((await cli(['support-bundle', file])).code, 0);
  const again = await cli(['support-bundle', file]);
  t.is(again.code, 1);
  t.regex(again.err, /EEXIST.*\n {2}It is there already/);
});
