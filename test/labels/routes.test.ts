import test from 'ava';
import { transact } from '../../core/db/scope.ts';
import { addLabel } from '../../core/labels/edit.ts';
import { agentsMayCreate } from '../../core/labels/may-create.ts';
import { writeSetting } from '../../core/settings/settings.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

test('labels are added, renamed, ordered, merged, deleted and brought back by plain forms', async (t) => {
  const { anna, scope } = await workspaceFor(t);
  t.true((await anna.get('/labels')).text.includes('Nie ma jeszcze etykiet'));
  for (const [name, colour] of [
    ['Bardzo ważne', 'red'],
    ['Reklamacja', 'blue'],
    ['Faktura', 'grey'],
  ] as const)
    t.is((await anna.post('/labels', { name, colour })).status, 303);
  const order = async () => [...(await anna.get('/labels')).text.matchAll(/href="\/labels\/\d+"><span>([^<]+)</g)].map((match) => match[1]);
  t.deepEqual(await order(), ['Bardzo ważne', 'Reklamacja', 'Faktura']);
  await anna.post('/labels/3/position', { position: '1' });
  t.deepEqual(await order(), ['Faktura', 'Bardzo ważne', 'Reklamacja']);
  const twice = await anna.post('/labels', { name: 'faktura', colour: 'red' });
  t.deepEqual([twice.status, twice.text.includes('Taka etykieta już jest.')], [422, true]);
  t.is((await anna.post('/labels', { name: 'X', colour: 'ultraviolet' })).status, 422);
  const wrong = await anna.post('/labels/1', { name: 'Reklamacja', colour: 'red' });
  t.deepEqual([wrong.status, wrong.text.includes('value="Reklamacja"')], [422, true]);
  await anna.post('/labels/1', { name: 'Pilne', colour: 'orange' });
  t.regex((await anna.get('/labels')).text, /hue-orange[^>]*><span>Pilne/);
  t.is((await anna.post('/labels/2/merger', { into: '2' })).status, 422);
  t.is((await anna.post('/labels/2/merger', { into: '1' })).location, '/labels');
  await anna.post('/labels/3/removal');
  t.regex((await anna.get('/labels')).text, /Usunięto etykietę „Faktura”[\s\S]*action="\/labels\/3\/restoration"/);
  t.deepEqual(await order(), ['Pilne']);
  await anna.post('/labels/3/restoration');
  t.deepEqual(await order(), ['Faktura', 'Pilne']);
  await transact(scope, (tx) => writeSetting(tx, 'retention.except_label', '3'));
  t.is((await anna.post('/labels/3/removal')).location, '/labels/3');
  t.regex((await anna.get('/labels/3')).text, /Rozmowy z tą etykietą są zachowywane na stałe/);
  for (const path of ['/labels/2', '/labels/99', '/labels/x']) t.is((await anna.get(path)).status, 404, path);
  await anna.post('/labels/creation', { agents: 'off' });
  t.false(await agentsMayCreate(scope));
});

test('a conversation is labelled by plain forms and by parts of the page, with a label that is made on the way', async (t) => {
  const { anna, mail, scope, agentScope } = await workspaceFor(t);
  await mail({});
  const { id } = await addLabel(agentScope, 'Pilne', 'red');
  t.regex((await anna.get('/conversations/1')).text, /href="\/conversations\/1\/labels" data-key="l"/);
  const form = (await anna.get('/conversations/1/labels')).text.split('id="picker-form"')[1] ?? '';
  t.regex(form, /name="add" value="1" aria-pressed="false"/);
  t.regex(/<button(?![^>]*type="button")[^>]*>/.exec(form)?.[0] ?? '', /data-create/, 'Enter in the field sends what was typed');
  t.is((await anna.post('/conversations/1/labels', { add: String(id), name: '' })).location, '/conversations/1/labels');
  t.regex((await anna.get('/conversations/1/labels')).text, /name="remove" value="1" aria-pressed="true"/);
  const part = await anna.post('/conversations/1/labels', { name: 'Nowa sprawa' }, PART);
  t.regex(part.text, /hx-target="#picker"[\s\S]*hx-target="#thead"[\s\S]*href="\/conversations\?label=1"[\s\S]*Nowa sprawa/);
  await anna.post('/conversations/1/labels', { name: 'PILNE' });
  t.is((await scope.db('labels')).length, 2, 'a known name makes no second label');
  t.regex((await anna.get('/conversations')).text, /<li id="c1"[\s\S]*hue-red[\s\S]*Pilne/);
  await anna.post('/conversations/1/labels', { remove: String(id), name: 'is not looked at' });
  t.false((await anna.get('/conversations/1', PART)).text.includes('<span>Pilne'));
  const empty = await anna.post('/conversations/1/labels', { name: ' ' }, PART);
  t.true(empty.text.includes('Wybierz etykietę albo wpisz jej nazwę.'));
  t.is((await anna.post('/conversations/1/labels', { name: 'x'.repeat(90) })).status, 422);
  for (const path of ['/conversations/9/labels', '/conversations/x/labels']) t.is((await anna.get(path)).status, 404, path);
  t.is((await anna.post('/conversations/1/labels', { add: '99' })).status, 404);
});

test('where only administrators make labels an agent chooses from those there are', async (t) => {
  const { anna, base, mail, piotr, scope, agentScope } = await workspaceFor(t);
  await mail({});
  await addLabel(agentScope, 'Pilne', 'red');
  await anna.get('/labels');
  await anna.post('/labels/creation', { agents: 'off' });
  const agent = httpClient(base);
  signIn(agent, piotr);
  t.false((await agent.get('/conversations/1/labels')).text.includes('data-words'));
  t.is((await agent.post('/conversations/1/labels', { name: 'Nowa' })).status, 403);
  t.is((await agent.post('/conversations/1/labels', { name: 'pilne' })).status, 303);
  t.is((await agent.get('/labels')).status, 403);
  t.deepEqual(await scope.db('labels').pluck('name'), ['Pilne']);
});

test('the list is narrowed to a label by its address, which says whose it is and keeps it', async (t) => {
  const { anna, mail, agentScope } = await workspaceFor(t);
  await mail({ subject: 'Ekspres do kawy' });
  await mail({ from: { address: 'ola@customer.test', name: 'Ola' }, subject: 'Pralka' });
  for (const name of ['Pilne', 'Druga', 'Trzecia', 'Czwarta', 'Piąta']) await addLabel(agentScope, name);
  await anna.get('/conversations/1');
  for (const add of ['1', '2', '3', '4', '5']) await anna.post('/conversations/1/labels', { add, name: '' });
  await anna.post('/conversations/1/closure');
  const { text } = await anna.get('/conversations?label=1');
  t.deepEqual([text.includes('Ekspres do kawy'), text.includes('Pralka')], [true, false]);
  t.regex(text, /<h1>Pilne /);
  t.regex(text, /id="label-1" href="\/conversations\?label=1" aria-current="page"/);
  t.true(text.includes('href="/conversations/1?label=1"'));
  t.regex(text, /title="Czwarta, Piąta">\+2</);
  t.false((await anna.get('/conversations?label=1&folder=open')).text.includes('Ekspres'));
  t.true((await anna.get('/conversations?label=2&folder=open')).text.includes('Nie ma rozmów z tą etykietą'));
  t.regex((await anna.get('/conversations?label=77')).text, /<h1>Etykieta usunięta /);
});
