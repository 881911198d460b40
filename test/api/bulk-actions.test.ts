import test from 'ava';
import { workOff } from '../../core/bulk-actions/run.ts';
import { ADMINISTRATOR, api } from '../support/api.ts';

test('a program does the same to many conversations, follows it and takes it back', async (t) => {
  const { call, receive, scope } = await api(t);
  await receive('a@x.test\nPralka\nNie działa', 'b@x.test\nLodówka\nChłodzi');
  const label = (await call('POST', '/labels', { name: 'Pilne' }, ADMINISTRATOR)).json.id;
  const run = (id: number) => workOff(scope, id as never, () => {}, 30_000);
  const made = await call('POST', '/bulk-actions', { kind: 'close', list: { status: 'open', q: 'pralka' } });
  t.is(made.status, 201);
  t.like(made.json, { kind: 'close', state: 'collecting', canUndo: false });
  await run(made.json.id);
  t.like((await call('GET', `/bulk-actions/${made.json.id}`)).json, { state: 'done', total: 1, done: 1, canUndo: true, refusals: [] });
  t.is((await call('GET', '/conversations?status=closed')).json.items.length, 1);
  t.is((await call('GET', `/bulk-actions/${made.json.id}`, undefined, ADMINISTRATOR)).status, 404, 'it is another agent’s');
  t.is((await call('POST', `/bulk-actions/${made.json.id}/reversal`)).json.state, 'undoing');
  await run(made.json.id);
  t.like((await call('GET', '/bulk-actions')).json.items, { 0: { state: 'undone', undone: 1 }, length: 1 });
  t.is((await call('POST', `/bulk-actions/${made.json.id}/reversal`)).json.code, 'bulk_not_undoable');
  const labelled = await call('POST', '/bulk-actions', { kind: 'label', labelId: label, conversationIds: [1, 2, 99] });
  await run(labelled.json.id);
  t.deepEqual((await call('GET', `/bulk-actions/${labelled.json.id}`)).json.refusals, [
    { conversationId: 99, reason: 'not_found', isUndo: false },
  ]);
  t.is((await call('POST', `/bulk-actions/${labelled.json.id}/cancellation`)).json.state, 'done');
  for (const body of [
    { kind: 'close' },
    { kind: 'label', conversationIds: [1] },
    { kind: 'x', conversationIds: [1] },
    { kind: 'close', conversationIds: [1], list: {} },
  ])
    t.is((await call('POST', '/bulk-actions', body)).status, 422, JSON.stringify(body));
});
