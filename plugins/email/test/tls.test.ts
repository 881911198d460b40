import { spawn } from 'node:child_process';
import { chmodSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loadCertificate, versionOf } from '../../../core/lib/certificate.ts';
import { AppError } from '../../../core/lib/errors.ts';
import { type MemoryHost, memoryHost } from '../../../test/support/channel-host.ts';
import { startPostfix } from '../../../test/support/postfix.ts';
import { smtpSession } from '../../../test/support/smtp-client.ts';
import { swaks } from '../../../test/support/swaks.ts';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { until } from '../../../test/support/until.ts';
import { type Listener, startListener } from '../inbound/listener.ts';

const INBOXES = { 1: 'biuro@firma.test' };
const MAIL = 'From: Anna <anna@klient.test>\r\nSubject: Pytanie\r\n\r\nDzien dobry\r\n';
const DAY_MS = 86_400_000;

/** A certificate as an administrator would bring it: two files. */
async function certificateFiles(t: ExecutionContext, hostname: string, now = new Date()) {
  const dir = tempDir(t);
  const { cert, key } = await loadCertificate({ kind: 'own', folder: dir, hostname }, now);
  const files = { tlsCert: join(dir, 'chain.pem'), tlsKey: join(dir, 'key.pem') };
  writeFileSync(files.tlsCert, cert);
  writeFileSync(files.tlsKey, key);
  return files;
}

async function listening(t: ExecutionContext, server: Record<string, string>): Promise<{ host: MemoryHost; listener: Listener }> {
  const host = memoryHost({ inboxes: INBOXES, server });
  const listener = await startListener(host);
  t.teardown(() => listener.stop());
  return { host, listener };
}

async function nameSeen(t: ExecutionContext, port: number): Promise<string> {
  const smtp = await smtpSession(t, port);
  await smtp.greeting();
  await smtp.ehlo();
  const subject = (await smtp.startTls()).getPeerCertificate().subject?.CN;
  smtp.destroy();
  return String(subject);
}

test('STARTTLS is offered with a certificate made at first start, readable by its owner only and kept for the next start', async (t) => {
  const dir = tempDir(t);
  const { host, listener } = await listening(t, { tlsFolder: dir });
  const smtp = await smtpSession(t, listener.port);
  await smtp.greeting();
  t.regex(await smtp.ehlo(), /^250[ -]STARTTLS\r?$/m);
  const socket = await smtp.startTls();
  t.is(socket.getPeerCertificate().subject?.CN, 'mx.centrala.test');
  t.is(socket.getPeerCertificate().subjectaltname, 'DNS:mx.centrala.test');
  t.notRegex(await smtp.ehlo(), /STARTTLS|AUTH/);
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('biuro@firma.test');
  await smtp.data(MAIL);
  t.is(host.kept[0]?.envelope['protocol'], 'ESMTPS');
  t.regex(host.kept[0]?.envelope['tls'] ?? '', /^TLSv1\.3 TLS_/);
  const file = join(dir, 'smtp-tls.pem');
  t.is(statSync(file).mode & 0o777, 0o600);
  const made = readFileSync(file, 'utf8');
  await listener.stop();
  await listening(t, { tlsFolder: dir });
  t.is(readFileSync(file, 'utf8'), made);
});

test('a self-signed certificate is renewed a month before it ends, a damaged one at once', async (t) => {
  const folder = tempDir(t);
  const source = { kind: 'own', folder, hostname: 'mx.firma.test' } as const;
  const first = await loadCertificate(source, new Date());
  const later = new Date(first.expiresAt.getTime() - 31 * DAY_MS);
  t.is((await loadCertificate(source, later)).cert, first.cert);
  const renewed = await loadCertificate(source, new Date(first.expiresAt.getTime() - 29 * DAY_MS));
  t.not(renewed.cert, first.cert);
  t.true(renewed.expiresAt > first.expiresAt);
  writeFileSync(join(folder, 'smtp-tls.pem'), renewed.cert.slice(0, 300));
  t.not((await loadCertificate(source, later)).cert, renewed.cert);
});

