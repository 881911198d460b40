import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import type { Place, Stage } from '../../../../core/plugins/contract.ts';
import { memoryHost } from '../../../../test/support/channel-host.ts';
import { COURIER_PASSWORD, type Courier, startCourier } from '../../../../test/support/courier.ts';
import { cuttingProxy } from '../../../../test/support/cutting-proxy.ts';
import { noDns, noTokens } from '../../../../test/support/dns.ts';
import { until } from '../../../../test/support/until.ts';
import { openImap } from '../../mailbox/imap-client.ts';
import { tryAccount } from '../../mailbox/try-out.ts';
import { readEmailSettings } from '../../settings.ts';
import { ACCOUNT_ID, accountAt, mail } from '../account.ts';
import { outbound } from '../messages.ts';
import { startPeer } from '../smtp-peer.ts';

const [ADDRESS, OTHER] = ['biuro@firma.test', 'info@firma.test'];
const SENT = 'INBOX.Wysłane';
const FOLDERS = [
  { path: 'INBOX', role: 'inbox' },
  { path: SENT, role: 'sent' },
];
let courier: Courier;

test.before(async () => {
  courier = await startCourier([ADDRESS, OTHER]);
  for (const login of [ADDRESS, OTHER]) {
    const account = { imapHost: '127.0.0.1', imapPort: courier.port, imapSecurity: 'none', login, password: COURIER_PASSWORD } as const;
    const client = await openImap(account, AbortSignal.timeout(10_000));
    for (const folder of ['Wysłane', 'Kosz']) await client.mailboxCreate(folder);
    await client.logout();
  }
});
test.after.always(() => courier?.stop());

test.serial(
  'an account at Courier is connected with its folders, which are below the inbox, and the one of sent mail is known by its name',
  async (t) => {
    const peer = await startPeer();
    t.teardown(peer.stop);
    courier.deliver(OTHER, mail('pierwszy'));
    const trial = async (password: string) => {
      const stages: Stage[] = [];
      const own = { login: OTHER, password, imapHost: '127.0.0.1', imapPort: courier.port, imapSecurity: 'none' };
      const settings = readEmailSettings({
        route: 'mailbox',
        ...own,
        smtpHost: '127.0.0.1',
        smtpPort: peer.port,
        smtpSecurity: 'starttls',
      });
      const inbox = { id: ACCOUNT_ID, name: 'Info', address: OTHER, settings };
      const found = await tryAccount(inbox, AbortSignal.timeout(20_000), { dns: noDns, accessToken: noTokens, server: {} }, (stage) =>
        stages.push(stage),
      );
      return { places: found?.places ?? [], failed: stages.find(({ state }) => state === 'failed') };
    };
    const { places, failed } = await trial(COURIER_PASSWORD);
    t.is(failed, undefined);
    const known = (path: string): Place | undefined => places.find((place) => place.path === path);
    t.like(known('INBOX'), { role: 'inbox', messages: 1 });
    t.like(known(SENT), { name: 'Wysłane', role: 'sent', messages: 0 });
    t.like(known('INBOX.Kosz'), { role: 'trash' });
    t.like((await trial('nie to')).failed, { key: 'login', problem: 'account_login' });
  },
);

test.serial(
  'at Courier, too, every mail arrives once: old, new and sent, through broken connections, marks, moves and new numbers',
  async (t) => {
    const message = outbound({ messageId: 7 as never, externalId: 'odp@firma.test', inReplyTo: 'pyt@klient.test' });
    const host = memoryHost({ sent: async () => message });
    const proxy = await cuttingProxy(t, courier.port, 120_000);
    const place = { login: ADDRESS, password: COURIER_PASSWORD, folders: FOLDERS };
    const { start, subjects } = accountAt(t, { port: proxy.port, ...place }, { host });
    const other = await accountAt(t, { port: courier.port, ...place }).other();
    t.teardown(() => other.close());
    for (let n = 0; n < 60; n += 1) courier.deliver(ADDRESS, mail(`stary ${n}`, 'x'.repeat(4000)));
    courier.deliver(ADDRESS, mail('pytanie', 'x', 'Message-ID: <pyt@klient.test>\r\n'));
    await other.append(SENT, mail('wysłany z telefonu'), ['\\Seen']);
    const first = await start();
    await first.current(62);
    t.true(proxy.cuts() > 1);
    proxy.lastFor(Infinity);
    t.false(courier.files(ADDRESS).some((name) => /,[A-Z]*S/.test(name)));

    courier.deliver(ADDRESS, mail('nowy'));
    await until('the new one is here', () => subjects().includes('nowy'));
    const accepted = [{ deliveryId: 1 as never, outcome: { state: 'accepted' as const, reply: '250' } }];
    await first.accounts.sent(ACCOUNT_ID, message, accepted);
    await until('the answer is filed', () => courier.files(ADDRESS, SENT).length === 2);
    await until('the question is marked', () => courier.files(ADDRESS).some((name) => /,[A-Z]*R/.test(name)));
    // The copy is fetched like all else: core knows it by its id.
    await until('the copy is here', () => host.kept.length === 64);
    await other.append(SENT, mail('odpowiedź z telefonu'), ['\\Seen']);
    await until('the answer from elsewhere is here at once', () => subjects().includes('odpowiedź z telefonu'));

    await other.mailboxOpen('INBOX');
    await other.messageFlagsAdd('1:*', ['\\Seen']);
    await other.messageMove('1:20', 'INBOX.Kosz');
    await other.messageDelete('1:20');
    await other.mailboxClose();
    courier.deliver(ADDRESS, mail('ostatni'));
    await until('the last is here', () => subjects().includes('ostatni'));
    t.is(host.kept.length, 66);
    await first.accounts.stop();

    // Numbers are made of the seconds of the clock.
    await wait(1100);
    courier.renumber(ADDRESS);
    courier.deliver(ADDRESS, mail('po zmianie numerów'));
    const second = await start();
    await until('all is read again', () => subjects().includes('po zmianie numerów') && second.health()?.state === 'current');
    // Core knows by its bytes what comes again.
    const inbox = new Set(host.kept.filter(({ envelope }) => envelope['folder'] === 'INBOX').map(({ body }) => body.toString()));
    t.is(inbox.size, 64);
    t.is(new Set(host.kept.map(({ envelope: { folder, uid, uidValidity } }) => `${folder} ${uidValidity} ${uid}`)).size, host.kept.length);
  },
);
