import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { installationSecret } from '../../core/boot/data-dir.ts';
import type { Console } from '../../core/cli/command.ts';
import { mailboxCheck, mailboxList } from '../../core/cli/mailbox.ts';
import { forgetOldConnections } from '../../core/inboxes/connecting/begin.ts';
import { createKeyring } from '../../core/lib/secrets.ts';
import { type SmtpPeer, startPeer } from '../../plugins/email/test/smtp-peer.ts';
import { type App, startApp } from '../support/app.ts';
import { announcingDomain } from '../support/autoconfig.ts';
import { noDns } from '../support/dns.ts';
import { DOVECOT_PASSWORD, type Dovecot, startDovecot } from '../support/dovecot.ts';
import { freePort } from '../support/free-port.ts';
import type { Answer, HttpClient } from '../support/http-client.ts';
import { accountForm, administratorOf, choosePlaces, tryMailbox, whenTried } from '../support/mailboxes.ts';
import { until } from '../support/until.ts';

interface Context {
  readonly app: App;
  readonly dovecot: Dovecot;
  readonly peer: SmtpPeer;
  readonly admin: HttpClient;
  readonly end: () => Promise<void>;
}
type T = ExecutionContext<Context>;
const test = anyTest as TestFn<Context>;
const ACCOUNTS = ['biuro', 'sklep', 'serwis', 'kadry', 'faktury', 'sprzedaz'].map((name) => `${name}@firma.test`);

test.before(async (t) => {
  // What `t` undoes it undoes when this is over; the product serves all tests of the file.
  const undo: (() => unknown)[] = [];
  const keeper = { teardown: (work: () => unknown) => void undo.push(work), log: t.log } as unknown as ExecutionContext;
  const announcing = await announcingDomain('dokument.invalid');
  const [dovecot, peer, app] = [await startDovecot(ACCOUNTS), await startPeer(), await startApp(keeper, announcing)];
  undo.unshift(dovecot.stop, peer.stop, announcing.stop);
  const end = async (): Promise<void> => {
    for (const work of undo.toReversed()) await work();
  };
  t.context = { app, dovecot, peer, admin: await administratorOf(app), end };
});
test.after.always(({ context }) => context.end?.());

const begin = (t: T, address: string, change: Record<string, string> = {}): Promise<string> =>
  tryMailbox(t.context.admin, accountForm(t.context, address, change));

async function over(t: T, path: string): Promise<Answer> {
  await whenTried(t.context.admin, path);
  const page = await t.context.admin.get(path);
  t.is(page.status, 200);
  t.false(page.text.includes(`value="${DOVECOT_PASSWORD}`));
  return page;
}

async function connected(t: T, address: string): Promise<string> {
  const path = await begin(t, address);
  await over(t, path);
  return (await choosePlaces(t.context.admin, path, ['INBOX', 'Sent'], { extent: 'all' })).replace('?new', '');
}

const has = (t: T, { text }: Answer, ...parts: readonly string[]): void => {
  for (const part of parts) t.true(text.includes(part), `${part}\n${text.slice(0, 3000)}`);
};
const isTicked = ({ text }: Answer, path: string): boolean => text.includes(`name="places" value="${path}" checked`);

