import test from 'ava';
import type { Inbox } from '../../../core/plugins/contract.ts';
import { emptyTrash } from '../../../core/trash/purge.ts';
import { countTrash } from '../../../core/trash/retention.ts';
import { startApp } from '../../../test/support/app.ts';
import { memoryHost } from '../../../test/support/channel-host.ts';
import { cuttingProxy } from '../../../test/support/cutting-proxy.ts';
import { DOVECOT_PASSWORD, startDovecot } from '../../../test/support/dovecot.ts';
import { until } from '../../../test/support/until.ts';
import { openImap } from '../mailbox/imap-client.ts';
import { createRemoving } from '../mailbox/removing.ts';
import type { Mailbox } from '../mailbox/settings.ts';
import type { EmailSettings } from '../settings.ts';
import { smtpPeer } from './smtp-peer.ts';

const BIURO = 'biuro@firma.test';
const FOLDERS = ['INBOX', 'Sent'].map((path) => ({ path, role: path.toLowerCase() }));

test('what is deleted for good goes to the trash of the account where the inbox says so, with our answers to it', async (t) => {
  const dovecot = await startDovecot([BIURO], { mail_save_crlf: 'yes' });
  t.teardown(() => dovecot.stop());
  const smtp = await smtpPeer(t);
  const app = await startApp(t);
  const deliver = (from: string, n: number, id = n): void =>
    dovecot.deliver(
      BIURO,
      Buffer.from(`From: ${from}\r\nTo: ${BIURO}\r\nSubject: ${n}\r\nMessage-ID: <${id}@klient.test>\r\n\r\nDzień dobry\r\n`),
    );
  for (const [from, n] of [
    ['anna', 1],
    ['jan', 2],
    ['ewa', 3],
  ] as const)
    deliver(`${from}@klient.test`, n);
  // Some programs know but one id.
  deliver('skaner@klient.test', 5, 2);
  const settings = {
    ...{ route: 'mailbox', login: BIURO, password: DOVECOT_PASSWORD, imapHost: '127.0.0.1', imapPort: dovecot.tlsPort },
    ...{
      smtpHost: '127.0.0.1',
      smtpPort: smtp.port,
      smtpSecurity: 'none',
      smtpAuth: false,
      removeDeleted: true,
      imapFolders: JSON.stringify(FOLDERS),
    },
  };
  const made = await app.api('POST', '/inboxes', { channel: 'email', name: 'Biuro', address: BIURO, settings });
  t.is(made.status, 201);
  await until('history is here', async () => (await app.scope.db('messages')).length === 4);
  const talkWith = async (name: string): Promise<number> =>
    (
      await app.scope
        .db('conversations')
        .where({ contact_address: `${name}@klient.test` })
        .first()
    ).id;
  const deleteAll = async (...names: readonly string[]): Promise<void> => {
    for (const name of names) t.is((await app.api('PATCH', `/conversations/${await talkWith(name)}`, { trashed: true })).status, 200);
    await emptyTrash(app.scope, await countTrash(app.scope));
    await until('it is gone', async () => (await countTrash(app.scope)) === 0);
  };
  const subjects = (folder: string): readonly string[] =>
    dovecot
      .read(BIURO, folder)
      .map((one) => /^Subject: (.*)\r/m.exec(one.toString())?.[1] ?? '')
      .toSorted();
  await until('it begins', async () => (await app.scope.db('plugin_state').where('key', 'like', '%imap removed%')).length === 1);
  await app.api('POST', `/conversations/${await talkWith('jan')}/messages`, { kind: 'reply', text: 'Już sprawdzam.' });
  await until('the answer is filed', () => dovecot.files(BIURO, 'Sent').length === 1);
  await until('that it was sent is written down', async () => (await app.scope.db('deliveries').first('status')).status === 'sent');
  await deleteAll('jan');
  // The account is looked at when something comes.
  deliver('ola@klient.test', 4);
  await until('the mail and its answer are in the trash', () => subjects('Trash').length === 2);
  t.deepEqual(subjects('Trash'), ['2', 'Re: 2']);
  t.deepEqual(subjects('INBOX'), ['1', '3', '4', '5'], 'what only has the same id stays');
  await until('the new one is here', async () => (await app.scope.db('messages')).length === 4);
});

