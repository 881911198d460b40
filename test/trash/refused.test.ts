import test from 'ava';
import type { ConversationId } from '../../core/lib/ids.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { addTeam } from '../../core/teams/edit.ts';
import { MAX_TEAMS } from '../../core/teams/types.ts';
import { trashConversation } from '../../core/trash/trash.ts';
import { ADMIN } from '../support/app.ts';
import { loggedInClient } from '../support/http-client.ts';
import { officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

const HTMX = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

test('what lies in the trash or in spam says so to whoever would act on it, and does not offer to send from there', async (t) => {
  const office = await officeFor(t);
  const { scope } = office;
  await office.mail({ from: 'jan@klient.test', subject: 'Zapytanie' });
  const { id } = await until('it is there', () => scope.db('conversations').first('id'));
  const client = await loggedInClient(office.base, ADMIN);
  const path = `/conversations/${id}`;
  await client.get(path);
  await office.api('POST', `/conversations/${id}/messages`, { kind: 'reply', text: 'Odpowiedź' });
  await until('it was sent', () => scope.db('deliveries').where({ status: 'sent' }).first('id'));
  await scope.db('deliveries').update({ status: 'failed', attempts: 1, reason: '550 no', next_attempt_at: null });
  const { id: deliveryId } = await scope.db('deliveries').first('id');
  const attempts = `/deliveries/${deliveryId}/attempts`;
  t.true((await client.get(path)).text.includes(`action="${attempts}"`));

  await trashConversation(scope, id as ConversationId);
  const shown = (await client.get(path)).text;
  t.false(shown.includes(`action="${attempts}"`));
  t.true(shown.includes(`action="/deliveries/${deliveryId}/cancellation"`), 'it can still be settled there');
  const refused = await client.post(attempts, {}, HTMX);
  t.is(refused.status, 409);
  t.regex(refused.text, /Ta rozmowa jest w koszu\. Najpierw ją przywróć/);
  t.regex((await client.post(`${path}/snooze`, { until: 'hours' })).text, /Ta rozmowa jest w koszu/);

  await office.mail({ from: 'ola@klient.test', subject: 'Wygrana' });
  const { id: spam } = await until('the second is there', () => scope.db('conversations').where({ subject: 'Wygrana' }).first('id'));
  await markSpam(scope, spam, true);
  t.regex((await client.post(`/conversations/${spam}/snooze`, { until: 'hours' })).text, /Ta rozmowa jest w spamie/);
});

test('where there are as many as there may be, that is said, and not that somebody was faster', async (t) => {
  const office = await officeFor(t);
  for (let n = 0; n < MAX_TEAMS; n += 1) await addTeam(office.scope, `Zespół ${n}`);
  const client = await loggedInClient(office.base, ADMIN);
  await client.get('/teams');
  const { status, text } = await client.post('/teams', { name: 'Jeszcze jeden' });
  t.is(status, 409);
  t.regex(text, /Więcej już się nie zmieści/);
  t.notRegex(text, /Ktoś zmienił/);
});
