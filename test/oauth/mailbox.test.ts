import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { SYSTEM_MAIL_JOB } from '../../core/system-mail/queue.ts';
import { addAgent, PASSWORD } from '../support/accounts.ts';
import { ADMIN } from '../support/app.ts';
import { type Answer, loggedInClient } from '../support/http-client.ts';
import {
  agreeTo,
  beginLogIn,
  hourlyWarning,
  type LogInOffice,
  leadsTo,
  logInForm,
  logInOffice,
  onlyByToken,
} from '../support/log-in-office.ts';
import { administratorOf, choosePlaces, whenTried } from '../support/mailboxes.ts';
import { REGISTERED } from '../support/oauth-server.ts';
import { until } from '../support/until.ts';

type T = ExecutionContext<LogInOffice>;
const test = anyTest as TestFn<LogInOffice>;
const [GMAIL, OFFICE, SHOP] = ['biuro@firma.test', 'handel@firma.test', 'sklep@firma.test'] as const;

test.before(async (t) => {
  t.context = await logInOffice(t, [GMAIL, OFFICE, SHOP]);
});
test.after.always(({ context }) => context.end?.());

const has = (t: T, { text }: Answer, ...parts: readonly string[]): void => {
  for (const part of parts) t.true(text.includes(part), `${part}\n${text.replace(/^[\s\S]*<main/, '').slice(0, 3000)}`);
};
const beginAt = (t: T, provider: string, address: string): Promise<string> => beginLogIn(t.context, provider, address);
const agree = (t: T, login: string): Promise<string> => agreeTo(t.context, login);

test.serial(
  'an administrator registers Centrala at a service once, copying what has to be copied, and its secret is never shown',
  async (t) => {
    const { admin, app, oauth } = t.context;
    has(
      t,
      await admin.get('/mailboxes/new/email/gmail'),
      'Żeby logować się przez Google, firma musi raz zarejestrować',
      'hasła do aplikacji',
    );
    has(t, await admin.get('/oauth'), 'Centrala nie jest tu jeszcze zarejestrowana', 'href="/oauth/google"', 'href="/oauth/microsoft"');
    has(t, await admin.get('/oauth/google'), `${app.base}/oauth/return`, 'https://mail.google.com/', 'Krok po kroku');
    has(t, await admin.get('/oauth/microsoft'), 'https://outlook.office.com/IMAP.AccessAsUser.All', 'SMTP.Send', 'offline_access');
    has(t, await admin.post('/oauth/google', { clientId: '', secretExpiresOn: 'jutro' }), 'Wklej identyfikator klienta', 'Podaj datę');
    has(t, await admin.post('/oauth/microsoft', { clientId: 'x', tenant: 'a/b' }), 'nie jest identyfikator katalogu');
    t.is((await admin.get('/oauth/yahoo')).status, 404);
    for (const service of ['google', 'microsoft']) {
      await admin.get(`/oauth/${service}`);
      t.is((await admin.post(`/oauth/${service}`, { ...REGISTERED, secretExpiresOn: '2099-03-01' })).location, '/oauth');
    }
    has(t, await admin.get('/oauth'), 'ważny do 1 mar 2099', REGISTERED.clientId);
    await admin.get('/oauth/google');
    await admin.post('/oauth/google', { clientId: REGISTERED.clientId, secretExpiresOn: '' });
    const stored = await app.scope.db('oauth_clients').where({ service: 'google' }).first();
    t.true(stored.client_secret.length > 40 && !oauth.secrets.has(stored.client_secret), 'the secret that was there stays, sealed');
    await until(
      'it is in the audit',
      async () => (await app.scope.db('audit_entries').where({ act: 'oauth_client.changed' })).length === 3,
    );
  },
);

