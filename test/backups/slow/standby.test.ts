import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { connect } from '../../../core/db/connect.ts';
import { centralaCommand } from '../../support/cli.ts';
import { loggedInClient } from '../../support/http-client.ts';
import { running } from '../../support/machines.ts';
import { ADMIN, product } from '../../support/product.ts';
import { deliver } from '../../support/smtp-client.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const BIURO = 'biuro@firma.test';
const CLI = resolve(import.meta.dirname, '../../../core/cli.ts');
const ANNA = { email: ADMIN.CENTRALA_ADMIN_EMAIL, password: ADMIN.CENTRALA_ADMIN_PASSWORD };
const READY = /^ready: everything up to 20\S+ is here$/m;

interface Running {
  readonly child: ChildProcess;
  /** Up to when it has everything, in milliseconds; 0 before it does. It says so once a minute only. */
  reached(): number;
  said(): string;
}

const reachedBy = (dataDir: string): number => {
  const file = join(dataDir, 'standby.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).reached : 0;
};

/** `centrala standby` on a machine of its own. */
function standbyOn(t: ExecutionContext, env: Readonly<Record<string, string>>, ...args: string[]): Running {
  const child = spawn(process.execPath, [CLI, 'standby', ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  t.teardown(() => void child.kill('SIGKILL'));
  return { child, said: () => said, reached: () => reachedBy(env['CENTRALA_DATA_DIR'] ?? '') };
}

async function end({ child }: Running, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

const letter = (subject: string) => ({
  from: 'jan@klient.test',
  to: [BIURO],
  message: `From: jan@klient.test\r\nTo: ${BIURO}\r\nSubject: ${subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${`${subject} `.repeat(2_000)}\r\n`,
});

test('a second machine has each mail within seconds, takes over when the first one is dead and not before, and goes on with everything', async (t) => {
  const backups = tempDir(t);
  const first = await product(t, { ...ADMIN, CENTRALA_BACKUP_DIR: backups });
  const url: string | null = first.db.client.config.connection.connectionString ?? null;
  await first.start();
  const second = { CENTRALA_DATA_DIR: tempDir(t), CENTRALA_BACKUP_DIR: backups };
  if (url !== null) {
    const cli = centralaCommand(second.CENTRALA_DATA_DIR, { url, file: '' }, second);
    t.regex((await cli(['standby'])).err, /no backups|recovery key is not known/);
    await first.centrala('backup');
    t.regex(
      (await cli(['standby', '--key-file', join(first.dir, 'backup.key')])).err,
      /Only SQLite has a shipped log.*Use the tools of PostgreSQL/s,
    );
    return;
  }
  await first.centrala('inbox', 'create', '--name', 'Biuro', '--address', BIURO);
  const mail = (subject: string) => deliver(t, first.smtpPort, letter(subject));
  const subjects = async (file: string): Promise<readonly string[]> => {
    const db = connect({ url: null, file });
    const rows = await db('messages').orderBy('id').select('subject');
    await db.destroy();
    return rows.map((row) => row.subject);
  };
  const all = async (count: number) => until(`${count} are there`, async () => (await first.db('messages')).length === count);
  await mail('przed kopią');
  await all(1);
  await first.centrala('backup');
  const admin = await loggedInClient(`http://127.0.0.1:${first.httpPort}`, ANNA);
  await admin.get('/backups');
  await admin.post('/backups/schedule', {
    isDaily: 'on',
    time: '02:30',
    keepDaily: '7',
    keepWeekly: '4',
    keepMonthly: '12',
    isLogged: 'on',
  });

  const cli = centralaCommand(second.CENTRALA_DATA_DIR, { url: null, file: '' }, second);
  t.regex((await cli(['standby'])).err, /recovery key is not known/);
  const key = join(second.CENTRALA_DATA_DIR, 'typed-key');
  writeFileSync(key, readFileSync(join(first.dir, 'backup.key')));
  let standby = standbyOn(t, second, '--key-file', key);
  await until('it is ready', () => standby.reached() > 0, 60_000);
  await until('it says so', () => READY.test(standby.said()));
  t.regex((await cli(['standby', '--take-over'])).err, /already at work in the data folder/);
  await mail('po kopii');
  await all(2);

  // It goes on where it was, also after it was killed.
  await end(standby, 'SIGKILL');
  await mail('gdy nie słuchał');
  await all(3);
  standby = standbyOn(t, second);
  const seen = Date.now();
  await until('it has that, too', () => standby.reached() > seen, 90_000);
  // Another start is another run of the log, with a copy of its own.
  await first.end('SIGTERM');
  await first.start();
  const restarted = Date.now();
  await mail('po ponownym starcie');
  await all(4);
  await until('it has what came after the restart', () => standby.reached() > restarted, 120_000);
  await end(standby, 'SIGTERM');
  t.false(existsSync(join(second.CENTRALA_DATA_DIR, 'centrala.sqlite')));
  t.regex((await cli(['standby', '--take-over'])).err, /The first machine is at work[\s\S]*--force/);

  await mail('ostatni');
  await all(5);
  // What was committed is brought away within seconds.
  await wait(6_000);
  await first.end('SIGKILL');
  await wait(3_000);
  const before = await subjects(join(first.dir, 'centrala.sqlite'));
  const began = performance.now();
  const taken = await cli(['standby', '--take-over']);
  t.is(taken.code, 0, taken.err);
  t.regex(taken.last, /took over at 20\S+: \d+ rows and 5 files\. Start Centrala here/);
  t.log(`took over within ${Math.round(performance.now() - began)} ms`);
  t.deepEqual(await subjects(join(second.CENTRALA_DATA_DIR, 'centrala.sqlite')), before);
  t.regex((await cli(['standby'])).err, /There is a Centrala in the data folder/);

  const heir = await running(t, { dir: second.CENTRALA_DATA_DIR, url: null, env: second, cli });
  const again = await loggedInClient(heir.base, ANNA);
  const list = (await again.get('/conversations')).text;
  for (const subject of ['przed kopią', 'po kopii', 'gdy nie słuchał', 'po ponownym starcie', 'ostatni'])
    t.true(list.includes(subject), subject);
  t.is(JSON.parse((await cli(['ledger', 'verify', '--json'])).out).wrong, 0);
  await deliver(t, heir.smtpPort, letter('na drugiej'));
  await until('it receives', async () => (await heir.scope.db('messages')).length === 6);
  t.is(JSON.parse((await cli(['backup', '--json'])).last).state, 'verified');
});
