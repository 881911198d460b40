import type { ExecutionContext } from 'ava';
import { smtpPeer } from '../../plugins/email/test/smtp-peer.ts';
import { PASSWORD } from '../support/accounts.ts';
import { startDovecot } from '../support/dovecot.ts';
import { loggedInClient } from '../support/http-client.ts';
import { accountForm, administratorOf, choosePlaces, tryMailbox, whenTried } from '../support/mailboxes.ts';
import { REGISTERED } from '../support/oauth-server.ts';
import type { Office } from '../support/office.ts';
import { until } from '../support/until.ts';

const MAIL = 'From: jan@klient.test\r\nSubject: Zapytanie\r\n\r\nDzień dobry\r\n';

/** One mailbox that is connected, one whose folders are to be chosen, one whose password is wrong; two people have one of their own. */
export async function connectSome(t: ExecutionContext<unknown>, office: Office): Promise<void> {
  const [shop, service, staff] = ['sklep@firma.test', 'serwis@firma.test', 'kadry@firma.test'] as const;
  const own = ['piotr@firma.test', 'anna@firma.test'] as const;
  const servers = { dovecot: await startDovecot([shop, service, staff, ...own]), peer: await smtpPeer(t) };
  t.teardown(servers.dovecot.stop);
  for (const folder of ['INBOX', 'Sent', 'Archive', 'Junk']) for (let n = 0; n < 9; n += 1) servers.dovecot.deliver(service, MAIL, folder);
  const admin = await administratorOf(office);
  const first = await tryMailbox(admin, accountForm(servers, shop, { name: 'Sklep' }));
  await whenTried(admin, first);
  const mailbox = (await choosePlaces(admin, first, ['INBOX', 'Sent'], { extent: 'days', days: '30' })).replace('?new', '');
  await until('the mailbox is current', async () => /is-ok/.test((await admin.get(`${mailbox}/state`)).text));
  await whenTried(admin, await tryMailbox(admin, accountForm(servers, service, { name: 'Serwis' })));
  await whenTried(admin, await tryMailbox(admin, accountForm(servers, staff, { name: 'Kadry', password: 'nie to hasło' })));
  const piotr = await loggedInClient(office.base, { email: 'piotr@firma.example', password: PASSWORD });
  for (const [at, person] of [piotr, admin].entries()) {
    servers.dovecot.deliver(own[at] ?? '', MAIL);
    const base = '/profile/mailboxes';
    const trial = await tryMailbox(person, accountForm(servers, own[at] ?? ''), base);
    await whenTried(person, trial);
    const made = (await choosePlaces(person, trial, ['INBOX', 'Sent'], { extent: 'all' })).replace('?new', '');
    await until('it is current', async () => /is-ok/.test((await person.get(`${made}/state`)).text));
  }
  for (const service of ['google', 'microsoft']) {
    await admin.get(`/oauth/${service}`);
    await admin.post(`/oauth/${service}`, { ...REGISTERED, secretExpiresOn: service === 'google' ? '' : '2028-11-30' });
  }
  // One that is logged in to in the browser, one by a code that is typed elsewhere.
  for (const [provider, address] of [
    ['gmail', 'biuro.stolarnia@gmail.com'],
    ['office365', 'zamowienia@firma.test'],
  ] as const)
    await admin.post(`/mailboxes/new/email/${provider}/login`, { address });
}