test.serial(
  'a mailbox is connected by logging in at its provider, in the browser and without a password, and reads and sends by tokens',
  async (t) => {
    const { admin, app, dovecot, oauth, peer } = t.context;
    onlyByToken(t.context);
    dovecot.deliver(GMAIL, 'Subject: Pierwsza\r\nMessage-ID: <1@klient.test>\r\nFrom: jan@klient.test\r\n\r\nx\r\n');
    const login = await beginAt(t, 'gmail', GMAIL);
    const address = new URL(leadsTo((await admin.get(login)).text));
    t.like(Object.fromEntries(address.searchParams), {
      response_type: 'code',
      scope: 'https://mail.google.com/',
      access_type: 'offline',
      prompt: 'consent',
      code_challenge_method: 'S256',
      redirect_uri: `${app.base}/oauth/return`,
      login_hint: GMAIL,
    });
    const back = await agree(t, login);
    t.is((await (await administratorOf(app)).get(back)).location, '/mailboxes', 'another session gets nothing for it');
    t.is((await admin.get(back)).location, login);
    t.is((await admin.get(back)).location, '/mailboxes', 'it is good once');
    const connection = (await admin.get(login)).location ?? '';
    t.regex(connection, /^\/mailboxes\/connections\/\d+$/);
    await whenTried(admin, connection);
    const mailbox = (await choosePlaces(admin, connection, ['INBOX', 'Sent'], { extent: 'all' })).replace('?new', '');
    const first = await until('its mail is here', () => app.scope.db('conversations').where({ subject: 'Pierwsza' }).first());
    has(t, await admin.get(mailbox), 'przez Google');
    t.false((await app.scope.db('inboxes').where({ address: GMAIL }).first()).settings.includes('password":"v1'));
    t.is((await app.api('POST', `/conversations/${first.id}/messages`, { kind: 'reply', text: 'Już odpisuję.' })).status, 201);
    await until('it was sent', () => peer.mails.length === 1);
    t.true(peer.commands.filter((one) => one.startsWith('AUTH')).every((one) => one.startsWith('AUTH XOAUTH2 ')));
    t.regex(dovecot.log(), new RegExp(`user=<${GMAIL}>, method=XOAUTH2`));
    t.deepEqual(oauth.asked, ['authorization_code']);
  },
);

test.serial(
  'by a code that is typed elsewhere a mailbox at Microsoft is connected where the browser cannot come back, and goes on by itself',
  async (t) => {
    const { admin, app, oauth } = t.context;
    const login = await beginAt(t, 'office365', OFFICE);
    const page = await admin.get(login);
    has(t, page, 'https://microsoft.com/devicelogin', 'every 2s');
    const [, code = ''] = /id="user-code">([^<]+)</.exec(page.text) ?? [];
    t.is((await admin.get(`${login}/state`)).status, 200);
    oauth.type(code, OFFICE);
    const done = () => app.scope.db('oauth_logins').where({ state: 'done', way: 'device' }).first();
    await until('the code was noticed', async () => (await done()) !== undefined);
    t.regex((await admin.get(`${login}/state`)).location ?? '', /^\/mailboxes\/connections\/\d+$/);
    const connection = (await admin.get(login)).location ?? '';
    has(t, { text: await whenTried(admin, connection) } as Answer, 'INBOX');
    await choosePlaces(admin, connection, ['INBOX', 'Sent'], { extent: 'all' });
  },
);

test.serial('what keeps somebody from logging in is said with what to do about it', async (t) => {
  const { admin, app, oauth } = t.context;
  const refused = await beginAt(t, 'gmail', SHOP);
  oauth.feel({ denies: true });
  await admin.get(await agree(t, refused));
  has(t, await admin.get(refused), 'Dostawca nie dostał zgody', 'access_denied', 'Zaloguj jeszcze raz');
  oauth.feel({ tokens: { scope: 'openid' } });
  const again = (await admin.post(`${refused}/attempts`, { way: 'code' })).location ?? '';
  await admin.get(await agree(t, again));
  has(t, await admin.get(again), 'Brakuje uprawnienia do poczty');
  oauth.feel({ tokens: { refresh_token: undefined } });
  const third = (await admin.post(`${again}/attempts`, { way: 'code' })).location ?? '';
  await admin.get(third);
  const back = await agree(t, third);
  has(t, await admin.post(`${third}/address`, { address: 'https://example.test/?x=1' }), 'nie ma odpowiedzi od dostawcy');
  await admin.post(`${third}/address`, { address: `http://127.0.0.1${back}` });
  has(t, await admin.get(third), 'dostęp tylko na godzinę');
  oauth.feel({});
  await admin.get('/oauth/google');
  await admin.post('/oauth/google', { clientId: REGISTERED.clientId, clientSecret: 'zly-klucz' });
  const wrong = (await admin.post(`${third}/attempts`, { way: 'code' })).location ?? '';
  await admin.get(await agree(t, wrong));
  has(t, await admin.get(wrong), 'Dostawca nie przyjął klucza tajnego', 'href="/oauth/google"');
  await admin.get('/oauth/google');
  await admin.post('/oauth/google', { ...REGISTERED });
  const late = (await admin.post(`${wrong}/attempts`, { way: 'code' })).location ?? '';
  await app.scope
    .db('oauth_logins')
    .where({ state: 'waiting' })
    .update({ expires_at: new Date(0).toISOString() });
  has(t, await admin.get(late), 'Czas na zalogowanie minął');
});