test('new certificate files are taken up by the clock or at once by SIGHUP, unusable ones leave the old certificate in use', async (t) => {
  const files = await certificateFiles(t, 'old.firma.test');
  const { host, listener } = await listening(t, files);
  const renewed = await certificateFiles(t, 'new.firma.test');
  const copy = (from: string, to: string) => writeFileSync(to, readFileSync(from));
  copy(renewed.tlsCert, files.tlsCert);
  await Promise.all(host.tasks.map((task) => task(AbortSignal.timeout(1000))));
  t.is(await nameSeen(t, listener.port), 'old.firma.test', 'the key is still the old one');
  t.is(listener.health().problem, 'certificate_unusable');
  copy(renewed.tlsKey, files.tlsKey);
  process.emit('SIGHUP');
  await until('the new certificate is in use', () => listener.health().state === 'ok');
  t.is(await nameSeen(t, listener.port), 'new.firma.test');
});

test('files that cannot be used at the start leave mail to a certificate of our own, and are taken up once they are mended', async (t) => {
  const files = await certificateFiles(t, 'files.firma.test');
  const key = readFileSync(files.tlsKey);
  writeFileSync(files.tlsKey, '');
  const { host, listener } = await listening(t, { ...files, tlsFolder: tempDir(t), securePort: '0' });
  t.is(await nameSeen(t, listener.port), 'mx.centrala.test');
  const { state, problem, detail } = listener.health();
  t.deepEqual([state, problem], ['failing', 'certificate_unusable']);
  t.true(detail?.includes(files.tlsCert), String(detail));
  for (const task of host.tasks) await task(AbortSignal.timeout(1000));
  t.is(listener.health().problem, 'certificate_unusable', 'it stays said');
  writeFileSync(files.tlsKey, key);
  for (const task of host.tasks) await task(AbortSignal.timeout(1000));
  t.is(await nameSeen(t, listener.port), 'files.firma.test');
  t.is(listener.health().state, 'ok');
});

test('of several processes also one without the clock takes up a renewed certificate by itself', async (t) => {
  const files = await certificateFiles(t, 'old.firma.test');
  const host = memoryHost({ inboxes: INBOXES, server: files, hasClock: false });
  const listener = await startListener(host);
  t.teardown(() => listener.stop());
  const renewed = await certificateFiles(t, 'new.firma.test');
  for (const file of ['tlsCert', 'tlsKey'] as const) writeFileSync(files[file], readFileSync(renewed[file]));
  for (const task of host.tasks) await task(AbortSignal.timeout(1000));
  t.is(await nameSeen(t, listener.port), 'new.firma.test');
});

test('files of which only the rights were mended, or that keep the time of the old ones, are looked at again', async (t) => {
  const files = await certificateFiles(t, 'mx.firma.test');
  const other = await certificateFiles(t, 'other.firma.test');
  const [right, wrong] = [files, other].map(({ tlsKey }) => readFileSync(tlsKey, 'utf8').padEnd(4_000, '\n'));
  const { listener } = await listening(t, files);
  const becomes = (text: string) => {
    writeFileSync(files.tlsKey, text);
    utimesSync(files.tlsKey, 1_790_000_000, 1_790_000_000);
    process.emit('SIGHUP');
  };
  becomes(String(wrong));
  await until('the wrong key is told of', () => listener.health().problem === 'certificate_unusable');
  becomes(String(right));
  await until('the right one is seen', () => listener.health().state === 'ok');
  const source = { kind: 'files', cert: files.tlsCert, key: files.tlsKey } as const;
  const before = await versionOf(source);
  chmodSync(files.tlsKey, 0o640);
  t.not(await versionOf(source), before);
});

