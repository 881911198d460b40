import test from 'ava';
import { officeFor } from '../../../test/support/office.ts';
import { administratorOf } from '../../../test/support/person.ts';
import { deliver, smtpSession } from '../../../test/support/smtp-client.ts';
import { until } from '../../../test/support/until.ts';

test('mail for the postmaster of this machine, without a domain, comes to the inbox that is one, and to no other', async (t) => {
  const office = await officeFor(t);
  const refused = async (): Promise<void> => {
    const smtp = await smtpSession(t, office.smtpPort);
    await smtp.greeting();
    await smtp.ehlo();
    await smtp.mailFrom('anna@klient.test');
    await smtp.rcptTo('postmaster', '550 5.1.1');
    smtp.destroy();
  };
  await refused();
  const inbox = { channel: 'email', name: 'Poczta', address: 'postmaster@firma.test', relay: `smtp://127.0.0.1:${office.relay.port}` };
  const { status, json } = await office.api('POST', '/inboxes', inbox);
  t.is(status, 201);
  const { id } = json as { id: number };
  const message = 'From: <mx@peer.test>\r\nTo: <Postmaster>\r\nSubject: Your machine\r\n\r\nIt relays.\r\n';
  t.regex(await deliver(t, office.smtpPort, { from: 'mx@peer.test', to: ['Postmaster'], message }), /kept as/);
  await until('it is in its conversation', () => office.scope.db('conversations').where({ inbox_id: id }).first('id'));

  const { web } = await administratorOf(office);
  await web.get('/inboxes');
  t.is((await web.post(`/inboxes/${id}/status`, { status: 'paused' })).status, 303);
  await refused();
});
