import test from 'ava';
import { ADMIN, startApp } from '../support/app.ts';
import { answerTo, chatOn, windowAt } from '../support/chat.ts';
import { loggedInClient } from '../support/http-client.ts';
import { until } from '../support/until.ts';

test('a closed window learns how many answers wait; asking makes none of them delivered and is no sign that he looks', async (t) => {
  const app = await startApp(t);
  await chatOn(app);
  const [jan, ewa] = [await windowAt(app), await windowAt(app)];
  t.deepEqual(await jan.count(), { isKnown: false, waiting: 0 });
  await jan.say('Tu Jan');
  await ewa.say('Tu Ewa');
  const { conversation_id: id } = await jan.heard('Tu Jan');
  await ewa.heard('Tu Ewa');
  t.deepEqual(await jan.count(), { isKnown: true, waiting: 0 }, 'his own words do not wait for him');
  const longAgo = new Date(Date.now() - 3_600_000).toISOString();
  await app.scope.db('visitors').update({ seen_at: longAgo });
  const first = await answerTo(app, id, 'Pierwsza odpowiedź');
  const anna = await loggedInClient(app.base, ADMIN);
  await anna.get(`/conversations/${id}`);
  await anna.post(`/conversations/${id}/messages`, { kind: 'note', html: '', text: 'Notatka', composing: String(id) });
  const second = await answerTo(app, id, 'Druga odpowiedź');
  await until('both wait', async () => (await jan.count()).waiting === 2);
  t.is((await ewa.count()).waiting, 0, 'nothing of others');
  const statuses = () => app.scope.db('deliveries').whereIn('message_id', [first, second]).pluck('status');
  await until('both are handed over', async () => (await statuses()).every((status) => status === 'sent'));
  await jan.count();
  t.deepEqual(await statuses(), ['sent', 'sent']);
  // Signs are written a second later, and all of them together.
  await ewa.look();
  await until('her sign is written', async () => (await app.scope.db('visitors').where('seen_at', '>', longAgo)).length > 0);
  t.is((await app.scope.db('visitors').where({ seen_at: longAgo })).length, 1, 'his is none');
  await jan.look();
  t.deepEqual(await statuses(), ['delivered', 'delivered']);
  t.is((await jan.count()).waiting, 0);
});

test('what was deleted does not wait, and more than nine are not counted', async (t) => {
  const app = await startApp(t);
  await chatOn(app);
  const jan = await windowAt(app);
  await jan.say('Halo');
  const { conversation_id: id } = await jan.heard('Halo');
  const messageId = await answerTo(app, id, 'Odpowiedź');
  await until('it waits', async () => (await jan.count()).waiting === 1);
  const { visitor_id, external_id_hash } = await app.scope.db('visitor_lines').where({ is_ours: true }).first();
  const others = Array.from({ length: 12 }, (_, n) => ({ visitor_id, external_id: `more${n}`, external_id_hash, is_ours: true }));
  await app.scope.db('visitor_lines').insert(others);
  t.is((await jan.count()).waiting, 10);
  await app.scope.db('messages').where({ id: messageId }).update({ external_id_hash: null });
  t.is((await jan.count()).waiting, 0);
});