test('it begins with the moment at which it is switched on, each time, and knows where it was after a break', async (t) => {
  const dovecot = await startDovecot([BIURO]);
  t.teardown(() => dovecot.stop());
  const tombstones: { id: number; externalId: string | null; isIt: () => boolean }[] = [];
  const bury = (n: number): void => {
    dovecot.deliver(BIURO, Buffer.from(`From: a@b.test\r\nSubject: ${n}\r\nMessage-ID: <${n}@klient.test>\r\n\r\nx\r\n`));
    tombstones.push({ id: n, externalId: n % 2 === 0 ? `${n}@klient.test` : null, isIt: () => true });
  };
  const host = memoryHost<EmailSettings>({
    deleted: async (_inbox, which) =>
      'newest' in which ? tombstones.slice(-which.newest) : tombstones.filter(({ id }) => id > which.after).slice(0, which.most),
  });
  const account = {
    imapHost: '127.0.0.1',
    imapPort: dovecot.tlsPort,
    imapSecurity: 'tls',
    login: BIURO,
    password: DOVECOT_PASSWORD,
  } as const;
  const client = await openImap(account, new AbortController().signal);
  t.teardown(() => client.close());
  const work = (removeDeleted: boolean): Promise<boolean> => {
    // The first was renamed by somebody, which keeps nothing in the others.
    const folders = [{ path: 'Faktury', role: 'other' }, ...FOLDERS];
    const mailbox = { ...account, folders, removeDeleted } as unknown as Mailbox;
    return createRemoving(host, { id: 1 } as Inbox<EmailSettings>, mailbox).work(client);
  };
  const left = (): readonly string[] =>
    dovecot
      .read(BIURO)
      .map((one) => /^Subject: (.*)\r/m.exec(one.toString())?.[1] ?? '')
      .toSorted();
  bury(2);
  t.false(await work(true));
  bury(3);
  bury(4);
  t.true(await work(true));
  t.deepEqual(left(), ['2', '3'], 'the one from before, and the one without an id');
  t.false(await work(true));
  t.false(await work(false));
  bury(6);
  t.false(await work(true));
  bury(8);
  t.true(await work(true));
  t.deepEqual(left(), ['2', '3', '6']);
});

const ACL = 'acl\nprotocol imap {\n  mail_plugins = acl imap_acl\n}\nplugin {\n  acl = vfile\n}';

/** Any command. */
interface Raw {
  exec(command: string, attributes: readonly object[]): Promise<{ next(): void }>;
}

