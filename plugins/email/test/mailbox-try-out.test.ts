import { createServer } from 'node:net';
import anyTest, { type TestFn } from 'ava';
import type { InboxId } from '../../../core/lib/ids.ts';
import type { Place, Stage } from '../../../core/plugins/contract.ts';
import { noDns, noTokens } from '../../../test/support/dns.ts';
import { DOVECOT_PASSWORD, type Dovecot, startDovecot } from '../../../test/support/dovecot.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { CONNECTING } from '../mailbox/connecting.ts';
import { roleByName } from '../mailbox/places.ts';
import { tryAccount } from '../mailbox/try-out.ts';
import { checkRoute } from '../outbound/check.ts';
import { readEmailSettings } from '../settings.ts';
import { smtpPeer, startPeer } from './smtp-peer.ts';

const test = anyTest as TestFn<{ dovecot: Dovecot; smtpPort: number; stop: () => Promise<void> }>;
const ADDRESS = 'biuro@firma.test';
const MEANS = { dns: noDns, accessToken: noTokens, server: {} };

test.before(async (t) => {
  const peer = await startPeer();
  const dovecot = await startDovecot([ADDRESS]);
  dovecot.deliver(ADDRESS, 'Subject: x\r\n\r\nx\r\n');
  t.context = { dovecot, smtpPort: peer.port, stop: peer.stop };
});
test.after.always(async ({ context }) => {
  await context.stop?.();
  await context.dovecot?.stop();
});

interface Outcome {
  readonly places: readonly Place[] | null;
  /** `key state`, in order. */
  readonly told: readonly string[];
  readonly failed: Extract<Stage, { state: 'failed' }> | null;
}

async function attempt({ dovecot, smtpPort }: { dovecot: Dovecot; smtpPort: number }, change: object = {}, ms = 10_000): Promise<Outcome> {
  const account = { login: ADDRESS, password: DOVECOT_PASSWORD, imapHost: '127.0.0.1', smtpHost: '127.0.0.1', smtpPort };
  const settings = readEmailSettings({ route: 'mailbox', ...account, imapPort: dovecot.tlsPort, smtpSecurity: 'starttls', ...change });
  const stages: Stage[] = [];
  const inbox = { id: 0 as InboxId, name: 'Biuro', address: ADDRESS, settings };
  const found = await tryAccount(inbox, AbortSignal.timeout(ms), MEANS, (stage) => stages.push(stage));
  return {
    places: found?.places ?? null,
    told: stages.map(({ key, state }) => `${key} ${state}`),
    failed: stages.find((stage) => stage.state === 'failed') ?? null,
  };
}

// Alone: while several look into a folder for the first time Dovecot tells some of them that it is empty.
test.serial(
  'an account that works tells every stage and ends with its folders, what each is for and how many messages it holds',
  async (t) => {
    const { places, told } = await attempt(t.context);
    for (const key of CONNECTING.stages) t.true(told.includes(`${key} ok`), key);
    t.like(
      places?.find(({ path }) => path === 'INBOX'),
      { role: 'inbox', messages: 1 },
    );
    t.like(
      places?.find(({ path }) => path === 'Sent'),
      { role: 'sent', messages: 0 },
    );
    t.is(places?.find(({ path }) => path === 'Junk')?.role, 'spam');
    const starttls = await attempt(t.context, { imapPort: t.context.dovecot.port, imapSecurity: 'starttls' });
    t.is(starttls.places?.length, places?.length);
  },
);

test('the folders of an account are known by name where the server says nothing', (t) => {
  const roles = {
    Wysłane: 'sent',
    'Elementy wysłane': 'sent',
    Kosz: 'trash',
    SPAM: 'spam',
    'Kopie robocze': 'drafts',
    'Gesendete Objekte': 'sent',
  };
  for (const [name, role] of Object.entries(roles)) t.is(roleByName(name), role as never, name);
  t.is(roleByName('Wysłane do klientów'), 'other');
});