test.serial('the first mailbox is connected in five steps, from its provider to a summary, and its password is on no page', async (t) => {
  const { admin, app, dovecot } = t.context;
  const [address = ''] = ACCOUNTS;
  dovecot.deliver(address, 'Subject: x\r\nFrom: jan@klient.test\r\n\r\nx\r\n');
  has(t, await admin.get('/mailboxes'), 'Dodaj pierwszą skrzynkę pocztową');
  const providers = ['Gmail', 'Office 365', 'WP poczta', 'Onet', 'O2 poczta', 'Interia', 'home.pl', 'nazwa.pl', 'OVH'];
  has(t, await admin.get('/mailboxes/new'), ...providers);
  has(t, await admin.get('/mailboxes/new/email/gmail'), 'hasła do aplikacji');
  const unknown = await admin.post('/mailboxes/new/email/other', { address, password: DOVECOT_PASSWORD });
  t.is(unknown.status, 422);
  has(t, unknown, 'Wpisz nazwę serwera IMAP', `value="${address}"`);
  t.false(unknown.text.includes(`value="${DOVECOT_PASSWORD}`));

  const path = await begin(t, address, { password: 'niedobre', name: 'Biuro' });
  const refused = await over(t, path);
  has(t, refused, 'Nie udało się: Logowanie', 'Serwer nie przyjął loginu albo hasła', 'Sprawdź pole „Hasło”', 'Authentication failed');
  has(t, await admin.get('/mailboxes'), `Podłączanie skrzynki ${address} nie zostało dokończone`, path);
  const again = await admin.get(`${path}/account`);
  t.false(again.text.includes('niedobre'));
  t.is((await admin.post(`${path}/account`, accountForm(t.context, address, { name: 'Biuro' }))).location, path);

  const places = await over(t, path);
  has(t, places, '1 wiadomość', 'Zaznacz foldery z wiadomościami odebranymi i wysłanymi');
  t.deepEqual(
    ['INBOX', 'Sent', 'Junk', 'Trash'].map((one) => isTicked(places, one)),
    [true, true, false, false],
  );
  const only = await admin.post(`${path}/places`, { places: 'INBOX', extent: 'days', days: '30' });
  t.is(only.status, 422);
  has(t, only, 'Brakuje folderu z wiadomościami odebranymi albo wysłanymi', 'Podłącz mimo to');
  has(t, await admin.post(`${path}/places`, { places: 'INBOX', extent: 'days', days: '0', incomplete: 'yes' }), 'od 1 do 36500');
  const mailbox = await choosePlaces(admin, path, ['INBOX', 'Sent'], { extent: 'days', days: '30' });
  t.regex(mailbox, /^\/mailboxes\/\d+\?new$/);
  has(t, await admin.get(mailbox), 'Skrzynka została podłączona', 'Przejdź do rozmów', 'Sent', `127.0.0.1:${dovecot.tlsPort}`);
  has(t, await admin.get('/mailboxes'), 'Biuro', address, 'Podłącz kolejną skrzynkę pocztową');
  t.is((await admin.get(path)).status, 404);
  has(t, await admin.get(mailbox.replace('mailboxes', 'inboxes')), 'Foldery i stan skrzynki');
  const { json } = await app.api('GET', '/inboxes');
  t.like((json as { items: object[] }).items[0], { name: 'Biuro', address, status: 'open', canSend: true });
});

test.serial(
  'what keeps a mailbox from being connected is said in English too, for a wrong port and for a certificate nobody vouches for',
  async (t) => {
    const { admin } = t.context;
    const [, address = ''] = ACCOUNTS;
    await admin.post('/language', { language: 'en' });
    const closed = await over(t, await begin(t, address, { imapPort: String(await freePort()) }));
    has(t, closed, 'This failed: Connecting to the servers', 'refuses connections on this port', 'Check the field “IMAP port”');
    const untrusted = await over(t, await begin(t, address, { imapHost: '::ffff:127.0.0.1' }));
    has(t, untrusted, 'This failed: Encryption', 'vouches for the server’s certificate', 'Check the field “IMAP server”');
    await admin.post('/language', { language: 'pl' });
  },
);

test.serial('a password that was typed goes along, sealed, when the form is shown again, for this session alone', async (t) => {
  const { admin, app } = t.context;
  const [, address = ''] = ACCOUNTS;
  const typedIn = ({ text }: Answer): string => /name="typed" value="([^"]+)"/.exec(text)?.[1] ?? '';
  const form = { ...accountForm(t.context, address), password: '' };
  await admin.get('/mailboxes/new/email/other');
  const shown = await admin.post('/mailboxes/new/email/other', { address, password: DOVECOT_PASSWORD, show: 'servers' });
  has(t, shown, 'zapisane – zostaw puste');
  t.false(shown.text.includes(`"${DOVECOT_PASSWORD}"`));
  t.regex(typedIn(shown), /^v1\./);
  const wrong = await admin.post('/mailboxes/new/email/other', { ...form, typed: typedIn(shown), imapPort: 'x' });
  t.is(wrong.status, 422);
  const stranger = await administratorOf(app);
  await stranger.get('/mailboxes/new/email/other');
  for (const typed of [typedIn(wrong), 'v1.x', ''])
    has(t, await stranger.post('/mailboxes/new/email/other', { ...form, typed }), 'Wpisz hasło do skrzynki');
  const trial = (await admin.post('/mailboxes/new/email/other', { ...form, typed: typedIn(wrong) })).location ?? '';
  has(t, await over(t, trial), 'INBOX');
  // The same where it is corrected.
  const again = await admin.post(`${trial}/account`, { ...form, password: 'nowe', imapPort: 'x' });
  await admin.post(`${trial}/account`, { ...form, typed: typedIn(again) });
  has(t, await over(t, trial), 'Nie udało się: Logowanie');
  await admin.post(`${trial}/removal`);
});

