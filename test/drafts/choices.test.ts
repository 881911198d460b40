import test, { type ExecutionContext } from 'ava';
import { recordBlobs } from '../../core/blobs/store.ts';
import { createCanned } from '../../core/canned-responses/save.ts';
import { transact } from '../../core/db/scope.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };
const TEXT = 'Dzień dobry, {{ contact.name }}. Sprawa {{ conversation.number }}, {{ agent.name }}, {{ agent.job_title }}, {{ company }}.';

async function desk(t: ExecutionContext) {
  const workspace = await workspaceFor(t);
  const { scope, blobs, mail, anna } = workspace;
  const blob = await blobs.put(Buffer.from('cennik'));
  await transact(scope, (tx) => recordBlobs(tx, [blob]));
  const files = { added: [{ filename: 'cennik.pdf', contentType: 'application/pdf', ...blob }], removed: [] };
  const letter = { folder: '', channel: null, subject: 'Cennik na dziś', html: null };
  const id = await createCanned(scope, null, { ...letter, name: 'Cennik', text: TEXT }, files);
  await mail({ from: { address: 'jan@customer.test', name: 'Jan Żółty' } });
  await anna.get('/conversations/1');
  return { ...workspace, id };
}

test('a template is chosen, previewed and inserted for a conversation: filled in, its file in the draft, its use counted', async (t) => {
  const { anna, scope, id } = await desk(t);
  const list = await anna.get('/conversations/1/draft/choices?q=cen', PART);
  t.regex(list.text, /data-choice="1"[\s\S]*Cennik/);
  t.true((await anna.get('/conversations/1/draft/choices?q=nic', PART)).text.includes('Nie ma takiego szablonu'));
  const preview = await anna.get(`/conversations/1/draft/choices/${id}`, PART);
  for (const part of ['Dzień dobry, Jan Żółty. Sprawa 1, Anna Nowak, [?stanowisko piszącego?]', 'cennik.pdf', 'Cennik na dziś'])
    t.true(preview.text.includes(part), part);
  const written = { kind: 'reply', text: 'Moje słowa', to: 'jan@customer.test', cannedResponseId: String(id) };
  for (const _ of [1, 2]) {
    const inserted = await anna.post('/conversations/1/draft/insertion', written, PART);
    t.regex(inserted.text, /<textarea name="text">\nDzień dobry, Jan Żółty[\s\S]*name="dropped"[\s\S]*cennik\.pdf/);
  }
  t.like(await scope.db('drafts').first(), { text: 'Moje słowa' });
  t.is((await scope.db('draft_attachments')).length, 1, 'the same file once');
  t.is((await scope.db('canned_responses').first('used_count')).used_count, 2);
  await anna.post('/conversations/1/messages', { kind: 'reply', text: 'Gotowe', to: 'jan@customer.test' });
  t.deepEqual(await scope.db('attachments').pluck('filename'), ['cennik.pdf']);
});

test('without scripts what was written is kept with its files, and the chosen template stands below it', async (t) => {
  const { anna, scope, id } = await desk(t);
  const form = new FormData();
  for (const [name, value] of Object.entries({ _csrf: anna.csrf(), kind: 'reply', text: 'Już odpowiadam.' })) form.append(name, value);
  form.append('files', new File(['moje'], 'moje.txt', { type: 'text/plain' }));
  const left = await anna.send('POST', '/conversations/1/draft/choices', form);
  t.is(left.location, '/conversations/1/draft/choices');
  const page = await anna.get('/conversations/1/draft/choices');
  t.true(page.text.includes('action="/conversations/1/draft/choices/1"'));
  t.is((await anna.post(`/conversations/1/draft/choices/${id}`)).location, '/conversations/1');
  const { text } = await anna.get('/conversations/1');
  t.regex(text, /Już odpowiadam\.\n\nDzień dobry, Jan Żółty/);
  for (const part of ['moje.txt', 'cennik.pdf']) t.true(text.includes(part), part);
  t.is((await scope.db('drafts')).length, 1);
});

test('in a new message a template knows the recipient by his typed name, the inbox and no conversation, and brings its subject', async (t) => {
  const { anna, inboxId, id } = await desk(t);
  const preview = await anna.get(`/conversations/new/draft/choices/${id}?inboxId=${inboxId}&moreTo=Ola%20Nowa%20%3Cola@x.test%3E`, PART);
  t.true(preview.text.includes('Dzień dobry, Ola Nowa. Sprawa [?numer rozmowy?]'), preview.text);
  const typed = { kind: 'new', text: '', moreTo: 'ola@x.test', inboxId: String(inboxId) };
  const left = await anna.post('/conversations/new/draft/choices', typed);
  t.is(left.location, `/conversations/new/draft/choices?inboxId=${inboxId}`);
  await anna.get(left.location ?? '');
  await anna.post(`/conversations/new/draft/choices/${id}`);
  const { text } = await anna.get('/conversations/new');
  t.true(text.includes('value="Cennik na dziś"') && text.includes('Dzień dobry, [?imię i nazwisko klienta?]'));
});

test('a text with a place not filled in is sent only when its author says so, a note at once, and chosen files are kept meanwhile', async (t) => {
  const { anna, scope } = await desk(t);
  const typed = { kind: 'reply', text: 'Dzień dobry, [?imię klienta?]', to: 'jan@customer.test' };
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...typed, _csrf: anna.csrf() })) form.append(name, value);
  form.append('files', new File(['oferta'], 'oferta.txt', { type: 'text/plain' }));
  const asked = await anna.send('POST', '/conversations/1/messages', form);
  t.is(asked.status, 422);
  for (const part of ['miejsca do uzupełnienia', 'name="unfilled"', 'oferta.txt', '[?imię klienta?]'])
    t.true(asked.text.includes(part), part);
  t.deepEqual(await scope.db('deliveries').pluck('id'), []);
  t.is((await anna.post('/conversations/1/messages', { ...typed, unfilled: 'yes' })).status, 303);
  t.deepEqual(await scope.db('attachments').pluck('filename'), ['oferta.txt']);
  t.is((await anna.post('/conversations/1/messages', { ...typed, kind: 'note' })).status, 303);
  t.is(
    (await anna.post('/conversations/new', { ...typed, kind: 'new', subject: '[?x?]', text: 'a', moreTo: 'a@b.test', inboxId: '1' }))
      .status,
    422,
  );
});

test('a template of somebody else, or for a conversation that is not there, is not found', async (t) => {
  const { base, piotr, scope, agentId } = await desk(t);
  const own = await createCanned(scope, agentId, { name: 'Moje', folder: '', channel: null, subject: '', text: 'x', html: null });
  const other = httpClient(base);
  signIn(other, piotr);
  await other.get('/conversations/1');
  t.false((await other.get('/conversations/1/draft/choices', PART)).text.includes('Moje'));
  for (const path of [`1/draft/choices/${own}`, '99/draft/choices', '99/draft/choices/1', 'x/draft/choices'])
    t.is((await other.get(`/conversations/${path}`, PART)).status, 404, path);
  t.is((await other.post('/conversations/1/draft/insertion', { text: 'a', cannedResponseId: String(own) }, PART)).status, 404);
  t.is((await other.post('/conversations/1/draft/insertion', { text: 'a' }, PART)).status, 404);
  t.is((await other.post(`/conversations/1/draft/choices/${own}`)).status, 404);
  t.is((await other.post('/conversations/99/draft/choices', { text: 'a' })).status, 404);
});
