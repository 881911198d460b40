import test from 'ava';
import { openImap } from '../../../plugins/email/mailbox/imap-client.ts';
import { startPeer } from '../../../plugins/email/test/smtp-peer.ts';
import { startApp } from '../../support/app.ts';
import { cuttingProxy } from '../../support/cutting-proxy.ts';
import { DOVECOT_PASSWORD, startDovecot } from '../../support/dovecot.ts';
import { figures, receivedAll, scaled } from '../../support/faults.ts';
import { accountForm, administratorOf, choosePlaces, tryMailbox, whenTried } from '../../support/mailboxes.ts';

const ACCOUNT = 'biuro@firma.test';
const BODY = 'Dzień dobry, proszę o odpowiedź. '.repeat(100);
const mail = (n: number): string =>
  `From: Klient <klient${n % 50}@klient.test>\r\nMessage-ID: <${n}@klient.test>\r\nSubject: Sprawa ${n}\r\n\r\n${BODY}\r\n`;

test('a mailbox is read whole, each mail once, while connections die, and another client marks, moves and deletes', async (t) => {
  const [before, meanwhile] = [scaled(150, 9_000), scaled(20, 1_000)];
  const [dovecot, peer] = [await startDovecot([ACCOUNT]), await startPeer()];
  t.teardown(dovecot.stop);
  t.teardown(peer.stop);
  for (let n = 0; n < before; n += 1) dovecot.deliver(ACCOUNT, mail(n));
  const proxy = await cuttingProxy(t, dovecot.port, scaled(150_000, 1_500_000));
  const app = await startApp(t);
  const admin = await administratorOf(app);
  const trial = await tryMailbox(admin, accountForm({ dovecot, peer }, ACCOUNT, { imapPort: String(proxy.port), imapSecurity: 'none' }));
  await whenTried(admin, trial);
  const path = (await choosePlaces(admin, trial, ['INBOX', 'Sent'], { extent: 'all' })).replace('?new', '');
  const { db } = app.scope;
  await receivedAll({ db }, Math.floor(before / 10));

  // What is here already may go there without being lost here, or coming twice: the newest are fetched first.
  const own = { imapHost: '127.0.0.1', imapPort: dovecot.port, imapSecurity: 'none', login: ACCOUNT, password: DOVECOT_PASSWORD } as const;
  const other = await openImap(own, new AbortController().signal);
  await other.mailboxOpen('INBOX');
  await other.messageFlagsAdd('1:*', ['\\Seen']);
  for (let n = before; n < before + meanwhile; n += 1) dovecot.deliver(ACCOUNT, mail(n));
  const all = before + meanwhile;
  await receivedAll({ db }, all);
  const part = Math.floor(all / 10);
  await other.messageFlagsAdd('1:*', ['\\Seen', '\\Flagged']);
  await other.messageMove(`1:${part}`, 'Sent');
  await other.messageDelete(`1:${part}`);
  await other.logout();
  dovecot.deliver(ACCOUNT, mail(all));
  await receivedAll({ db }, all + 1);
  await admin.post(`${path}/comparison`);

  const subjects: string[] = await db('messages').pluck('subject');
  const lost = all + 1 - new Set(subjects).size;
  const twice = subjects.length - new Set(subjects).size;
  figures(t, 'mailbox', { mails: all + 1, connectionsCut: proxy.cuts(), movedAndDeleted: 2 * part, lost, twice });
  t.deepEqual([lost, twice], [0, 0]);
  t.true(proxy.cuts() >= scaled(3, 20), `${proxy.cuts()} connections were cut`);
  t.false(/brakuje [1-9]/.test((await admin.get(path)).text.replace(/<[^>]*>/g, '')));
});