test.serial(
  'a log-in that the provider does not take any more is seen in the list, and logging in again goes on where it stopped',
  async (t) => {
    const { admin, app, dovecot, oauth } = t.context;
    const { id } = await app.scope.db('inboxes').where({ address: GMAIL }).first();
    oauth.expire();
    await admin.get('/mailboxes');
    await admin.post(`/mailboxes/${id}/comparison`);
    has(t, await admin.get(`/mailboxes/${id}`), 'Porównano z serwerem');
    t.is(oauth.asked.at(-1), 'refresh_token', 'what the server refused was exchanged at once');
    oauth.feel({ refresh: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' } });
    oauth.expire();
    await app.scope
      .db('oauth_grants')
      .where({ account: GMAIL })
      .update({ access_expires_at: new Date(0).toISOString() });
    await admin.get('/mailboxes');
    await admin.post(`/mailboxes/${id}/comparison`);
    const list = await until('the list says so', async () => {
      const page = await admin.get('/mailboxes');
      return page.text.includes('Trzeba zalogować się ponownie') ? page : null;
    });
    has(t, list, 'Zaloguj ponownie');
    oauth.feel({});
    dovecot.deliver(GMAIL, 'Subject: Druga\r\nMessage-ID: <2@klient.test>\r\nFrom: jan@klient.test\r\n\r\nx\r\n');
    const login = (await admin.post(`/mailboxes/${id}/login`)).location ?? '';
    await admin.get(await agree(t, login));
    t.is((await admin.get(login)).location, `/mailboxes/${id}`);
    await until('the next mail is here', () => app.scope.db('conversations').where({ subject: 'Druga' }).first());
    t.is((await app.scope.db('conversations').where({ subject: 'Pierwsza' })).length, 1);
    t.false((await admin.get('/mailboxes')).text.includes('Trzeba zalogować się ponownie'));
  },
);

test.serial(
  'an agent logs in to a mailbox of his own, by a registration that he cannot see, and nobody else sees his log-in',
  async (t) => {
    const { admin, app } = t.context;
    await addAgent(app.scope, 'Piotr');
    const piotr = await loggedInClient(app.base, { email: 'piotr@firma.example', password: PASSWORD });
    await piotr.get('/profile/mailboxes/new/email/gmail');
    const login = (await piotr.post('/profile/mailboxes/new/email/gmail/login', logInForm(t.context, SHOP))).location ?? '';
    t.is((await admin.get(login)).status, 404);
    t.is((await admin.post(`${login}/attempts`)).status, 404);
    t.is((await piotr.get('/oauth')).status, 403);
    const back = new URL(await t.context.oauth.visit(leadsTo((await piotr.get(login)).text)));
    t.is((await piotr.get(`${back.pathname}${back.search}`)).location, login);
    const connection = (await piotr.get(login)).location ?? '';
    t.regex(connection, /^\/profile\/mailboxes\/connections\/\d+$/);
    t.true((await whenTried(piotr, connection)).includes('INBOX'));
    t.is((await admin.post(connection.replace('/profile', '').concat('/login'))).status, 404);
    const mailbox = (await choosePlaces(piotr, connection, ['INBOX', 'Sent'], { extent: 'all' })).replace('?new', '');

    // Somebody else set his password: the mailbox opens for whoever logs in to this very account.
    const lock = () => app.scope.db('folders').whereNotNull('owner_id');
    await lock().update({ locked_at: new Date().toISOString() });
    has(t, await piotr.get('/profile/mailboxes'), 'Twoja skrzynka jest zamknięta', 'Zaloguj się przez Google na konto tej skrzynki');
    t.is((await piotr.post(`${mailbox.replace(/\/(\d+)$/, '/$1/opening')}`, { password: 'cokolwiek' })).status, 422);
    for (const [account, isClosed] of [
      [GMAIL, true],
      [SHOP, false],
    ] as const) {
      const before = await app.scope.db('oauth_grants').where({ account: SHOP, state: 'granted' });
      const again = (await piotr.post(`${mailbox}/login`)).location ?? '';
      const address = new URL(leadsTo((await piotr.get(again)).text));
      address.searchParams.set('login_hint', account);
      const came = new URL(await t.context.oauth.visit(address.href));
      t.is((await piotr.get(`${came.pathname}${came.search}`)).location, again);
      const after = await app.scope.db('oauth_grants').where({ account: SHOP, state: 'granted' });
      if (account === GMAIL) {
        has(t, await piotr.get(again), `nie przyjął tego logowania dla skrzynki ${SHOP}`);
        t.deepEqual(after, before, 'tokens that work are not lost to a log-in at another account');
      } else t.notDeepEqual(after, before);
      t.is((await piotr.get('/profile/mailboxes')).text.includes('Twoja skrzynka jest zamknięta'), isClosed, account);
    }
  },
);

test.serial('30, 7 and 1 days before the client secret ends administrators get a mail that says so, each once', async (t) => {
  const { admin, app, peer } = t.context;
  const tell = await hourlyWarning(app);
  const warnings = () =>
    peer.mails
      .filter(({ data }) => /^Subject: =\?|^Subject: Firma/m.test(data.toString()) && data.toString().includes('/mailboxes'))
      .map(({ to }) => to.join());
  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  for (const days of [29, 6, 0]) {
    await admin.get('/oauth/microsoft');
    await admin.post('/oauth/microsoft', { ...REGISTERED, secretExpiresOn: day(days) });
    await tell();
    await tell();
  }
  await until('all are sent', async () => (await app.scope.db('jobs').where({ kind: SYSTEM_MAIL_JOB })).length === 0);
  t.is(warnings().length, 3);
  t.deepEqual([...new Set(warnings())], [ADMIN.email]);
  await admin.get('/oauth/microsoft');
  await admin.post('/oauth/microsoft', { ...REGISTERED, secretExpiresOn: '2099-03-01' });
});

test.serial('a registration is removed after a look at whose mailboxes log in by it, and comes back with its mailboxes', async (t) => {
  const { admin, app, oauth } = t.context;
  has(t, await admin.get('/oauth/google'), 'href="/oauth/google/removal"');
  has(t, await admin.get('/oauth/google/removal'), 'Usunąć rejestrację: Google?', GMAIL, SHOP);
  t.false((await admin.get('/oauth/google/removal')).text.includes(OFFICE));
  t.is((await admin.post('/oauth/google/removal')).location, '/oauth');
  t.is((await admin.get('/oauth/google/removal')).status, 404);
  t.false((await admin.get('/oauth/google')).text.includes('/oauth/google/removal'));
  t.deepEqual(
    (await app.scope.db('oauth_clients').select('service')).map(({ service }) => service),
    ['microsoft'],
  );
  const { id } = await app.scope.db('inboxes').where({ address: GMAIL }).first();
  await app.scope
    .db('oauth_grants')
    .where({ account: GMAIL })
    .update({ access_expires_at: new Date(0).toISOString() });
  await admin.get('/mailboxes');
  await admin.post(`/mailboxes/${id}/comparison`);
  has(t, await admin.get('/mailboxes'), 'Nie udało się porównać');
  await admin.get('/oauth/google');
  await admin.post('/oauth/google', { ...REGISTERED });
  await admin.get('/mailboxes');
  await admin.post(`/mailboxes/${id}/comparison`);
  has(t, await admin.get('/mailboxes'), 'Porównano z serwerem');
  t.is(oauth.asked.at(-1), 'refresh_token');
});

test.serial('no token, code or secret of a provider is on a page, in the log or in the database as it is', async (t) => {
  const { app, oauth, seen } = t.context;
  const ofMailboxes = ['inboxes', 'inbox_connections', 'plugin_state'];
  const tables = ['oauth_clients', 'oauth_grants', 'oauth_logins', 'events', 'audit_entries', ...ofMailboxes];
  const rows = await Promise.all(tables.map((table) => app.scope.db(table)));
  const all = [...seen, JSON.stringify(rows)];
  t.true(oauth.secrets.size > 10 && all.length > 30);
  t.deepEqual(
    [...oauth.secrets].filter((one) => all.some((text) => text.includes(one))),
    [],
  );
});
