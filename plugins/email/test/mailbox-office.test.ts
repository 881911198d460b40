import test from 'ava';
import { changeGeneral } from '../../../core/settings/general.ts';
import { startApp } from '../../../test/support/app.ts';
import { DOVECOT_PASSWORD, type Dovecot, startDovecot } from '../../../test/support/dovecot.ts';
import { until } from '../../../test/support/until.ts';
import { type SmtpPeer, smtpPeer } from './smtp-peer.ts';

const BIURO = 'biuro@firma.test';

const mail = (from: string, to: string, subject: string, head: string, body = 'Dzień dobry'): Buffer =>
  Buffer.from(`From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\n${head}\r\n${body}\r\n`);

const accountAt = ({ tlsPort }: Dovecot, { port }: SmtpPeer) => ({
  route: 'mailbox',
  login: BIURO,
  password: DOVECOT_PASSWORD,
  imapHost: '127.0.0.1',
  imapPort: tlsPort,
  smtpHost: '127.0.0.1',
  smtpPort: port,
  smtpSecurity: 'none',
  smtpAuth: false,
  imapFolders: JSON.stringify([
    { path: 'INBOX', role: 'inbox' },
    { path: 'Sent', role: 'sent' },
  ]),
});

test('an office reads an account, answers through it, and the answer lies in the folder of sent mail byte for byte', async (t) => {
  const dovecot = await startDovecot([BIURO], { mail_save_crlf: 'yes' });
  t.teardown(() => dovecot.stop());
  const smtp = await smtpPeer(t);
  const app = await startApp(t);
  await changeGeneral(app.scope, { undoSeconds: 0 });
  dovecot.deliver(BIURO, mail('anna@klient.test', BIURO, 'Stara', 'Message-ID: <1@klient.test>\r\n'));
  dovecot.deliver(
    BIURO,
    mail(BIURO, 'anna@klient.test', 'Re: Stara', 'Message-ID: <2@firma.test>\r\nReferences: <1@klient.test>\r\n'),
    'Sent',
  );
  // Windows-1250, as old programs in Poland still write.
  const polish = Buffer.from([0x5a, 0x61, 0xbf, 0xf3, 0xb3, 0xe6, 0x20, 0x67, 0xea, 0x9c, 0x6c, 0xb9]);
  const head = 'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=windows-1250\r\nContent-Transfer-Encoding: 8bit\r\n';
  dovecot.deliver(BIURO, Buffer.concat([mail('jan@klient.test', BIURO, 'Litery', head, ''), polish]));
  const settings = accountAt(dovecot, smtp);
  t.is((await app.api('POST', '/inboxes', { channel: 'email', name: 'Biuro', address: BIURO, settings })).status, 201);
  const messages = (): Promise<readonly { text: string; conversation_id: number; direction: string }[]> =>
    app.scope.db('messages').orderBy('created_at');
  await until('history is here', async () => (await messages()).length === 3);
  t.is(new Set((await messages()).map((one) => one.conversation_id)).size, 2);
  t.true((await messages()).some(({ text }) => text.includes('Zażółć gęślą')));
  t.is((await app.scope.db('notifications')).length, 0);

  dovecot.deliver(BIURO, mail('ewa@klient.test', BIURO, 'Nowa', 'Message-ID: <9@klient.test>\r\n'));
  const fresh = await until('the new one is here', async () => (await messages())[3]);
  t.is((await app.api('POST', `/conversations/${fresh.conversation_id}/messages`, { kind: 'reply', text: 'Już sprawdzam.' })).status, 201);
  await until('it was sent', () => smtp.mails.length === 1);
  await until('it was filed', () => dovecot.files(BIURO, 'Sent').length === 2);
  const copy = dovecot.read(BIURO, 'Sent').find((one) => one.includes('Re: Nowa')) ?? Buffer.alloc(0);
  t.is(copy.toString(), smtp.mails[0]?.data ?? '');
  const answered = await until('the original is marked', () => dovecot.files(BIURO).find((name) => /,.*R/.test(name)));
  t.notRegex(String(answered), /,.*S/);
  await until('our copy is known', async () => (await app.scope.db('raw_inbound').where({ status: 'duplicate' })).length === 1);
  t.is((await messages()).length, 5);
});

test('what a form of the website sends by the account itself lies in two folders there and is one question here', async (t) => {
  const dovecot = await startDovecot([BIURO], { mail_save_crlf: 'yes' });
  t.teardown(() => dovecot.stop());
  const [smtp, app] = [await smtpPeer(t), await startApp(t)];
  const settings = accountAt(dovecot, smtp);
  t.is((await app.api('POST', '/inboxes', { channel: 'email', name: 'Biuro', address: BIURO, settings })).status, 201);
  const head = 'Reply-To: anna@klient.test\r\nDate: Mon, 30 Nov 2026 10:00:00 +0100\r\nMessage-ID: <form@firma.test>\r\n';
  dovecot.deliver(BIURO, mail(BIURO, BIURO, 'Formularz', head, 'Ile kosztuje?'), 'Sent');
  dovecot.deliver(BIURO, mail(BIURO, BIURO, 'Formularz', `Received: from web by mx\r\n${head}`, 'Ile kosztuje?'));
  const settled = () => app.scope.db('raw_inbound').whereNotNull('settled_at').orderBy('status').pluck('status');
  await until('both are settled', async () => (await settled()).length === 2);
  t.deepEqual(await settled(), ['duplicate', 'received']);
  t.like(await app.scope.db('conversations').first(), { contact_address: 'anna@klient.test', status: 'open' });
  t.not((await app.scope.db('conversations').first())?.waiting_since, null);
});
