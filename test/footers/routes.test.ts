import test from 'ava';
import { saveFooter } from '../../core/footers/save.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

test('footers are listed, written and previewed by administrators, and agents write their own only when they may', async (t) => {
  const { anna, base, piotr, inboxId } = await workspaceFor(t);
  const ordinary = httpClient(base);
  signIn(ordinary, piotr);
  const list = await anna.get('/footers');
  for (const part of ['Anna Nowak', `/footers/inboxes/${inboxId}`, `/footers/agents/${piotr}`, 'brak'])
    t.true(list.text.includes(part), part);
  await anna.get(`/footers/agents/${piotr}`);
  const preview = await anna.post(`/footers/agents/${piotr}/preview`, { text: 'Z poważaniem, {{ agent.email }} <b>' });
  t.true(preview.text.includes('Z poważaniem, piotr@company.test &lt;b&gt;'), preview.text);
  const refused = await anna.post(`/footers/agents/${piotr}`, { text: 'Dla {{ contact.name }}' });
  t.true(refused.status === 422 && refused.text.includes('Dla {{ contact.name }}') && refused.text.includes('nieznana zmienna'));
  t.is((await anna.post(`/footers/agents/${piotr}`, { text: 'Stopka Piotra' })).location, '/footers');
  const mine = await ordinary.get('/footers/mine');
  t.true(mine.text.includes('Stopka Piotra') && !mine.text.includes('name="text"'));
  t.is((await ordinary.post('/footers/mine', { text: 'Moja' })).status, 409);
  for (const path of ['/footers', `/footers/agents/${piotr}`, `/footers/inboxes/${inboxId}`]) {
    t.is((await ordinary.get(path)).status, 403, path);
    if (path !== '/footers') t.is((await ordinary.post(path, { text: 'x' })).status, 403, path);
  }
  t.is((await ordinary.post('/footers/option', { agentsMayEdit: 'on' })).status, 403);
  t.is((await anna.post('/footers/option', { agentsMayEdit: 'on' })).location, '/footers');
  t.true((await ordinary.get('/footers/mine')).text.includes('name="text"'));
  t.is((await ordinary.post('/footers/mine', { text: 'Moja własna' })).location, '/footers/mine');
  t.true((await ordinary.get('/footers/mine')).text.includes('Moja własna'));
  for (const path of ['/footers/agents/999', '/footers/inboxes/999']) t.is((await anna.get(path)).status, 404, path);
});

test('the composer shows the footer before anything is sent, in an answer and for the chosen inbox of a new message', async (t) => {
  const { anna, mail, scope, inboxId, agentId } = await workspaceFor(t);
  await mail({});
  t.regex((await anna.get('/conversations/1')).text, /id="composer-footer"><\/div>/);
  await saveFooter(scope, { agentId }, { text: '{{ agent.name }}, {{ inbox.address }}', html: '' });
  const shown = /id="composer-footer">[\s\S]*Anna Nowak, help@company\.test/;
  t.regex((await anna.get('/conversations/1')).text, shown);
  t.regex((await anna.get('/conversations/new')).text, shown);
  t.regex((await anna.get(`/footers/shown?inboxId=${inboxId}`, PART)).text, shown);
  t.notRegex((await anna.get('/footers/shown?inboxId=999', PART)).text, shown);
  await anna.post('/conversations/1/messages', { kind: 'reply', text: 'Odpowiedź', to: 'jan@customer.test' });
  t.regex((await anna.get('/conversations/1')).text, /class="fold footer-sent"[\s\S]*Anna Nowak, help@company\.test/);
});
