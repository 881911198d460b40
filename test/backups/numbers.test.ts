import { join } from 'node:path';
import test from 'ava';
import { centralaCommand } from '../support/cli.ts';
import { databaseUrl, newMachine, running } from '../support/machines.ts';
import { BIURO, officeFor } from '../support/office.ts';
import { deliver } from '../support/smtp-client.ts';
import { until } from '../support/until.ts';

test('a number that was given after the backup is given to nothing else: what comes back for it is about nobody else’s mail', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Przed kopią' });
  const here = centralaCommand(office.dataDir, { url: databaseUrl(office), file: '' });
  t.is((await here(['backup'])).code, 0);

  await office.mail({ from: 'ola@klient.test', subject: 'Po kopii' });
  const lost = await until('it is a conversation', () => office.scope.db('conversations').where({ subject: 'Po kopii' }).first());
  const answer = { kind: 'reply', text: 'Już wysyłamy.' };
  t.is((await office.api('POST', `/conversations/${lost.id}/messages`, answer)).status, 201);
  const sent = await until('the answer left', () => office.relay.mails[0]);
  t.regex(sent.from, /\+b\.d\d+-/, 'what comes back names the delivery by its number');

  const machine = await newMachine(t, join(office.dataDir, 'backups'));
  t.is((await machine.cli(['restore', 'latest', '--key-file', join(office.dataDir, 'backup.key')])).code, 0);
  const copy = await running(t, machine);
  const [before] = await copy.scope.db('conversations');
  t.is((await copy.api('GET', `/conversations/${lost.id}`)).status, 404);
  t.is((await copy.api('POST', `/conversations/${before.id}/messages`, answer)).status, 201);
  const delivery = await until('it was sent', () => copy.scope.db('deliveries').where({ status: 'sent' }).first());

  const report = [
    'From: MAILER-DAEMON@klient.test',
    `To: ${sent.from}`,
    'Subject: Undelivered',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'It did not arrive.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; klient.test',
    '',
    'Final-Recipient: rfc822; ola@klient.test',
    'Action: failed',
    'Status: 5.1.1',
    '',
    '--b--',
    '',
  ].join('\r\n');
  const kept = /kept as (\w+)/.exec(await deliver(t, copy.smtpPort, { from: '', to: [sent.from], message: report }))?.[1] ?? '';
  const settled = await until('the report is dealt with', () =>
    copy.scope.db('raw_inbound').where({ spool_id: kept }).whereNotNull('settled_at').first(),
  );
  t.is(settled.status, 'report');
  t.is((await copy.scope.db('deliveries').where({ id: delivery.id }).first()).status, 'sent');

  await deliver(t, copy.smtpPort, {
    from: 'ewa@klient.test',
    to: [BIURO],
    message: `From: ewa@klient.test\r\nTo: ${BIURO}\r\nSubject: Nowa\r\n\r\nDzień dobry\r\n`,
  });
  const fresh = await until('it is a conversation', () => copy.scope.db('conversations').where({ subject: 'Nowa' }).first());
  t.true(fresh.id > lost.id, `${fresh.id}`);
});
