import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Authentication } from '../../core/lib/authentication.ts';
import { DKIM_RECORD, SELECTOR, signed } from '../../plugins/email/test/signed.ts';
import { startDns } from '../support/dns.ts';
import { freePort } from '../support/free-port.ts';
import { BIURO, officeFor } from '../support/office.ts';
import { startPostfix } from '../support/postfix.ts';
import { deliver, smtpSession } from '../support/smtp-client.ts';
import { until } from '../support/until.ts';

const ZONES = {
  'wp.test': { txt: ['v=spf1 ip4:192.0.2.10 -all'] },
  '_dmarc.wp.test': { txt: ['v=DMARC1; p=reject'] },
  [`${SELECTOR}._domainkey.wp.test`]: { txt: [DKIM_RECORD] },
};
const MAIL = `From: Anna <anna@wp.test>\r\nTo: ${BIURO}\r\nSubject: Pytanie\r\nMessage-ID: <1@wp.test>\r\nDate: Thu, 26 Nov 2026 10:00:00 +0100\r\n\r\nDzien dobry\r\n`;

async function office(t: ExecutionContext, env: Readonly<Record<string, string>> = {}) {
  const dns = await startDns(ZONES);
  t.teardown(() => dns.stop());
  const made = await officeFor(t, { env: { CENTRALA_DNS_SERVERS: dns.server, ...env } });
  const found = async (n: number): Promise<readonly Authentication[]> => {
    const rows = await until(
      'the mails are received',
      async () => {
        const received: { authentication: string }[] = await made.scope
          .db('raw_inbound')
          .whereIn('status', ['received', 'spam'])
          .orderBy('id');
        return received.length === n ? received : null;
      },
      60_000,
    );
    return rows.map(({ authentication }) => JSON.parse(authentication));
  };
  return { ...made, found };
}

test('a mail that came through a Postfix of ours is judged by the machine that handed it to Postfix', async (t) => {
  const smtpPort = await freePort();
  const { found } = await office(t, { CENTRALA_SMTP_PORT: String(smtpPort) });
  const postfix = await startPostfix({ address: 'jan@klient.test', handsOver: { domain: 'firma.test', port: smtpPort } });
  t.teardown(() => postfix.stop());
  const through = async (ip: string, message: string) => {
    const smtp = await smtpSession(t, postfix.port);
    await smtp.greeting();
    await smtp.ehlo();
    await smtp.say(`XCLIENT ADDR=${ip} NAME=[UNAVAILABLE] HELO=mx.wp.test`, '220');
    await smtp.ehlo();
    await smtp.mailFrom('anna@wp.test');
    await smtp.rcptTo(BIURO);
    await smtp.data(message, '250 ');
    await smtp.quit();
  };
  await through('192.0.2.10', await signed(MAIL, 'wp.test'));
  const [good] = await found(1);
  t.like(good, { origin: 'outside', ip: '192.0.2.10', spf: { result: 'pass' }, dmarc: { result: 'pass' }, pretences: [] });
  t.deepEqual(good?.dkim, [{ result: 'pass', domain: 'wp.test', selector: SELECTOR, aligned: true }]);
  await through('198.51.100.66', MAIL.replace('<1@', '<2@'));
  const [, forged] = await found(2);
  t.like(forged, { ip: '198.51.100.66', spf: { result: 'fail' }, dmarc: { result: 'fail', policy: 'reject' }, pretences: ['dmarc'] });
});

test('a mail written on this very machine is neither confirmed nor suspected', async (t) => {
  const { found, smtpPort } = await office(t);
  await deliver(t, smtpPort, { from: 'anna@wp.test', to: [BIURO], message: MAIL });
  const [own] = await found(1);
  t.like(own, { origin: 'own', spf: null, dmarc: null, fromDomain: 'wp.test', pretences: [] });
});

test('without DNS mail comes in all the same, unconfirmed', async (t) => {
  const { found, smtpPort } = await office(t, { CENTRALA_DNS_SERVERS: '127.0.0.1:1' });
  await deliver(t, smtpPort, { from: 'anna@wp.test', to: [BIURO], message: await signed(MAIL, 'wp.test') });
  const [unknown] = await found(1);
  t.like(unknown, { dkim: [{ result: 'temperror' }], dmarc: { result: 'temperror' }, pretences: [] });
});