test('a certificate that cannot be read, does not fit its key or has ended is told to the administrator', async (t) => {
  const files = await certificateFiles(t, 'mx.firma.test');
  const other = await certificateFiles(t, 'other.firma.test');
  const cut = join(tempDir(t), 'chain.pem');
  writeFileSync(cut, `${readFileSync(files.tlsCert, 'utf8')}-----BEGIN CERTIFICATE-----\nMIIE0\n-----END CERTIFICATE-----\n`);
  for (const server of [
    { ...files, tlsCert: cut },
    { ...files, tlsKey: other.tlsKey },
    { ...files, tlsCert: '/nowhere/chain.pem' },
    { ...files, tlsCert: import.meta.filename },
  ]) {
    const error = await t.throwsAsync(startListener(memoryHost({ server })), { instanceOf: AppError });
    t.is(error.code, 'settings');
  }
  const ended = await certificateFiles(t, 'mx.firma.test', new Date(Date.now() - 400 * DAY_MS));
  t.is((await listening(t, ended)).listener.health().problem, 'certificate_expired');
});

test('a certificate that ends soon is announced thirty, fourteen and three days before, each once, the last time urgently', async (t) => {
  const files = await certificateFiles(t, 'mx.firma.test');
  const { expiresAt } = await loadCertificate({ kind: 'files', cert: files.tlsCert, key: files.tlsKey }, new Date());
  const clock = { daysLeft: 40 };
  const host = memoryHost({ server: files, now: () => new Date(expiresAt.getTime() - clock.daysLeft * DAY_MS) });
  const warned: unknown[] = [];
  const log = { ...host.log, warn: (event: string, facts?: object) => void warned.push([event, facts && 'days' in facts && facts.days]) };
  const listener = await startListener({ ...host, log });
  t.teardown(() => listener.stop());
  const health = async (daysLeft: number) => {
    clock.daysLeft = daysLeft;
    for (const task of host.tasks) await task(AbortSignal.timeout(1000));
    const { state, problem, isUrgent = false } = listener.health();
    return [state, problem, isUrgent];
  };
  t.deepEqual(await health(40), ['ok', null, false]);
  t.deepEqual(await health(29.5), ['ok', 'certificate_ends_soon', false]);
  t.deepEqual(await health(20), ['ok', 'certificate_ends_soon', false]);
  t.deepEqual(await health(14), ['ok', 'certificate_ends_soon', false]);
  t.deepEqual(await health(2), ['ok', 'certificate_ends_soon', true]);
  t.deepEqual(await health(-1), ['failing', 'certificate_expired', true]);
  t.deepEqual(
    warned,
    [30, 14, 3].map((days) => ['smtp_certificate_ends_soon', days]),
  );
  t.is(listener.health().detail, expiresAt.toISOString().slice(0, 10));
});

test('what is injected in plain text behind STARTTLS is dropped, whatever was said before the handshake is forgotten', async (t) => {
  const { host, listener } = await listening(t, { tlsFolder: tempDir(t) });
  const smtp = await smtpSession(t, listener.port);
  await smtp.greeting();
  await smtp.ehlo();
  await smtp.mailFrom('evil@klient.test');
  await smtp.rcptTo('biuro@firma.test');
  await smtp.startTls('NOOP\r\nRSET\r\nMAIL FROM:<evil@klient.test>\r\nRCPT TO:<biuro@firma.test>\r\n');
  await smtp.say('DATA', '503 5.5.1');
  await smtp.ehlo();
  await smtp.say('RCPT TO:<biuro@firma.test>', '503 5.5.1');
  await smtp.say('STARTTLS', '503 5.5.1');
  await smtp.say('NOOP', '250 2.0.0');
  t.is(host.kept.length, 0);
});

test('STARTTLS takes no argument', async (t) => {
  const { listener } = await listening(t, { tlsFolder: tempDir(t) });
  const smtp = await smtpSession(t, listener.port);
  await smtp.greeting();
  await smtp.ehlo();
  await smtp.say('STARTTLS now', '501 5.5.4');
});

