import test from 'ava';
import { createApiKey } from '../../core/api-keys/api-keys.ts';
import { addAgent, PASSWORD } from '../support/accounts.ts';
import { ADMIN, startApp } from '../support/app.ts';
import { loggedInClient } from '../support/http-client.ts';

test('an administrator makes a key of his own in the browser, sees it once, and whatever key he revokes opens nothing any more', async (t) => {
  const app = await startApp(t);
  const jan = await addAgent(app.scope, 'Jan');
  const { key: ofJan } = await createApiKey(app.scope, jan, 'Sklep <b>');
  const status = async (key: string): Promise<number> =>
    (await fetch(`${app.base}/api/v1/conversations`, { headers: { authorization: `Bearer ${key}` } })).status;
  const anna = await loggedInClient(app.base, ADMIN);
  const page = (await anna.get('/api-keys')).text;
  t.true(page.includes('Sklep &lt;b&gt;') && page.includes('Jan'));
  t.false(page.includes(ofJan));
  t.is((await anna.post('/api-keys', { name: ' ' })).status, 422);
  const made = await anna.post('/api-keys', { name: 'Magazyn', agentId: String(jan) });
  const [key = ''] = /ck_[\w-]{20,}/.exec(made.text) ?? [];
  t.is(made.status, 200);
  t.is(made.headers.get('cache-control'), 'no-store');
  t.is(await status(key), 200);
  const [, shown = ''] = /curl -H [^<]*(\/api\/v1\/[^<]*)</.exec(made.text) ?? [];
  t.is((await fetch(app.base + shown, { headers: { authorization: `Bearer ${key}` } })).status, 200, `what is shown to try: ${shown}`);
  const rows = await app.scope
    .db('api_keys')
    .join('agents', 'agents.id', 'api_keys.agent_id')
    .where('api_keys.name', 'Magazyn')
    .select('agents.email', 'api_keys.id');
  t.deepEqual(
    rows.map(({ email }: { email: string }) => email),
    [ADMIN.email],
    'his own, whatever the form says',
  );
  t.false((await anna.get('/api-keys')).text.includes(key), 'seen once');
  const keys = await app.scope.db('api_keys').select('id');
  for (const { id } of keys) t.is((await anna.post(`/api-keys/${id}/revocation`)).location, '/api-keys');
  t.is(await status(key), 401);
  t.is(await status(ofJan), 401);
  t.is((await anna.post(`/api-keys/${keys[0].id}/revocation`)).status, 404);
  t.true((await anna.get('/api-keys')).text.includes('Nie ma żadnego klucza'));
  t.deepEqual(
    (await app.scope.db('events').whereIn('type', ['api_key.created', 'api_key.revoked']).orderBy('id').pluck('type')).filter(
      (type: string) => type.endsWith('revoked'),
    ).length,
    keys.length,
  );
});

test('where a password is changed and where an account is enabled again it is said which keys go on', async (t) => {
  const app = await startApp(t);
  const jan = await addAgent(app.scope, 'Jan');
  const anna = await loggedInClient(app.base, ADMIN);
  const own = await loggedInClient(app.base, { email: 'jan@firma.example', password: PASSWORD });
  const read = async (): Promise<readonly string[]> => [(await anna.get(`/agents/${jan}`)).text, (await own.get('/profile')).text];
  for (const page of await read()) t.false(page.includes('klucz API'), 'he has none');
  const { key, id } = await createApiKey(app.scope, jan, 'Sklep <b>');
  const opens = async (): Promise<number> =>
    (await fetch(`${app.base}/api/v1/profile`, { headers: { authorization: `Bearer ${key}` } })).status;
  const [page = '', profile = ''] = await read();
  t.regex(page, /działa 1 klucz API \(Sklep &lt;b&gt;\)\. Nowe hasło go nie kończy\. <a href="\/api-keys">/);
  t.regex(profile, /W Twoim imieniu działa 1 klucz API \(Sklep &lt;b&gt;\)\. .*Unieważnić je może administrator/);
  await anna.post(`/agents/${jan}/password`, { password: 'zupelnie inne haslo 7' });
  t.is(await opens(), 200);
  await anna.post(`/agents/${jan}/status`, { status: 'disabled' });
  t.is(await opens(), 401);
  t.regex((await anna.get(`/agents/${jan}`)).text, /znów zadziała 1 klucz API: Sklep &lt;b&gt;\./);
  await anna.post(`/api-keys/${id}/revocation`);
  t.false((await anna.get(`/agents/${jan}`)).text.includes('klucz API:'));
});
