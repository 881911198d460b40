import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import test from 'ava';
import { figures, isWhole } from '../../../test/support/faults.ts';
import { deliver } from '../../../test/support/smtp-client.ts';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { until } from '../../../test/support/until.ts';
import { listenerFor, MAIL } from './listening.ts';
import { mutated, randomFrom } from './random.ts';

const SECONDS = 15;
/** Of `npm run faults`, however long they take. */
const SESSIONS = 20_000;
const CLIENTS = 16;
/** Bytes mapped to these look like SMTP far more often than bytes alone do (as Stalwart's fuzzers do it). */
const ALPHABET = 'EHLO MAIL FROM:<a@b.test> RCPT TO:<biuro@firma.test> DATA QUIT RSET\r\n\r\n.\r\n SIZE=12 BODY=8BITMIME +0D"\\%!';
const DIALOGUE = [
  'EHLO x\r\n',
  'MAIL FROM:<a@klient.test> SIZE=100\r\n',
  'RCPT TO:<biuro@firma.test>\r\n',
  'DATA\r\n',
  `${MAIL}.\r\n`,
  'RSET\r\n',
  'NOOP\r\n',
  'STARTTLS\r\n',
  'QUIT\r\n',
];

const openFiles = (): number => readdirSync('/proc/self/fd').length;

/** One session of nonsense: says what it likes, cuts it where it likes, leaves when it likes. Resolves when the connection is over. */
function babble(port: number, securePort: number, random: (below: number) => number): Promise<void> {
  const secure = random(6) === 0;
  const socket = secure ? connectTls({ port: securePort, host: '127.0.0.1', rejectUnauthorized: false }) : connect(port, '127.0.0.1');
  // From none at all, so that some mails arrive, to every other part.
  const noise = random(4);
  const isNoisy = (): boolean => random(8) < noise;
  const parts = Array.from({ length: 1 + random(9) }, (_, n) => {
    const inOrder = Buffer.from(DIALOGUE[isNoisy() ? random(DIALOGUE.length) : Math.min(n, DIALOGUE.length - 1)] ?? '');
    if (isNoisy()) return mutated(inOrder, random);
    if (isNoisy()) return Buffer.from(Array.from({ length: random(200) }, () => ALPHABET.charCodeAt(random(ALPHABET.length))));
    return inOrder;
  });
  return new Promise((resolve) => {
    const limit = setTimeout(() => socket.destroy(), 400);
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(limit);
      resolve();
    });
    // Half of them wait for an answer before each part, the others do not.
    const say = (): void => {
      const part = parts.shift();
      if (part !== undefined) socket.write(part.subarray(0, isNoisy() ? random(part.length + 1) : part.length));
      else if (random(2) === 0) socket.destroy();
      else socket.end();
    };
    if (random(2) === 0) socket.on('data', say);
    else {
      socket.resume();
      socket.on('connect', () => {
        while (parts.length > 0) say();
        say();
      });
    }
  });
}

test('thousands of sessions of nonsense leave the listener well, no file open and nothing smuggled', async (t) => {
  t.timeout(isWhole ? 1_800_000 : 60_000);
  const { host, listener } = await listenerFor(t, {
    server: { tlsFolder: tempDir(t), securePort: '0', mistakeDelayMs: '1' },
    settings: { maxNewPerMinute: '100000', greylisting: true },
  });
  await deliver(t, listener.port, { from: 'a@klient.test', to: ['biuro@firma.test'], message: 'Subject: before\r\n\r\nx' });
  const before = openFiles();
  const random = randomFrom(20261126);
  const until15 = performance.now() + SECONDS * 1000;
  let sessions = 0;
  const client = async (): Promise<void> => {
    while (isWhole ? sessions < SESSIONS : performance.now() < until15) {
      await babble(listener.port, listener.securePort ?? 0, random);
      sessions += 1;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  t.true(sessions > 200 && host.kept.length > 10, `${sessions} sessions, ${host.kept.length} mails`);
  await until('every connection is closed', () => openFiles() <= before);
  await deliver(t, listener.port, { from: 'a@klient.test', to: ['biuro@firma.test'], message: 'Subject: after\r\n\r\nx' });
  t.true(host.kept.at(-1)?.body.includes('Subject: after'));
  t.is(listener.health().state, 'ok');
  t.true(host.kept.every(({ body }) => !/[^\r]\n|\r[^\n]/.test(body.toString('latin1'))));
  figures(t, 'SMTP fuzz', { sessions, 'mails among them': host.kept.length, crashes: 0, 'files left open': 0, smuggled: 0 });
});