test('a second port speaks TLS from the first byte, and its sessions count with the others', async (t) => {
  const { host, listener } = await listening(t, { tlsFolder: tempDir(t), securePort: '0', maxConnections: '2' });
  const smtp = await smtpSession(t, listener.securePort ?? 0, { secure: true });
  await smtp.greeting('220 mx.centrala.test ESMTP');
  await smtp.ehlo();
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('biuro@firma.test');
  await smtp.data(MAIL);
  t.is(host.kept[0]?.envelope['protocol'], 'ESMTPS');
  const plain = await smtpSession(t, listener.port);
  await plain.greeting();
  const third = await smtpSession(t, listener.port);
  await third.greeting('421 4.7.0');
});

/** What `openssl s_client` says; it ends when its input does. */
async function openssl(port: number, ...options: string[]): Promise<string> {
  const child = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, ...options], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  child.stdin.end('QUIT\r\n');
  await new Promise((resolve) => child.once('close', resolve));
  return said;
}

test('openssl gets TLS 1.2 and 1.3 with forward secrecy, nothing older and no weak cipher', async (t) => {
  const { listener } = await listening(t, { tlsFolder: tempDir(t), securePort: '0' });
  const starttls = ['-starttls', 'smtp'];
  t.regex(await openssl(listener.port, ...starttls, '-tls1_3'), /New, TLSv1\.3, Cipher is TLS_AES_/);
  t.regex(await openssl(listener.port, ...starttls, '-tls1_2'), /New, TLSv1\.2, Cipher is ECDHE-RSA-/);
  t.regex(await openssl(listener.securePort ?? 0), /New, TLSv1\.3, Cipher is TLS_AES_/);
  for (const weak of [
    ['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'],
    ['-tls1', '-cipher', 'ALL:@SECLEVEL=0'],
    ['-tls1_2', '-cipher', 'AES128-GCM-SHA256'],
    ['-tls1_2', '-cipher', 'ECDHE-RSA-AES128-SHA'],
  ])
    t.regex(await openssl(listener.port, ...starttls, ...weak), /Cipher is \(NONE\)/, weak.join(' '));
});

test('swaks delivers by STARTTLS and by TLS from the first byte', async (t) => {
  const { host, listener } = await listening(t, { tlsFolder: tempDir(t), securePort: '0' });
  const mail = { from: 'anna@klient.test', to: 'biuro@firma.test' };
  t.regex(await swaks({ ...mail, port: listener.port, options: ['--tls'] }), /TLS started with cipher TLSv1\.3/);
  t.regex(await swaks({ ...mail, port: listener.securePort ?? 0, options: ['--tls-on-connect'] }), /TLS started with cipher TLSv1\.3/);
  t.deepEqual(
    host.kept.map(({ envelope }) => envelope['protocol']),
    ['ESMTPS', 'ESMTPS'],
  );
});

test('a real Postfix that insists on TLS hands mail over, with every kind of line end a sendmail gives it', async (t) => {
  t.timeout(120_000);
  const { host, listener } = await listening(t, { tlsFolder: tempDir(t) });
  const postfix = await startPostfix({
    address: 'jan@klient.test',
    handsOver: { domain: 'firma.test', port: listener.port, onlyTls: true },
  });
  t.teardown(() => postfix.stop());
  for (const body of ['Dzień dobry', '.kropka na początku\n.\n..', 'x'.repeat(5000)])
    await swaks({ from: 'anna@klient.test', to: 'biuro@firma.test', port: postfix.port, body });
  await until('Postfix has handed all over', () => host.kept.length === 3, 60_000);
  t.deepEqual(new Set(host.kept.map(({ envelope }) => envelope['protocol'])), new Set(['ESMTPS']));
  t.true(host.kept.some(({ body }) => body.includes('\r\n.kropka na pocz')));
  t.true(host.kept.every(({ body }) => !/[^\r]\n|\r[^\n]/.test(body.toString('latin1'))));
});

test('without a certificate and without a folder for one the listener works in plain text', async (t) => {
  const { listener } = await listening(t, { securePort: '0' });
  const smtp = await smtpSession(t, listener.port);
  await smtp.greeting();
  t.notRegex(await smtp.ehlo(), /STARTTLS/);
  t.is(listener.securePort, null);
});
