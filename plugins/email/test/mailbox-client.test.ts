import { createServer } from 'node:net';
import test from 'ava';
import { DOVECOT_PASSWORD, type Dovecot, startDovecot } from '../../../test/support/dovecot.ts';
import { type Account, openImap } from '../mailbox/imap-client.ts';
import { imapFailureOf } from '../mailbox/imap-failure.ts';

let dovecot: Dovecot;
const never = new AbortController().signal;

test.before(async () => {
  dovecot = await startDovecot(['biuro@firma.test']);
});
test.after.always(() => dovecot.stop());

const account = (change: Partial<Account> = {}): Account => ({
  imapHost: '127.0.0.1',
  imapPort: dovecot.tlsPort,
  imapSecurity: 'tls',
  login: 'biuro@firma.test',
  password: DOVECOT_PASSWORD,
  ...change,
});

async function failing(change: Partial<Account>): Promise<{ kind: string; text: string }> {
  try {
    (await openImap(account(change), never)).close();
  } catch (error) {
    return imapFailureOf(error, account(change));
  }
  return { kind: 'none', text: '' };
}

test.serial('an account is read by TLS, by STARTTLS and, on this very machine, without either', async (t) => {
  for (const change of [
    {},
    { imapSecurity: 'starttls', imapPort: dovecot.port },
    { imapSecurity: 'none', imapPort: dovecot.port },
  ] as const) {
    dovecot.deliver('biuro@firma.test', 'From: jan@klient.test\r\nSubject: Pytanie\r\n\r\nZażółć\r\n');
    const client = await openImap(account(change), never);
    const { exists } = await client.mailboxOpen('INBOX', { readOnly: true });
    t.true(exists > 0);
    await client.logout();
  }
  t.false(dovecot.files('biuro@firma.test').some((name) => name.endsWith('S')));
});

test.serial('why an account cannot be read is told apart, and never with its password', async (t) => {
  t.like(await failing({ password: 'nie to hasło' }), { kind: 'login' });
  t.notRegex((await failing({ password: 'nie to hasło' })).text, /nie to/);
  t.like(await failing({ imapPort: 1 }), { kind: 'refused' });
  t.like(await failing({ imapHost: 'nigdzie.invalid' }), { kind: 'dns' });
  t.like(await failing({ imapPort: dovecot.port }), { kind: 'tls' });
  t.like(await failing({ imapHost: 'imap.firma.test', imapSecurity: 'none' }), { kind: 'in_clear' });
});

test('an app password that Gmail wants is a log-in that failed, whatever else it says', (t) => {
  const said = { authenticationFailed: true, serverResponseCode: 'ALERT', responseText: 'Application-specific password required' };
  t.like(imapFailureOf(Object.assign(new Error('Command failed'), said), account({})), { kind: 'login' });
});

test.serial('a server that hangs up or asks to come again is not taken for a wrong password', async (t) => {
  for (const [greeting, kind] of [
    ['* BYE [UNAVAILABLE] Try again later\r\n', 'unavailable'],
    ['* OK ready\r\n', 'cut'],
  ] as const) {
    const server = createServer((socket) => {
      socket.on('error', () => {}).on('data', () => socket.destroy());
      socket.write(greeting);
      if (greeting.includes('BYE')) socket.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    t.is((await failing({ imapPort: port, imapSecurity: 'none' })).kind, kind);
  }
});
