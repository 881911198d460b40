import test from 'ava';
import { addFolder } from '../../core/folders/edit.ts';
import { knowLabels } from '../../core/labels/known.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { readOptions } from '../../core/statistics/options.ts';
import { statisticsRoutes } from '../../core/statistics/routes.ts';
import { confine } from '../support/folders.ts';
import { httpClient } from '../support/http-client.ts';
import { bringUpToDate } from '../support/statistics.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

test('the page of statistics shows an administrator everybody and an agent himself, and says what is noted of reading', async (t) => {
  const routes = statisticsRoutes({
    directory: { openTo: () => [{ id: 1, name: '=Pomoc', address: 'help@company.test' }] as never },
    labels: knowLabels(),
  });
  const office = await workspaceFor(t, {}, routes);
  const { scope, anna, piotr, agentId, agentScope, endpoints } = office;
  await scope.db('agents').where({ id: piotr }).update({ first_name: 'Piotr', last_name: 'Wrona' });
  const { conversationId } = await office.mail({});
  office.pass(90);
  await anna.get(`/conversations/${conversationId}`);
  await anna.get(`/conversations/${conversationId}/messages`);
  t.deepEqual(office.opened, [`${agentId} ${conversationId}`], 'opened once, and it waited');
  const empty = await anna.get('/statistics');
  t.true(empty.text.includes('Brak danych z tego okresu'));
  await replyToConversation(agentScope, endpoints, { conversationId, authorId: piotr, text: 'Tak.', html: null, attachments: [] });
  await scope.db('folder_access').where({ agent_id: agentId }).update({ level: 4 });
  await bringUpToDate(scope);

  const { text } = await anna.get('/statistics?from=2026-11-20&until=2026-11-24');
  for (const part of ['Piotr Wrona', '<svg viewBox', '100%', 'Kiedy piszą klienci', 'kto danego dnia otworzył rozmowę'])
    t.true(text.includes(part), part);
  t.false((await anna.get('/statistics?agent=1')).text.includes('Kiedy piszą klienci'));
  const file = await anna.get('/statistics/export?from=2026-11-20&until=2026-11-24');
  t.is(file.headers.get('cache-control'), 'no-store', 'an hour later there are other figures');
  t.true(file.text.includes('Dzień;Użytkownik;Skrzynka;Katalog;Otrzymane;'), file.text.slice(0, 60));
  t.regex(file.text, /\r\n2026-11-24;Piotr Wrona;'=Pomoc;Odebrane;0;0;0;1;1;1;0;\d+(,\d)?;/);

  // Who read and answered most stands first.
  for (const [authorId, times, first] of [
    [piotr, 2, 'Piotr Wrona'],
    [agentId, 4, 'Anna Nowak'],
  ] as const) {
    for (let n = 0; n < times; n += 1)
      await replyToConversation(agentScope, endpoints, { conversationId, authorId, text: 'Jeszcze.', html: null, attachments: [] });
    await bringUpToDate(scope);
    const page = await anna.get('/statistics?from=2026-11-20&until=2026-11-24');
    t.is(/<th scope="row">(Anna Nowak|Piotr Wrona)</.exec(page.text)?.[1], first);
  }

  const olek = await office.addAgent('olek@company.test');
  const own = httpClient(office.base);
  signIn(own, olek);
  const other = await own.get('/statistics?from=2026-11-20&until=2026-11-24');
  t.is(other.status, 200);
  t.false(other.text.includes('Piotr Wrona'));
  t.false((await own.get('/statistics/export?from=2026-11-20&until=2026-11-24')).text.includes('2026-11-24'));
  const hidden = await addFolder(scope, 'Zarząd');
  await confine(scope, olek, []);
  t.false((await own.get(`/statistics?folder=${hidden.id}`)).text.includes('Zarząd'));
  t.is((await own.get('/statistics/options')).status, 403);
});

test('an administrator sets what is on time and what is noted of reading, and has everything counted anew', async (t) => {
  const routes = statisticsRoutes({ directory: { openTo: () => [] }, labels: knowLabels() });
  const { anna, scope, agentId } = await workspaceFor(t, {}, routes);
  await scope.db('agents').where({ id: agentId }).update({ role: 'administrator' });
  t.regex((await anna.get('/statistics/options')).text, /name="targetHours"[^>]*value="4"/);
  t.is((await anna.post('/statistics/options', { targetHours: '2,5', reading: 'totals' })).location, '/statistics/options');
  t.deepEqual(await readOptions(scope), { targetMinutes: 150, reading: 'totals' });
  for (const wrong of [{ targetHours: '0' }, { targetHours: 'x' }, { targetHours: '201' }])
    t.is((await anna.post('/statistics/options', { reading: 'off', ...wrong })).status, 422, JSON.stringify(wrong));
  await bringUpToDate(scope);
  t.false((await anna.get('/statistics/options')).text.includes('przeliczane'));
  await anna.post('/statistics/recount', {});
  t.true((await anna.get('/statistics/options')).text.includes('przeliczane od nowa'));
});