test('what the server does not let out of its folder is tried again, and holds up nothing that comes after it', async (t) => {
  const dovecot = await startDovecot([BIURO], { mail_plugins: ACL });
  t.teardown(() => dovecot.stop());
  const clock = { now: new Date() };
  const tombstones: { id: number; externalId: string | null; isIt: () => boolean }[] = [];
  const host = memoryHost<EmailSettings>({
    now: () => clock.now,
    deleted: async (_inbox, which) =>
      'newest' in which ? tombstones.slice(-which.newest) : tombstones.filter(({ id }) => id > which.after).slice(0, which.most),
  });
  const account = {
    imapHost: '127.0.0.1',
    imapPort: dovecot.tlsPort,
    imapSecurity: 'tls',
    login: BIURO,
    password: DOVECOT_PASSWORD,
  } as const;
  const client = await openImap(account, new AbortController().signal);
  t.teardown(() => client.close());
  const work = (): Promise<boolean> =>
    createRemoving(
      host,
      { id: 1 } as Inbox<EmailSettings>,
      { ...account, folders: FOLDERS, removeDeleted: true } as unknown as Mailbox,
    ).work(client);
  const allow = async (rights: string, folder = 'INBOX'): Promise<void> => {
    const attributes = [folder, 'owner', rights].map((value) => ({ type: 'ATOM', value }));
    (await (client as unknown as Raw).exec('SETACL', attributes)).next();
  };
  const bury = (id: number, folder?: string): void => {
    dovecot.deliver(BIURO, Buffer.from(`From: a@b.test\r\nMessage-ID: <${id}@klient.test>\r\n\r\nx\r\n`), folder);
    tombstones.push({ id, externalId: `${id}@klient.test`, isIt: () => true });
  };
  t.false(await work());
  await allow('lrswa');
  bury(1);
  bury(2, 'Sent');
  t.true(await work());
  t.deepEqual([dovecot.files(BIURO).length, dovecot.files(BIURO, 'Trash').length], [1, 1]);
  t.false(await work(), 'not at once');
  await allow('lrswipkxtea');
  clock.now = new Date(clock.now.getTime() + 11 * 60_000);
  t.true(await work());
  t.deepEqual([dovecot.files(BIURO).length, dovecot.files(BIURO, 'Trash').length], [0, 2]);
  t.false(await work());
  t.is(await host.state.get('imap not removed 1'), null);

  await allow('la', 'Sent');
  bury(3, 'Sent');
  t.true(await work());
  t.is(dovecot.files(BIURO, 'Sent').length, 1, 'a folder that is not opened may hold it');
  await allow('lrswipkxtea', 'Sent');
  clock.now = new Date(clock.now.getTime() + 11 * 60_000);
  t.true(await work());
  t.deepEqual([dovecot.files(BIURO, 'Sent').length, dovecot.files(BIURO, 'Trash').length], [0, 3]);
});

test('a server that hangs up over one message, twice, gets the others, and that one later', async (t) => {
  const dovecot = await startDovecot([BIURO]);
  t.teardown(() => dovecot.stop());
  const proxy = await cuttingProxy(t, dovecot.port, Number.POSITIVE_INFINITY);
  // As one does that needs minutes to look through its folder.
  const fault = { answers: (said: string) => (/ SEARCH .*<1@klient\.test>/.test(said) ? '* BYE Autologout; idle for too long\r\n' : null) };
  proxy.fail(fault);
  const clock = { now: new Date() };
  const tombstones: { id: number; externalId: string; isIt: () => boolean }[] = [];
  const host = memoryHost<EmailSettings>({
    now: () => clock.now,
    deleted: async (_inbox, which) =>
      'newest' in which ? tombstones.slice(-which.newest) : tombstones.filter(({ id }) => id > which.after).slice(0, which.most),
  });
  const account = { imapHost: '127.0.0.1', imapPort: proxy.port, imapSecurity: 'none', login: BIURO, password: DOVECOT_PASSWORD } as const;
  const mailbox = { ...account, folders: FOLDERS, removeDeleted: true } as unknown as Mailbox;
  const removing = createRemoving(host, { id: 1 } as Inbox<EmailSettings>, mailbox);
  const session = async (): Promise<boolean> => {
    const client = await openImap(account, new AbortController().signal);
    return removing.work(client).finally(() => client.close());
  };
  t.false(await session());
  for (const id of [1, 2]) {
    dovecot.deliver(BIURO, Buffer.from(`From: a@b.test\r\nMessage-ID: <${id}@klient.test>\r\n\r\nx\r\n`));
    tombstones.push({ id, externalId: `${id}@klient.test`, isIt: () => true });
  }
  await t.throwsAsync(session);
  await t.throwsAsync(session);
  t.true(await session());
  t.deepEqual([dovecot.files(BIURO).length, dovecot.files(BIURO, 'Trash').length], [1, 1]);
  t.false(await session(), 'not at once');
  proxy.fail({});
  clock.now = new Date(clock.now.getTime() + 11 * 60_000);
  t.true(await session());
  t.is(dovecot.files(BIURO, 'Trash').length, 2);
});