test.serial('servers that a domain names in its document are filled in, tried, and shown with where they are from', async (t) => {
  const { admin } = t.context;
  const typed = { address: 'jan@dokument.invalid', password: 'x' };
  await admin.get('/mailboxes/new/email/other');
  const shown = await admin.post('/mailboxes/new/email/other', { ...typed, show: 'servers' });
  has(t, shown, 'value="imap.dokument.invalid"', 'value="smtp.dokument.invalid"', 'value="587"', 'value="jan"');
  has(t, shown, 'Tak podaje dokument z autoconfig.dokument.invalid.');
  const trial = (await admin.post('/mailboxes/new/email/other', typed)).location ?? '';
  has(
    t,
    await over(t, trial),
    'Nie udało się: ',
    '<code>imap.dokument.invalid:993</code>',
    'Tak podaje dokument z autoconfig.dokument.invalid.',
  );
  const changed = await admin.post(`${trial}/account`, { ...accountForm(t.context, typed.address), imapHost: 'inny.invalid' });
  t.false((await over(t, changed.location ?? '')).text.includes('Tak podaje dokument'));
  await admin.post(`${trial}/removal`);
});

test.serial('a mailbox whose server shows no folder of sent mail is connected without it only by an explicit yes', async (t) => {
  const { admin, app } = t.context;
  const [, , address = ''] = ACCOUNTS;
  const path = await begin(t, address);
  await over(t, path);
  const row = await app.scope.db('inbox_connections').where({ address }).first();
  const without = JSON.parse(row.places).filter(({ role }: { role: string }) => role !== 'sent');
  await app.scope
    .db('inbox_connections')
    .where({ address })
    .update({ places: JSON.stringify(without) });
  has(t, await admin.get(path), 'Na serwerze nie widać folderu: Wysłane');
  t.is((await admin.post(`${path}/places`, { places: 'INBOX', extent: 'all' })).status, 422);
  t.regex((await admin.post(`${path}/places`, { places: 'INBOX', extent: 'all', incomplete: 'yes' })).location ?? '', /^\/mailboxes\/\d+/);
});

test.serial(
  'a mailbox is disconnected after a yes, keeps what it had, and goes on with the same folders when it is connected again',
  async (t) => {
    const { admin, app } = t.context;
    const [, , , address = ''] = ACCOUNTS;
    const { dovecot } = t.context;
    const mail = (subject: string, folder?: string): void =>
      dovecot.deliver(
        address,
        `From: jan@klient.test\r\nMessage-ID: <${subject}@klient.test>\r\nSubject: ${subject}\r\n\r\nTreść\r\n`,
        folder,
      );
    const here = async (): Promise<readonly string[]> =>
      (await app.scope.db('conversations').where('subject', 'like', 'sprawa-%').orderBy('subject').select('subject')).map(
        ({ subject }) => subject,
      );
    mail('sprawa-1');
    mail('sprawa-0', 'Archive');
    const mailbox = await connected(t, address);
    await until('what lay there is here', async () => (await here()).join() === 'sprawa-1');
    has(t, await admin.get(`${mailbox}/removal`), 'Tak, odepnij', 'zostaje w Centrali');
    t.is((await admin.post(`${mailbox}/removal`)).location, '/mailboxes');
    has(t, await admin.get('/mailboxes'), 'Odłączona', 'Podłącz ponownie');
    mail('sprawa-2');
    t.false((await admin.get('/conversations/new')).text.includes(address));
    t.is((await admin.post(`/mailboxes/${mailbox.split('/').at(-1)}/connections`, { to: 'nic' })).status, 400);
    const path = (await admin.post(`${mailbox}/connections`, { to: 'places' })).location ?? '';
    const places = await over(t, path);
    has(t, places, 'Bez zmian: wszystkie');
    t.true(isTicked(places, 'INBOX') && isTicked(places, 'Sent') && !isTicked(places, 'Archive'));
    t.is(await choosePlaces(admin, path, ['INBOX', 'Sent', 'Archive'], { extent: 'keep' }), `${mailbox}?new`);
    has(t, await admin.get(mailbox), 'Archive', 'Wszystkie wiadomości, bez względu na wiek');
    await until('the folder is filled', async () => (await here()).join() === 'sprawa-0,sprawa-1,sprawa-2');
    t.is((await app.scope.db('inboxes').where({ address })).length, 1);
    const twice = await admin.post('/mailboxes/new/email/other', accountForm(t.context, address));
    has(t, twice, 'jest już podłączona');
    await admin.get(`${mailbox}/removal`);
    t.is((await admin.post(`${mailbox}/removal`, { trash: 'yes' })).location, '/mailboxes');
    const left = () => app.scope.db('conversations').where('subject', 'like', 'sprawa-%').whereNull('trashed_at');
    await until('its conversations lie in the trash', async () => (await left()).length === 0);
    t.is((await here()).length, 3);
  },
);

