import test from 'ava';
import { workOff } from '../../core/bulk-actions/run.ts';
import { addLabel } from '../../core/labels/edit.ts';
import type { BulkActionId } from '../../core/lib/ids.ts';
import { workspaceFor } from '../support/workspace.ts';

const HTMX = { 'HX-Request': 'true' };

test('an agent picks conversations in the list, acts on all of them, sees what became of it above the list and takes it back', async (t) => {
  const house = await workspaceFor(t);
  const { anna, scope } = house;
  const label = (await addLabel(scope, 'Pilne')).id;
  const ids = [];
  for (const subject of ['Pralka', 'Lodówka', 'Zmywarka']) ids.push((await house.mail({ subject })).conversationId);
  const page = await anna.get('/conversations?folder=all');
  for (const id of ids) t.true(page.text.includes(`form="bulk" name="ids" value="${id}"`));
  t.true(page.text.includes('name="list" value="folder=all"'));

  // Without JavaScript: checkboxes, a plain form, the list again.
  const closed = await anna.send(
    'POST',
    '/bulk-actions',
    new URLSearchParams([
      ['_csrf', anna.csrf()],
      ['ids', String(ids[0])],
      ['ids', String(ids[1])],
      ['act', 'close'],
      ['list', 'folder=all'],
    ]),
  );
  t.is(closed.location, '/conversations?folder=all');
  const after = await anna.get('/conversations?folder=all');
  t.regex(after.text, /Zamykanie: 2 rozmowy/);
  t.deepEqual(await scope.db('conversations').orderBy('id').pluck('status'), ['closed', 'closed', 'open']);
  const [, undo = ''] = /action="(\/bulk-actions\/\d+\/reversal)"/.exec(after.text) ?? [];
  const undone = await anna.post(undo, {}, HTMX);
  t.regex(undone.text, /Zamykanie: cofnięto 2 rozmowy/);
  t.deepEqual(await scope.db('conversations').orderBy('id').pluck('status'), ['open', 'open', 'open']);
  t.is((await anna.post(undo)).location, '/bulk-actions');
  t.regex((await anna.get('/bulk-actions')).text, /nie można już cofnąć/);

  // All that match, also what no page has shown.
  t.is((await anna.post('/bulk-actions', { act: `label:${label}`, all: 'yes', list: 'q=pralka' }, HTMX)).headers.get('hx-trigger'), 'bulk');
  await workOff(scope, 2 as BulkActionId, () => {}, 30_000);
  const marked = await anna.get('/bulk-actions', HTMX);
  t.regex(marked.text, /Etykieta: Pilne: 1 rozmowa/);
  t.is((await scope.db('conversation_labels')).length, 1);
  const [, dismissal = ''] = /action="(\/bulk-actions\/\d+\/dismissal)"/.exec(marked.text) ?? [];
  t.false((await anna.post(dismissal, {}, HTMX)).text.includes('Etykieta: Pilne'));
  t.regex((await anna.get('/bulk-actions')).text, /Etykieta: Pilne: 1 rozmowa/);
  t.is((await anna.post('/bulk-actions', { act: 'merge', ids: ids.join(',') })).location, `/conversations/merger?ids=${ids.join(',')}`);
});

test('what can be done to the picked is chosen in one dialog, and what is wrong is said', async (t) => {
  const { anna, scope, piotr, mail } = await workspaceFor(t);
  await addLabel(scope, 'Pilne');
  const { conversationId: id } = await mail({});
  await anna.get('/conversations');
  for (const headers of [HTMX, {}]) {
    const { text, status } = await anna.post('/bulk-actions/choices', { ids: String(id), list: 'folder=spam' }, headers);
    t.is(status, 200);
    for (const act of [
      'close',
      'reopen',
      'read',
      'ignore',
      'not_spam',
      `assign:${piotr}`,
      'assign:none',
      'snooze:answer',
      'label:1',
      'unlabel:1',
      'file:1',
    ])
      t.true(text.includes(`value="${act}"`), act);
  }
  for (const [form, said] of [
    [{ act: 'close', ids: '' }, /Zaznacz najpierw rozmowy/],
    [{ act: 'nonsense', ids: String(id) }, /Wybierz, co zrobić/],
    [{ act: 'label:x', ids: String(id) }, /Wybierz, co zrobić/],
    [{ act: 'snooze:2020-01-01T00:00:00Z', ids: String(id) }, /termin już minął/],
    [{ act: 'merge', all: 'yes' }, /Połączyć można tylko zaznaczone/],
  ] as const)
    t.regex((await anna.post('/bulk-actions', form, HTMX)).text, said);
  t.is((await scope.db('bulk_actions')).length, 0);
  t.is((await anna.post('/bulk-actions', { act: 'label:77', ids: String(id) })).status, 404);
  t.is((await anna.get('/bulk-actions/77')).status, 404);

  await anna.post('/bulk-actions', { act: 'close', ids: `${id},999` });
  const [action] = await scope.db('bulk_actions');
  const page = await anna.get(`/bulk-actions/${action.id}`);
  t.regex(page.text, /odmówiono: 1/);
  t.regex(page.text, /#999 .*nie widzisz/);
});
