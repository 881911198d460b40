import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { createShutdown } from '../../core/boot/shutdown.ts';
import { silentLog } from '../../core/lib/log.ts';
import { httpClient } from '../support/http-client.ts';
import { ADMIN, product } from '../support/product.ts';
import { smtpSession } from '../support/smtp-client.ts';
import { tempDir } from '../support/temp-dir.ts';

test('SIGTERM ends live streams in order, keeps what was accepted, says 421 to who waits, and the session goes on with the next process', async (t) => {
  const centrala = await product(t, { ...ADMIN, CENTRALA_LOG_LEVEL: 'info' });
  const child = await centrala.start();
  const anna = httpClient(`http://127.0.0.1:${centrala.httpPort}`);
  await anna.get('/login');
  await anna.post('/login', { email: ADMIN.CENTRALA_ADMIN_EMAIL, password: ADMIN.CENTRALA_ADMIN_PASSWORD });
  const live = await fetch(`http://127.0.0.1:${centrala.httpPort}/live`, {
    headers: { Cookie: [...anna.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
  });
  t.is(live.status, 200);
  const heard = live.text();
  const smtp = await smtpSession(t, centrala.smtpPort);
  await smtp.greeting();
  await smtp.ehlo();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  t.regex(await heard, /event: opened/, 'ended, not cut');
  await smtp.reply('421 ');
  t.is(await ended, 0);
  t.regex(centrala.output(), /"code":0,"event":"stopping"[\s\S]*"durationMs":\d+,"event":"stopped"/, 'the log tells it from a crash');
  await centrala.start();
  t.is((await anna.get('/conversations')).status, 200, 'nobody logs in again');
});

test('parts that hang take no longer together than was said, and those that come last still have their time', async (t) => {
  const shutdown = createShutdown(silentLog, 60);
  const done: string[] = [];
  shutdown.add('database', async () => {
    await wait(20);
    done.push('database');
  });
  for (const name of ['a', 'b', 'c']) shutdown.add(name, () => new Promise(() => {}), 40);
  await shutdown.run();
  t.deepEqual(done, ['database']);
});

/** What a process whose stop does this ends with, having been told to end once it runs. */
async function endOf(t: ExecutionContext<unknown>, stop: string): Promise<{ code: number | null; said: string }> {
  const program = `
    import { run } from ${JSON.stringify(import.meta.resolve('../../core/boot/process.ts'))};
    setInterval(() => {}, 60_000);
    setImmediate(() => setImmediate(() => process.kill(process.pid, 'SIGTERM')));
    await run(async () => ({ port: 1, url: 'here', stop: ${stop} }), 200);`;
  const env = { PATH: process.env['PATH'] ?? '', CENTRALA_DATA_DIR: tempDir(t), CENTRALA_LOG_LEVEL: 'info' };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['--input-type=module', '-e', program], { env, timeout: 60_000 }, (_error, said) =>
      resolve({ code: child.exitCode, said }),
    );
  });
}

test('a stop that fails or never comes back does not keep the process', async (t) => {
  const [failed, hung] = await Promise.all([
    endOf(t, "() => Promise.reject(new Error('the drawer is stuck'))"),
    endOf(t, '() => new Promise(() => {})'),
  ]);
  t.is(failed.code, 70);
  t.regex(failed.said, /"error":"the drawer is stuck"[^\n]*"event":"stop_failed"[\s\S]*"event":"stopped"/);
  t.is(hung.code, 70);
  t.regex(hung.said, /"event":"stopping"/);
  t.notRegex(hung.said, /"event":"stopped"/);
});
