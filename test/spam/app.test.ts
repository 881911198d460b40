import test from 'ava';
import { GTUBE, letter } from '../../plugins/spamassassin/test/letters.ts';
import { ADMIN } from '../support/app.ts';
import { loggedInClient } from '../support/http-client.ts';
import { BIURO, officeFor } from '../support/office.ts';
import { spamOfficeFor } from '../support/spam-office.ts';
import { until } from '../support/until.ts';

test('with a real spamd spam goes to its folder, doubt is shown, and what an agent corrects is learned', async (t) => {
  const { office, send } = await spamOfficeFor(t);
  await send(GTUBE);
  await send(letter('Los', 'you are the lucky winner'));
  await send(letter('Pralka', 'Nie wiruje.'));
  await office.pump.idle();
  const rows = await office.scope.db('conversations').orderBy('id').select('id', 'subject', 'status', 'spam_reason', 'spam_score');
  t.like(rows[0], { subject: 'Test', status: 'closed', spam_reason: 'score', spam_score: 1000 });
  t.like(rows[1], { subject: 'Los', status: 'open', spam_reason: null });
  t.like(rows[2], { subject: 'Pralka', status: 'open', spam_reason: null });
  const raw = await office.scope.db('raw_inbound').orderBy('id').select('status', 'spam_state', 'spam_score', 'spam_report');
  t.like(raw[1], { status: 'received', spam_state: 'scored', spam_score: 6.5 });
  t.regex(raw[1].spam_report, /WINNER/);
  const marked = await office.api('PATCH', `/conversations/${rows[0].id}`, { spam: false });
  t.is(marked.status, 200);
  await until('the filter has learned', async () => (await office.scope.db('jobs').where({ kind: 'spam_learn' })).length === 0);
});

test('while spamd is away mail comes in unscored and says so', async (t) => {
  const office = await officeFor(t, { env: { CENTRALA_SPAMD: '127.0.0.1:1' } });
  await office.mail({ from: 'jan@klient.test', subject: 'Pralka' });
  await office.pump.idle();
  t.like(await office.scope.db('raw_inbound').first(), { status: 'received', spam_state: 'unscored', spam_score: null });
});

test('whether to block the sender of spam is asked while he is not on the list', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Loteria' });
  await office.pump.idle();
  const { id } = await office.scope.db('conversations').first('id');
  t.is((await office.api('PATCH', `/conversations/${id}`, { spam: true })).status, 200);
  const admin = await loggedInClient(office.base, ADMIN);
  const asks = async () => (await admin.get(`/conversations/${id}`)).text.includes('id="bar-block"');
  t.true(await asks());
  t.is((await admin.post(`/conversations/${id}/blocking`, { kind: 'address' })).status, 303);
  t.false(await asks());
  const { id: entry } = await office.scope.db('blocked_senders').first('id');
  await admin.post(`/blocked-senders/${entry}/removal`, {});
  t.true(await asks());
});

test('neither an address of ours that somebody forged nor a domain that many share is offered to be blocked, or blocked in passing', async (t) => {
  const office = await officeFor(t);
  const admin = await loggedInClient(office.base, ADMIN);
  const seen: [string, boolean, boolean][] = [];
  for (const [at, from] of [BIURO, 'ksiegowosc@firma.test', 'jan@gmail.com', 'jan@klient.test'].entries()) {
    await office.mail({ from, subject: `Loteria ${at}` });
    const { id } = await office.scope
      .db('conversations')
      .where({ subject: `Loteria ${at}` })
      .first('id');
    t.is((await office.api('PATCH', `/conversations/${id}`, { spam: true })).status, 200);
    const { text } = await admin.get(`/conversations/${id}`);
    seen.push([from, text.includes('value="address"'), text.includes('value="domain"')]);
    t.is((await admin.post(`/conversations/${id}/blocking`, { kind: 'domain' })).status, from === 'jan@klient.test' ? 303 : 403, from);
  }
  t.deepEqual(seen, [
    [BIURO, false, false],
    ['ksiegowosc@firma.test', true, false],
    ['jan@gmail.com', true, false],
    ['jan@klient.test', true, true],
  ]);
  t.deepEqual(await office.scope.db('blocked_senders').pluck('value'), ['klient.test']);
});