const handedOver = (ip: string, message: string): string =>
  `Received: from mx.wp.test (mx.wp.test [${ip}])\r\n by mx.firma.test (Postfix) with ESMTP id 1; Thu, 26 Nov 2026 10:00:00 +0100\r\n${message}`;

/** More than the check holds in memory. */
const LONG = `${'x'.repeat(80)}\r\n`.repeat(5000);
const STRICT = 'sklep@firma.test';

/** An inbox that refuses what the domain of the sender disowns. */
async function strictInbox(api: Awaited<ReturnType<typeof office>>['api']): Promise<number> {
  const { status, json } = await api('POST', '/inboxes', {
    channel: 'email',
    name: 'Sklep',
    address: STRICT,
    settings: { onDmarcFail: 'refuse' },
  });
  if (status !== 201) throw new Error(JSON.stringify(json));
  return (json as { id: number }).id;
}

test('an inbox that refuses disowned mail does so before keeping it, counts it, and takes everything else', async (t) => {
  const { api, smtpPort, scope, found, dataDir } = await office(t);
  const inboxId = await strictInbox(api);

  const forged = handedOver('198.51.100.66', MAIL);
  await deliver(t, smtpPort, { from: 'x@evil.test', to: [BIURO], message: forged });
  await found(1);
  const smtp = await smtpSession(t, smtpPort);
  await smtp.greeting();
  await smtp.ehlo();
  for (const message of [forged, forged + LONG]) {
    await smtp.mailFrom('x@evil.test');
    await smtp.rcptTo(STRICT);
    await smtp.data(message, '550 5.7.1 wp.test asks to refuse');
  }
  await smtp.mailFrom('anna@wp.test');
  await smtp.rcptTo(STRICT);
  await smtp.data(handedOver('192.0.2.10', await signed(MAIL, 'wp.test')));
  await smtp.mailFrom('ktos@nieznany.test');
  await smtp.rcptTo(STRICT);
  await smtp.data(handedOver('198.51.100.66', MAIL.replaceAll('wp.test', 'nieznany.test')));

  // One of two inboxes does not refuse: nothing may be lost, so both get it, one tagged, the strict one in its spam.
  await smtp.mailFrom('x@evil.test');
  await smtp.rcptTo(STRICT);
  await smtp.rcptTo(BIURO);
  await smtp.data(forged.replace('<1@', '<3@'));

  const results = (await found(5)).map(({ dmarc }) => dmarc?.result);
  t.deepEqual(results, ['fail', 'pass', 'none', 'fail', 'fail']);
  t.is((await scope.db('raw_inbound')).length, 5, 'nothing of the refused ones is kept');
  const became = await scope.db('raw_inbound').orderBy('id').select('inbox_id', 'status');
  t.deepEqual(
    became
      .slice(-2)
      .map((row) => [row.inbox_id === inboxId, row.status])
      .toSorted(),
    [
      [false, 'received'],
      [true, 'spam'],
    ],
  );
  t.true(became.slice(0, 3).every(({ status }) => status === 'received'));
  const refused = await until('both refusals are counted', () => scope.db('refusals').where('n', 2).first());
  t.like(refused, { reason: 'dmarc', sender_domain: 'wp.test', inbox_id: inboxId });
  t.deepEqual(readdirSync(join(dataDir, 'checking')), []);
});

test('an inbox that refuses disowned mail takes what cannot be checked', async (t) => {
  const { api, smtpPort, scope, found } = await office(t, { CENTRALA_DNS_SERVERS: '127.0.0.1:1' });
  await strictInbox(api);
  await deliver(t, smtpPort, { from: 'x@evil.test', to: [BIURO], message: MAIL });
  await found(1);
  await deliver(t, smtpPort, { from: 'x@evil.test', to: [STRICT], message: handedOver('198.51.100.66', MAIL) });
  t.is((await found(2))[1]?.dmarc?.result, 'temperror');
  t.is((await scope.db('refusals')).length, 0);
});
