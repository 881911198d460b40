import test from 'ava';
import { auditEvents } from '../../core/audit/follow.ts';
import { ADMINISTRATOR, api } from '../support/api.ts';
import { dispatch } from '../support/dispatch.ts';
import { bringUpToDate } from '../support/statistics.ts';

test('a program of an administrator reads the audit in pages, one of an agent is refused', async (t) => {
  const { call, scope } = await api(t);
  for (const name of ['Sklep', 'Serwis', 'Biuro']) await call('POST', '/folders', { name }, ADMINISTRATOR);
  await dispatch(scope, auditEvents);
  t.is((await call('GET', '/audit')).status, 403);
  const { json } = await call('GET', '/audit?area=settings&agent=1&limit=2', undefined, ADMINISTRATOR);
  t.deepEqual(
    json.items.map(({ act, agentId }: { act: string; agentId: number }) => [act, agentId]),
    [
      ['folder.changed', 1],
      ['folder.changed', 1],
    ],
  );
  const rest = await call('GET', `/audit?area=settings&agent=1&limit=2&cursor=${json.next}`, undefined, ADMINISTRATOR);
  t.true(rest.json.items.length >= 1);
  t.true(rest.json.items[0].seq < json.items[1].seq);
  t.deepEqual((await call('GET', '/audit?until=2020-01-01', undefined, ADMINISTRATOR)).json.items, []);
  for (const wrong of ['from=yesterday', 'area=x', 'cursor=x'])
    t.is((await call('GET', `/audit?${wrong}`, undefined, ADMINISTRATOR)).status, 422, wrong);
});

test('a program reads the figures of a period, an agent only his own', async (t) => {
  const { call, receive, scope } = await api(t);
  await receive('a@x.test\nPralka\nNie działa');
  await call('POST', '/conversations/1/messages', { kind: 'reply', text: 'Już sprawdzam.' });
  await bringUpToDate(scope);
  // The people of this house were added past what gives administrators their folders.
  await scope.db('folder_access').where({ agent_id: 1 }).update({ level: 4 });
  const all = (await call('GET', '/statistics?by=agent', undefined, ADMINISTRATOR)).json;
  t.like(all.totals, { received: 1, opened: 1, sent: 1, answers: 1, onTime: 1 });
  t.like(all.items, { 0: { of: '2', sent: 1 }, length: 1 });
  const own = (await call('GET', '/statistics')).json;
  t.like(own.totals, { received: 0, sent: 1 });
  t.is(own.items.length, 30);
  t.deepEqual((await call('GET', '/statistics?by=folder&from=2020-01-01&until=2020-01-31')).json.items, []);
  for (const wrong of ['by=week', 'from=x', 'inbox=0', 'until=9999-12-31', 'from=0000-01-01'])
    t.is((await call('GET', `/statistics?${wrong}`)).status, 422, wrong);
});
