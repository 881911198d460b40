import test from 'ava';
import { addFolder } from '../../core/folders/edit.ts';
import { confine } from '../support/folders.ts';
import { type HttpClient, httpClient } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

/** Whom the composer warns of when this is saved. */
async function warnedOf(client: HttpClient, path: string, fields: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ kind: 'reply', text: 'Dzień dobry', to: 'jan@customer.test', ...fields });
  const saved = await client.send('PUT', path, body, { 'HX-Request': 'true', 'x-csrf-token': client.csrf() });
  if (saved.status !== 204) throw new Error(`saving was answered with ${saved.status}`);
  return decodeURIComponent(saved.headers.get('x-first-time') ?? '');
}

test('whoever writes to an address for the first time is warned, and not of those he knows, of colleagues, inboxes and halves of addresses', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  const warned = (fields: Record<string, string>) => warnedOf(anna, '/conversations/1/draft', fields);
  t.is(await warned({}), '');
  t.is(await warned({ moreTo: 'Jan <JAN@customer.test>' }), '', 'the contact himself');
  t.is(await warned({ cc: 'jan@custmer.test' }), 'jan@custmer.test');
  t.is(await warned({ moreTo: 'ola@x.pl', cc: 'jan@customer.test', bcc: 'żółw@x.pl' }), 'ola@x.pl, żółw@x.pl');
  t.is(await warned({ cc: 'ola@x.pl', kind: 'note' }), '', 'a note goes to nobody');
  t.is(await warned({ cc: 'ola@' }), '');
  const own = [...(await scope.db('inboxes').pluck('address')), ...(await scope.db('agents').pluck('email'))];
  t.true(own.length > 1);
  t.is(await warned({ cc: own.join(', ') }), '', 'our own');
  await anna.get('/conversations/new');
  t.is(await warnedOf(anna, '/conversations/new/draft', { kind: 'new', to: '', moreTo: 'jan@customer.test' }), '');
  t.is(await warnedOf(anna, '/conversations/new/draft', { kind: 'new', to: '', moreTo: 'jan@custmer.test' }), 'jan@custmer.test');
});

test('an address known only from what he may not see is new to him like any other', async (t) => {
  const { mail, base, piotr, scope } = await workspaceFor(t);
  await mail({ from: { name: null, address: 'tajny@customer.test' } });
  await mail({ from: { name: null, address: 'jan@customer.test' } });
  const folder = await addFolder(scope, 'Inne');
  const open = await scope.db('conversations').orderBy('id', 'desc').first('id');
  await scope.db('conversations').where({ id: open.id }).update({ folder_id: folder.id });
  await confine(scope, piotr, [folder.id]);
  const client = httpClient(base);
  signIn(client, piotr);
  await client.get(`/conversations/${open.id}`);
  t.is(await warnedOf(client, `/conversations/${open.id}/draft`, { cc: 'tajny@customer.test' }), 'tajny@customer.test');
});
