import test from 'ava';
import { multipart } from '../support/http-client.ts';
import { workspaceFor } from '../support/workspace.ts';

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };
const undoIn = (page: string): string => /action="(\/draft-versions\/\d+\/restoration)"/.exec(page)?.[1] ?? 'none';

test('a discarded draft comes back by a plain form on the page after it, with the last letters and the file', async (t) => {
  const { anna, mail } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  await anna.send('PUT', '/conversations/1/draft', new URLSearchParams({ text: 'Dzień dob' }), { 'x-csrf-token': anna.csrf() });
  const files = [new File(['treść'], 'plik.txt', { type: 'text/plain' })];
  const form = multipart({ _csrf: anna.csrf(), composing: '1', kind: 'reply', text: 'Dzień dobry' }, files);
  const gone = await anna.send('POST', '/conversations/1/draft/removal', form);
  t.deepEqual([gone.status, gone.location], [303, '/conversations/1']);
  const page = (await anna.get('/conversations/1')).text;
  for (const part of ['Szkic usunięty', 'Cofnij']) t.true(page.includes(part), part);
  t.false(page.includes('Dzień dobry</textarea>'));
  const back = await anna.post(undoIn(page));
  t.deepEqual([back.status, back.location], [303, '/conversations/1']);
  const restored = (await anna.get('/conversations/1')).text;
  for (const part of ['Szkic przywrócony', 'Dzień dobry</textarea>', 'plik.txt']) t.true(restored.includes(part), part);
});

test('with scripts the composer is emptied and filled again in its place, and what was written meanwhile is said to be kept', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  const at = { ...PART, 'HX-Current-URL': 'http://localhost/conversations/1' };
  const gone = await anna.post('/conversations/1/draft/removal', { composing: '1', kind: 'reply', text: 'Pierwszy list' }, at);
  t.regex(gone.text, /hx-target="#composer"[\s\S]*hx-target="#toasts"[\s\S]*data-undo="1"/);
  const back = await anna.post(undoIn(gone.text), { composing: '1', kind: 'reply', text: 'Drugi list' }, at);
  t.regex(back.text, /hx-target="#composer"[\s\S]*Pierwszy list<\/textarea>[\s\S]*jest wśród wcześniejszych szkiców/);
  t.deepEqual(await scope.db('draft_versions').orderBy('id').pluck('text'), ['Pierwszy list', 'Drugi list']);
});

test('a new message is discarded and comes back with its recipients, and an empty one leaves nothing to bring back', async (t) => {
  const { anna } = await workspaceFor(t);
  await anna.get('/conversations/new');
  const typed = { kind: 'new', moreTo: 'ola@customer.test', subject: 'Oferta', text: '' };
  t.is((await anna.post('/conversations/new/draft/removal', typed)).location, '/conversations/new');
  const page = (await anna.get('/conversations/new')).text;
  t.false(page.includes('ola@customer.test'));
  t.is((await anna.post(undoIn(page))).location, '/conversations/new');
  const back = (await anna.get('/conversations/new')).text;
  for (const part of ['value="ola@customer.test"', 'value="Oferta"']) t.true(back.includes(part), part);
  await anna.post('/conversations/new/draft/removal', typed);
  await anna.get('/conversations/new');
  await anna.post('/conversations/new/draft/removal', {});
  t.is(undoIn((await anna.get('/conversations/new')).text), 'none');
});

test('nobody brings back what a colleague wrote', async (t) => {
  const { anna, mail, scope, piotr } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  await anna.post('/conversations/1/draft/removal', { kind: 'reply', text: 'Sekret' });
  await scope.db('draft_versions').update({ agent_id: piotr });
  t.is((await anna.post('/draft-versions/1/restoration')).status, 404);
  t.deepEqual(await scope.db('drafts').pluck('id'), []);
});
