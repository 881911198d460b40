import test from 'ava';
import { createApiKey } from '../../core/api-keys/api-keys.ts';
import { startApp } from '../support/app.ts';
import { administratorOf } from '../support/mailboxes.ts';

test('who has inboxes of which none sends is told so, and not that there is none', async (t) => {
  const app = await startApp(t);
  const admin = await administratorOf(app);
  t.regex((await admin.get('/conversations/new')).text, /Nie ma jeszcze skrzynki/);
  const { id } = await app.scope.db('agents').where({ role: 'administrator' }).first('id');
  const { key } = await createApiKey(app.scope, id, 'inboxes');
  const made = await fetch(`${app.base}/api/v1/inboxes`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ channel: 'email', name: 'Biuro', address: 'biuro@firma.test' }),
  });
  t.is(made.status, 201);
  const { text } = await admin.get('/conversations/new');
  t.regex(text, /Żadna z Twoich skrzynek nie wysyła[\s\S]*Biuro: bez sposobu wysyłania albo wstrzymane\.[\s\S]*href="\/inboxes\/1"/);
  t.notRegex(text, /Nie ma jeszcze skrzynki/);
});
