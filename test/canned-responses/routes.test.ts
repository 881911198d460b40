import test from 'ava';
import { createCanned } from '../../core/canned-responses/save.ts';
import type { AgentId } from '../../core/lib/ids.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

const LETTER = { name: 'Cennik', folder: '', channel: null, subject: '', text: 'Cennik w załączniku, {{ contact.name }}.', html: null };

test('a template is written, previewed, changed with its files and deleted by plain forms, and a wrong one keeps what was typed', async (t) => {
  const { anna, scope } = await workspaceFor(t);
  const empty = await anna.get('/canned-responses/company');
  t.true(empty.text.includes('Nie ma jeszcze żadnego szablonu'));
  await anna.get('/canned-responses/company/new');
  const typed = { name: 'Cennik', folder: 'Oferty', subject: 'Cennik {{ company }}', text: 'Dzień dobry, {{ contact.first_name }} <b>' };
  const preview = await anna.post('/canned-responses/company/preview', typed);
  t.true(preview.text.includes('Dzień dobry, Anna &lt;b&gt;'), preview.text);
  const refused = await anna.post('/canned-responses/company', { ...typed, text: 'Zostaje {{ nic }}' });
  t.is(refused.status, 422);
  t.true(refused.text.includes('Zostaje {{ nic }}') && refused.text.includes('nieznana zmienna') && refused.text.includes('Oferty'));
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...typed, _csrf: anna.csrf() })) form.append(name, value);
  form.append('files', new File(['cennik'], 'cennik.pdf', { type: 'application/pdf' }));
  t.is((await anna.send('POST', '/canned-responses/company', form)).location, '/canned-responses/company');
  const list = await anna.get('/canned-responses/company?q=oferty');
  for (const part of ['Cennik', 'Oferty', '1 załącznik', 'jeszcze nieużyty']) t.true(list.text.includes(part), part);
  const edit = await anna.get('/canned-responses/company/1');
  for (const part of ['data-format="plain"', 'Usuń cennik.pdf', '<option value="Oferty">']) t.true(edit.text.includes(part), part);
  const changed = await anna.post('/canned-responses/company/1', { ...typed, html: '<div>Rich <i>{{ company }}</i></div>', removed: '1' });
  t.is(changed.location, '/canned-responses/company');
  t.deepEqual(await scope.db('canned_response_attachments').pluck('id'), []);
  t.true((await anna.get('/canned-responses/company/1')).text.includes('data-format="rich"'));
  t.is((await anna.post('/canned-responses/company/1/removal')).location, '/canned-responses/company');
  t.deepEqual(await scope.db('canned_responses').pluck('id'), []);
});

test('templates of the company are for administrators to change, and nobody sees those of another', async (t) => {
  const { base, piotr, scope, agentId } = await workspaceFor(t);
  const ordinary = httpClient(base);
  signIn(ordinary, piotr);
  await createCanned(scope, null, LETTER);
  await createCanned(scope, agentId, LETTER);
  await ordinary.get('/canned-responses/mine');
  for (const path of ['', '/new', '/1']) t.is((await ordinary.get(`/canned-responses/company${path}`)).status, 403, path);
  for (const path of ['', '/1', '/1/removal', '/preview'])
    t.is((await ordinary.post(`/canned-responses/company${path}`)).status, 403, path);
  for (const id of [1, 2, 99, 'x']) {
    t.is((await ordinary.get(`/canned-responses/mine/${id}`)).status, 404);
    t.is((await ordinary.post(`/canned-responses/mine/${id}`, { name: 'x', text: 'y' })).status, 404);
    t.is((await ordinary.post(`/canned-responses/mine/${id}/removal`)).status, 404);
  }
  t.is((await ordinary.post('/canned-responses/mine', { name: 'Moje', text: 'y' })).status, 303);
  t.deepEqual(await scope.db('canned_responses').orderBy('id').pluck('owner_id'), [null, agentId, piotr] satisfies (AgentId | null)[]);
});

test('a long list of templates goes on where its page ends', async (t) => {
  const { anna, scope } = await workspaceFor(t);
  for (let n = 100; n < 151; n += 1) await createCanned(scope, null, { ...LETTER, name: `Szablon ${n}` });
  const { text } = await anna.get('/canned-responses/company');
  t.true(text.includes('Szablon 149') && !text.includes('Szablon 150'));
  const more = /hx-get="(\/canned-responses\/company\?after=[^"]+)"/.exec(text)?.[1] ?? '';
  const rest = await anna.get(more, { 'HX-Request': 'true', 'HX-Request-Type': 'partial' });
  t.true(rest.text.includes('Szablon 150') && !rest.text.includes('Szablon 149'));
});
