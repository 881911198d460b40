import { createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { startPeer } from '../../plugins/email/test/smtp-peer.ts';
import { databaseTarget } from '../support/db.ts';
import { startDovecot } from '../support/dovecot.ts';
import { freePort } from '../support/free-port.ts';
import { loggedInClient } from '../support/http-client.ts';
import { accountForm, tryMailbox, whenTried } from '../support/mailboxes.ts';
import { ADMIN, product } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const ACCOUNT = 'biuro@firma.test';
const TRYING = /hx-trigger="every 1s"/;

/** Two processes with pages over one database, and the administrator in a browser at each; null with SQLite. */
async function twoProcesses(t: ExecutionContext) {
  const target = await databaseTarget(t);
  if (target.url === null) return null;
  const shared = { ...ADMIN, CENTRALA_ROLES: 'web,imap', CENTRALA_DATA_DIR: tempDir(t), CENTRALA_DATABASE_URL: target.url };
  const begun = async () => {
    const one = await product(t, shared);
    await one.start();
    return `http://127.0.0.1:${one.httpPort}`;
  };
  const [here, there] = [await begun(), await begun()];
  const administrator = { email: ADMIN.CENTRALA_ADMIN_EMAIL, password: ADMIN.CENTRALA_ADMIN_PASSWORD };
  return { first: await loggedInClient(here, administrator), second: await loggedInClient(there, administrator) };
}

/** A server that says nothing, and hangs up at once or when it is told. */
async function speechless(t: ExecutionContext, hangsUp: boolean) {
  const about = { hangsUp, callers: new Set<Socket>() };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    about.callers.add(socket);
    if (about.hangsUp) socket.destroy();
  });
  const port = await freePort();
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  t.teardown(() => server.close());
  return { callers: about.callers, about, port };
}

test('an account that one process tries goes on on the pages of another, and what is corrected there is not undone by the older trial', async (t) => {
  const people = await twoProcesses(t);
  if (people === null) return t.pass('a SQLite file belongs to one process');
  const { first, second } = people;
  const [dovecot, peer, silent] = [await startDovecot([ACCOUNT]), await startPeer(), await speechless(t, false)];
  t.teardown(dovecot.stop);
  t.teardown(peer.stop);
  const servers = { dovecot, peer };
  const path = await tryMailbox(first, accountForm(servers, ACCOUNT, { imapPort: String(silent.port) }));
  // Whether the server is there, and to log in.
  await until('it is tried', () => silent.callers.size === 2);
  for (const page of [`${path}/state`, path]) t.regex((await second.get(page)).text, TRYING, page);
  await second.get(`${path}/account`);
  t.is(silent.callers.size, 2, 'and it is tried once');
  t.is((await second.post(`${path}/account`, accountForm(servers, ACCOUNT))).location, path);
  t.regex(await whenTried(second, path), /name="places"/);
  for (const socket of silent.callers) socket.destroy();
  await until('the older trial is over', async () => !TRYING.test((await first.get(`${path}/state`)).text));
  for (const person of [first, second]) t.regex((await person.get(path)).text, /name="places"/);
});

test('an account that failed and is tried again does not show its failure meanwhile, whichever process is asked', async (t) => {
  const people = await twoProcesses(t);
  if (people === null) return t.pass('a SQLite file belongs to one process');
  const { first, second } = people;
  const [peer, server] = [await startPeer(), await speechless(t, true)];
  t.teardown(peer.stop);
  const path = await tryMailbox(first, accountForm({ dovecot: { tlsPort: server.port }, peer }, ACCOUNT));
  await whenTried(first, path);
  t.regex(await whenTried(second, path), /class="callout/);
  server.about.hangsUp = false;
  await first.post(`${path}/trials`);
  for (const person of [first, second]) t.regex((await person.get(path)).text, TRYING);
});
