import test from 'ava';
import { AGENT, api } from '../support/api.ts';

/** The same moment, as a clock two hours ahead of UTC says it. */
const ahead = (at: Date): string => new Date(at.getTime() + 7_200_000).toISOString().replace('Z', '+02:00');

test('a moment may come with an offset wherever one comes in, and is answered in UTC', async (t) => {
  const { call, inbox, receive, scope } = await api(t);
  await receive('a@x.test\nPralka\nNie działa');
  const at = new Date(Date.now() + 86_400_000);
  const utc = at.toISOString();
  const given = ahead(at);
  t.like((await call('PATCH', '/conversations/1', { status: 'snoozed', snoozedUntil: given })).json, { snoozedUntil: utc });
  const mail = { inboxId: inbox.id, to: 'a@klient.test', subject: 'x', text: 'Jutro' };
  const [message] = (await call('POST', '/conversations', { ...mail, sendAt: given })).json.messages;
  t.is(message.scheduledAt, utc);
  const later = new Date(at.getTime() + 60_000);
  const moved = await call('PUT', `/messages/${message.id}/schedule`, { sendAt: ahead(later) });
  t.is(moved.json.scheduledAt, later.toISOString());
  const away = { availability: 'away', availableAgainAt: given };
  t.is((await call('PATCH', '/profile', away, AGENT)).json.availableAgainAt, utc);
  t.is((await call('POST', '/bulk-actions', { kind: 'snooze', conversationIds: [1], snoozedUntil: given })).status, 201);
  t.true(String((await scope.db('bulk_actions').first('until')).until).includes(utc));
});

test('what is no moment is refused with the form that is understood', async (t) => {
  const { call, receive } = await api(t);
  await receive('a@x.test\nPralka\nNie działa');
  for (const snoozedUntil of ['tomorrow', '2027-05-04', '2027-05-04T10:00', '2027-13-04T10:00:00+02:00']) {
    const { status, json } = await call('PATCH', '/conversations/1', { status: 'snoozed', snoozedUntil });
    t.is(status, 422, snoozedUntil);
    t.is(json.fields.snoozedUntil, 'must be a moment such as 2026-11-24T09:00:00Z or 2026-11-24T11:00:00+02:00');
  }
  const { json } = await call('PATCH', '/conversations/1', { status: 'snoozed', snoozedUntil: 7 });
  t.is(json.fields.snoozedUntil, 'must be a text');
});
