import test, { type ExecutionContext } from 'ava';
import type { Log } from '../../../core/lib/log.ts';
import { memoryHost } from '../../../test/support/channel-host.ts';
import { DOVECOT_PASSWORD, type Dovecot, startDovecot } from '../../../test/support/dovecot.ts';
import { until } from '../../../test/support/until.ts';
import { cursorsOf } from '../mailbox/cursor.ts';
import { createPolling } from '../mailbox/polling.ts';
import { ACCOUNT_ID, accountAt, mail } from './account.ts';

const [BUSY, ASKED] = ['biuro@firma.test', 'info@firma.test'];
const NARROW = ['jeden@firma.test', 'dwa@firma.test'] as const;
const FOLDERS = [
  { path: 'INBOX', role: 'inbox' },
  { path: 'Sent', role: 'sent' },
  { path: 'Archive', role: 'archive' },
] as const;
let dovecot: Dovecot;

test.before(async () => {
  dovecot = await startDovecot([BUSY, ASKED]);
});
test.after.always(() => dovecot.stop());

/** A server that lets somebody in so often at once. */
async function narrow(t: ExecutionContext<unknown>, connections: number): Promise<Dovecot> {
  const server = await startDovecot(NARROW, { mail_max_userip_connections: String(connections) });
  t.teardown(server.stop);
  return server;
}

const refusalsIn = (server: Dovecot): number => server.log().split('Maximum number of connections').length - 1;

test('what comes into other folders than the inbox is here at once, not with the next look after a minute', async (t) => {
  const { start, subjects, other } = accountAt(t, { port: dovecot.port, login: BUSY, password: DOVECOT_PASSWORD, folders: FOLDERS });
  const phone = await other();
  t.teardown(() => phone.close());
  await phone.append('Sent', mail('przedtem'));
  const { current, health } = await start();
  await current(1);
  for (const [folder, subject] of [
    ['Sent', 'odpowiedź z telefonu'],
    ['Archive', 'odłożone'],
    ['INBOX', 'nowe'],
    ['Sent', 'jeszcze jedna'],
  ] as const) {
    await phone.append(folder, mail(subject));
    await until(`"${subject}" is here`, () => subjects().includes(subject));
  }
  t.is(subjects().length, 5);
  t.like(health(), { state: 'current', problem: null });
});

test('a server that wants no second connection is asked for one once, and its mail is read by the first', async (t) => {
  const server = await narrow(t, 1);
  const said: string[] = [];
  const note = (event: string, facts: object = {}): void => void said.push(`${event} ${JSON.stringify(facts)}`);
  const log: Log = { info: note, warn: note, error: note };
  const [login] = NARROW;
  const place = { port: server.port, login, password: DOVECOT_PASSWORD, folders: FOLDERS };
  const { start, subjects } = accountAt(t, place, { host: { ...memoryHost(), log } });
  server.deliver(login, mail('jest'));
  const { current, health } = await start();
  await current(1);
  await until('it gives way', () => said.length > 0);
  for (const subject of ['a', 'b', 'c']) {
    server.deliver(login, mail(subject));
    await until(`"${subject}" is here`, () => subjects().includes(subject));
  }
  t.is(refusalsIn(server), 1);
  t.deepEqual([...new Set(said)], [`mailbox_fewer_connections ${JSON.stringify({ inboxId: ACCOUNT_ID, connections: 1 })}`]);
  t.like(health(), { state: 'current', problem: null, failingSince: null });
});

test('so many connections as are set are made, and one of them makes room for somebody else of ours', async (t) => {
  const server = await narrow(t, 2);
  const [, login] = NARROW;
  const place = { port: server.port, login, password: DOVECOT_PASSWORD, folders: FOLDERS };
  const { start, subjects, other } = accountAt(t, place);
  const { current, accounts } = await start({ imapConnections: '2' });
  await current(0);
  server.deliver(login, mail('wysłany'), 'Sent');
  await until('the second one listens', () => subjects().includes('wysłany'));
  await t.throwsAsync(other);
  const release = accounts.makeRoom(ACCOUNT_ID);
  const guest = await until('there is room', () => other().catch(() => null));
  guest.close();
  release();
  server.deliver(login, mail('drugi'), 'Sent');
  await until('it listens again', () => subjects().includes('drugi'));
});

test('folders without news are known by their numbers, whatever was marked or moved is looked at, and all are opened now and then', async (t) => {
  const host = memoryHost();
  const cursors = cursorsOf(host.state, ACCOUNT_ID, { login: ASKED, imapHost: '127.0.0.1' });
  const { other } = accountAt(t, { port: dovecot.port, login: ASKED, password: DOVECOT_PASSWORD }, { host });
  const [client, phone] = [await other(), await other()];
  t.teardown(() => {
    client.close();
    phone.close();
  });
  const folders = [...FOLDERS.slice(1), { path: 'Nie ma', role: 'other' }] as const;
  const places = folders.slice(0, 2);
  for (const { path } of places) {
    await phone.append(path, mail('stary'));
    const { uidValidity, uidNext } = await phone.mailboxOpen(path);
    const cursor = { uidValidity: String(uidValidity), connectedAt: new Date().toISOString(), first: 0, high: uidNext - 1, below: 1 };
    await cursors.save(path, { ...cursor, since: null, kept: [], fetched: 1, total: 1 });
  }
  await phone.mailboxOpen('INBOX');
  const poll = createPolling(client, cursors, folders);
  const looked = async (): Promise<string> => (await poll()).map(({ path }) => path).join();
  t.is(await looked(), 'Nie ma');
  await phone.append('Sent', mail('nowy'));
  t.is(await looked(), 'Sent,Nie ma');
  t.is(await looked(), 'Sent,Nie ma', 'as long as it was not fetched');
  await phone.mailboxOpen('Archive');
  await phone.messageFlagsAdd('1', ['\\Flagged']);
  await phone.mailboxClose();
  t.is(await looked(), 'Sent,Archive,Nie ma');
  for (let look = 5; look < 10; look += 1) t.is(await looked(), 'Sent,Nie ma', `${look}`);
  t.is(await looked(), 'Sent,Archive,Nie ma', 'each tenth time');

  // By a command for each folder, as servers without LIST-STATUS are asked.
  const alone = createPolling(client, cursors, places.slice(1));
  t.deepEqual(await alone(), []);
  await phone.append('Archive', mail('nowy'));
  t.is((await alone()).length, 1);
});
