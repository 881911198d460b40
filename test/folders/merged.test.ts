import test from 'ava';
import { CANARY, secretOffice } from '../support/secret-office.ts';

/** The number of a conversation that was merged into a hidden one stays in the folder where it was: it must not be a way in. */
test('the number of a conversation that was merged into a hidden one opens nothing of that', async (t) => {
  const office = await secretOffice(t);
  const { admin, outsider, hidden, shown, shownNote, scope, open } = office;
  await office.mail({ from: 'inny@x.test', subject: 'Trzecia sprawa', text: 'Dzień dobry' });
  const { id: pointer } = await scope.db('conversations').where({ subject: 'Trzecia sprawa' }).first('id');
  await scope.db('conversations').where({ id: pointer }).update({ folder_id: open });
  t.is((await admin.api('POST', `/conversations/${pointer}/merger`, { into: hidden.conversations })).status, 200);
  t.is((await outsider.web.get(`/conversations/${shown}`)).status, 200);
  const placesOf = () => scope.db('messages').orderBy('id').select('id', 'conversation_id');
  const before = await placesOf();
  for (const [into, other] of [
    [shown, pointer],
    [pointer, shown],
  ] as const) {
    t.is((await outsider.web.post('/conversations/merger', { ids: `${into},${other}`, into: String(into) })).status, 404);
    t.is((await outsider.api('POST', `/conversations/${other}/merger`, { into })).status, 404);
    t.deepEqual(await placesOf(), before);
  }
  t.is((await outsider.web.post(`/messages/${shownNote}/transfer`, { extent: 'one', to: String(pointer) })).status, 404);
  t.is((await outsider.api('POST', `/messages/${shownNote}/transfer`, { to: pointer })).status, 404);
  t.deepEqual(await placesOf(), before);
  const pages = ['', '/messages', '/context', '/labels', '/presence', '/draft/choices', '/folder', '/shares'];
  for (const path of [
    ...pages.map((part) => `/conversations/${pointer}${part}`),
    `/conversations?q=%23${pointer}`,
    `/commands?q=%23${pointer}`,
  ])
    t.false((await outsider.web.get(path)).text.includes(CANARY), path);
  for (const path of ['', '/messages', '/transfers', '/rule-acts', '/followers'])
    t.false((await outsider.api('GET', `/conversations/${pointer}${path}`)).text.includes(CANARY), path);
  t.false((await outsider.web.get(`/conversations/${shown}`)).text.includes(CANARY));
  const merged = await admin.api('POST', `/conversations/${pointer}/merger`, { into: shown });
  t.is(merged.status, 200, 'whoever may move there still follows the number');
});