test('an account that does not work is stopped at the stage that failed, at its field, with advice and without the password', async (t) => {
  const closed = await freePort();
  const wrong = 'całkiem złe hasło';
  const cases: readonly (readonly [object, string, string | null, string])[] = [
    [{ imapHost: 'nie-ma.invalid' }, 'dns', 'imapHost', 'account_dns'],
    [{ smtpHost: 'nie-ma.invalid' }, 'dns', 'smtpHost', 'account_dns'],
    [{ imapPort: closed }, 'tcp', 'imapPort', 'account_refused'],
    [{ smtpPort: closed }, 'tcp', 'smtpPort', 'account_refused'],
    [{ imapPort: t.context.dovecot.port }, 'tls', 'imapSecurity', 'account_tls'],
    // Reaches this machine by a name under which certificates are looked at.
    [{ imapHost: '::ffff:127.0.0.1' }, 'tls', 'imapHost', 'account_certificate_unknown'],
    [{ imapHost: '::ffff:127.0.0.1', imapSecurity: 'none' }, 'login', 'imapSecurity', 'account_in_clear'],
    [{ password: wrong }, 'login', 'password', 'account_login'],
    [{ smtpSecurity: 'tls' }, 'smtp', 'smtpSecurity', 'account_tls'],
  ];
  for (const [change, key, field, problem] of cases) {
    const { places, failed } = await attempt(t.context, change);
    t.is(places, null);
    t.like(failed, { key, field, problem }, JSON.stringify(failed));
    t.false(failed?.detail?.includes(wrong) ?? false);
  }
});

test('an outgoing server that refuses the log-in, and a server that says nothing, are told apart', async (t) => {
  const refusing = await smtpPeer(t, { AUTH: (argument) => `535 5.7.8 no ${argument}` });
  const { failed } = await attempt(t.context, { smtpPort: refusing.port });
  t.like(failed, { key: 'smtp', field: 'password', problem: 'account_login' });
  t.false(failed?.detail?.includes(Buffer.from(`\0${ADDRESS}\0${DOVECOT_PASSWORD}`).toString('base64')) ?? true);
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.teardown(() => silent.close());
  const address = silent.address();
  const { failed: late } = await attempt(t.context, { imapPort: typeof address === 'object' ? address?.port : 0 }, 1000);
  t.like(late, { key: 'tls', field: 'imapPort', problem: 'account_timeout' });
});

test('the form of an inbox that is an account names the same field', async (t) => {
  const { dovecot, smtpPort } = t.context;
  const account = { route: 'mailbox', login: ADDRESS, password: DOVECOT_PASSWORD, imapHost: '127.0.0.1', smtpHost: '127.0.0.1' };
  const check = (change: object) => {
    const settings = readEmailSettings({ ...account, imapPort: dovecot.tlsPort, smtpPort, smtpSecurity: 'starttls', ...change });
    return checkRoute({ id: 1 as InboxId, name: 'Biuro', address: ADDRESS, settings }, AbortSignal.timeout(10_000), MEANS);
  };
  t.deepEqual(await check({}), { ok: true });
  t.like(await check({ password: 'złe' }), { ok: false, field: 'password', problem: 'account_login' });
});

test('the places that are chosen are those that the settings read', (t) => {
  const since = new Date('2026-10-28T00:00:00Z');
  const places = [{ path: 'INBOX', role: 'inbox' as const }];
  const account = { route: 'mailbox', login: 'x', password: 'x', imapHost: 'imap.firma.test', smtpHost: 'smtp.firma.test' };
  const settings = readEmailSettings({ ...account, ...CONNECTING.choose({ places, since }) });
  t.deepEqual(CONNECTING.chosen(settings), { places, since });
  t.deepEqual(CONNECTING.account(settings)?.servers[1], { name: 'IMAP', address: 'imap.firma.test:993' });
  t.is(CONNECTING.account(readEmailSettings({ route: 'direct' })), null);
});