test.serial('a new password is tried before it is stored, and a trial that a restart broke off is begun again', async (t) => {
  const { admin, app } = t.context;
  const [, , , , address = ''] = ACCOUNTS;
  const mailbox = await connected(t, address);
  const stored = () => app.scope.db('inboxes').where({ address }).first('settings');
  const before = await stored();
  const account = (await admin.post(`${mailbox}/connections`, { to: 'account' })).location ?? '';
  t.regex(account, /\/account$/);
  await admin.get(account);
  const wrong = await admin.post(account, accountForm(t.context, address, { password: 'złe hasło' }));
  has(t, await over(t, wrong.location ?? ''), 'Nie udało się: Logowanie');
  t.deepEqual(await stored(), before);
  await admin.post(account, accountForm(t.context, address));
  const path = account.replace('/account', '');
  t.true(isTicked(await over(t, path), 'Sent'));
  await app.scope.db('inbox_connections').where({ address }).update({ state: 'trying', stages: '[]', places: '[]' });
  t.true(isTicked(await over(t, path), 'INBOX'));
  t.is((await admin.post(`${path}/removal`)).location, '/mailboxes');
  t.false((await admin.get('/mailboxes')).text.includes(`skrzynki ${address} nie zostało dokończone`));
  const kept = await app.scope.db('inbox_connections').select('id');
  await begin(t, 'sam@firma.test', { password: 'x' });
  const in8Days = { ...app.scope, now: () => new Date(Date.now() + 8 * 86_400_000) };
  t.is(await forgetOldConnections(in8Days), kept.length + 1);
});

test.serial(
  'an inbox that received by SMTP becomes a mailbox of the same address, keeps its other settings, and programs see how it does',
  async (t) => {
    const { admin, app, peer } = t.context;
    const address = ACCOUNTS.at(-1) ?? '';
    const settings = { relayUrl: `smtp://127.0.0.1:${peer.port}`, senderName: 'company', spamScore: '11' };
    t.is((await app.api('POST', '/inboxes', { channel: 'email', name: 'Sprzedaż', address, settings })).status, 201);
    const path = await begin(t, address, { name: 'Dział sprzedaży' });
    has(t, await over(t, path), 'Skrzynka „Sprzedaż” z tym adresem już jest w Centrali');
    await choosePlaces(admin, path, ['INBOX', 'Sent'], { extent: 'all' });
    t.is((await app.scope.db('inboxes').where({ address })).length, 1);
    const row = await app.scope.db('inboxes').where({ address }).first();
    t.like(JSON.parse(row.settings), { route: 'mailbox', senderName: 'company', spamScore: '11' });
    t.is(row.name, 'Dział sprzedaży');
    const own = async () => {
      const { json } = await app.api('GET', '/inboxes');
      return (json as { items: { address: string; fetching: { state: string } | null }[] }).items.find((one) => one.address === address);
    };
    await until('its mail is here', async () => (await own())?.fetching?.state === 'current');
  },
);

test.serial('the command line lists the mailboxes and says each stage of a real connection to one', async (t) => {
  const { app, dovecot } = t.context;
  const [address = ''] = ACCOUNTS;
  const said: string[] = [];
  const keyring = createKeyring(installationSecret(app.dataDir, null));
  const means = () => ({ dns: noDns, server: {} });
  const open = async () => ({ scope: app.scope, keyring, means, close: async () => {} });
  const line = (text: string): void => void said.push(text);
  const console = { open, say: line, note: line } as unknown as Console;
  t.is(await mailboxList.run([], console), 0);
  t.true(
    said.some((one) => one.startsWith(`${address}\topen\t${address}\tSMTP 127.0.0.1:`)),
    said.join('\n'),
  );
  said.length = 0;
  t.is(await mailboxCheck.run([address], console), 0);
  t.deepEqual([said[0], said.at(-1)], ['ok      Finding the servers', 'ok      Outgoing server']);
  said.length = 0;
  await dovecot.stop();
  t.is(await mailboxCheck.run([address.toUpperCase()], console), 1);
  t.true(said.includes('failed  Connecting to the servers'));
  await t.throwsAsync(async () => mailboxCheck.run(['nikt@firma.test'], console), { code: 'mailbox_unknown' });
});
