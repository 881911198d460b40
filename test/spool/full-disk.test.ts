import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { figures, receivedAll, scaled } from '../support/faults.ts';
import { httpClient } from '../support/http-client.ts';
import { product } from '../support/product.ts';
import { deliver, smtpSession } from '../support/smtp-client.ts';
import { BIURO, type StubbornSenders, stubbornSenders } from '../support/stubborn-senders.ts';
import { until } from '../support/until.ts';

const MIB = 1024 * 1024;
const MAILS = scaled(60, 2000);
const WAVES = scaled(1, 8);
const MAIL = { from: 'a@klient.test', to: [BIURO], message: 'From: a@klient.test\r\nSubject: x\r\n\r\nx\r\n' };

test('On a full disk mail waits at its senders, pages stay readable with a banner for administrators, and it recovers by itself', async (t) => {
  if (process.getuid?.() !== 0) throw new Error('Only root can mount the small disk of this test.');
  t.timeout(scaled(120_000, 1_800_000));
  const server = await product(t, { CENTRALA_ADMIN_EMAIL: 'ewa@firma.test', CENTRALA_ADMIN_PASSWORD: 'a long password' });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${scaled(300, 600)}m`, 'tmpfs', server.dir]);
  t.teardown(async () => {
    await server.end('SIGKILL');
    execFileSync('umount', ['-l', server.dir]);
  });
  const filler = join(server.dir, 'filler');
  const leave = (bytes: number): void => {
    rmSync(filler, { force: true });
    const { bavail, bsize } = statfsSync(server.dir);
    const room = bavail * bsize - bytes;
    try {
      writeFileSync(filler, Buffer.alloc(room));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC' && bytes === 0)) throw error;
    }
  };
  await server.start();
  await server.centrala('inbox', 'create', '--name', 'Biuro', '--address', BIURO);
  /** What MAIL FROM is answered. */
  const answer = async (): Promise<string> => {
    const smtp = await smtpSession(t, server.smtpPort);
    await smtp.greeting();
    await smtp.ehlo();
    const said = await smtp.say('MAIL FROM:<a@klient.test>', '');
    smtp.destroy();
    return said;
  };
  await deliver(t, server.smtpPort, MAIL);
  const client = httpClient(`http://127.0.0.1:${server.httpPort}`);
  await client.get('/login');
  t.is((await client.post('/login', { email: 'ewa@firma.test', password: 'a long password' })).status, 303);
  t.notRegex((await client.get('/conversations')).text, /site-notice/);
  const isThere = async (id: number) => (await client.get(`/conversations/${id}`)).status === 200;
  await until('the mail is in its conversation', () => isThere(1));

  let senders: StubbornSenders | null = null;
  const kept = (): number => senders?.kept() ?? 0;
  for (let wave = 0; wave < WAVES; wave += 1) {
    await until('the next share of mails is kept', () => kept() >= (MAILS / WAVES) * wave, 120_000);
    for (const bytes of [100 * MIB, 0]) {
      leave(bytes);
      await until('mail is refused', async () => (await answer()).startsWith('452 4.3.1'));
      senders ??= stubbornSenders(t, server.smtpPort, MAILS);
      for (const page of ['/conversations', '/settings', '/conversations/1']) {
        const { status, text } = await client.get(page);
        t.is(status, 200, `${page} with ${bytes} bytes free`);
        t.regex(text, /class="site-notice"/);
      }
      // What was seen a moment ago, when there was room, is said for a second.
      await until('it is not ready', async () => (await client.get('/ready')).status === 503);
      t.regex((await client.get('/ready')).text, /MB free of the 209 MB needed/);
    }
    rmSync(filler);
    await until('mail is taken again', async () => (await answer()).startsWith('250 2.1.0'));
  }
  await senders?.done;
  await deliver(t, server.smtpPort, { ...MAIL, message: MAIL.message.replace('Subject: x', 'Subject: y') });
  // Those before, between and after.
  const all = MAILS + 2;
  await receivedAll(server, all);
  const ids: string[] = await server.db('messages').where('external_id', 'like', 'numbered-%').pluck('external_id');
  t.is(new Set(ids).size, MAILS);
  t.is(JSON.parse(await server.centrala('ledger', 'verify', '--json')).wrong, 0);
  let ready = '';
  const isReady = async (): Promise<boolean> => {
    const { status, text } = await client.get('/ready');
    ready = text;
    return status === 200;
  };
  await until('the product is ready', isReady).catch(() => t.fail(ready));
  t.notRegex((await client.get('/conversations')).text, /site-notice/);
  const refused = [...(senders?.refusals.values() ?? [])].reduce((sum, n) => sum + n, 0);
  figures(t, 'disk full', { mails: all, 'times full': WAVES * 2, 'refused for a while': refused, lost: 0, twice: 0 });
});
