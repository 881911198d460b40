import test from 'ava';
import { ADMINISTRATOR, api } from '../support/api.ts';

test('a program lists, adds, changes and deletes templates, its own and with an administrator’s key those of the company', async (t) => {
  const { call } = await api(t);
  const own = await call('POST', '/canned-responses', { name: 'Moje', text: 'Dzień dobry, {{ contact.name }}', folder: 'Oferty' });
  t.is(own.status, 201, own.text);
  t.like(own.json, { scope: 'own', name: 'Moje', folder: 'Oferty', html: null, channel: null, usedCount: 0, lastUsedAt: null });
  const company = { scope: 'company', name: 'Cennik', html: '<p>Cena <b>7</b><script>x</script></p>' };
  t.is((await call('POST', '/canned-responses', company)).status, 403);
  const made = await call('POST', '/canned-responses', company, ADMINISTRATOR);
  t.like(made.json, { scope: 'company', text: 'Cena 7', html: '<p>Cena <b>7</b></p>' });
  const names = async (query: string, key?: string): Promise<string[]> =>
    (await call('GET', `/canned-responses?${query}`, undefined, key)).json.items.map(({ name }: { name: string }) => name);
  t.deepEqual(await names(''), ['Cennik', 'Moje']);
  t.deepEqual(await names('q=dzien', ADMINISTRATOR), []);
  const first = await call('GET', '/canned-responses?limit=1');
  t.deepEqual(await names(`limit=1&cursor=${first.json.next}`), ['Moje']);
  const changed = await call('PATCH', `/canned-responses/${made.json.id}`, { name: 'Cennik letni' }, ADMINISTRATOR);
  t.like(changed.json, { name: 'Cennik letni', html: '<p>Cena <b>7</b></p>' });
  const plain = await call('PATCH', `/canned-responses/${made.json.id}`, { text: 'Cena 8' }, ADMINISTRATOR);
  t.like(plain.json, { text: 'Cena 8', html: null });
  t.deepEqual((await call('DELETE', `/canned-responses/${own.json.id}`)).json, { id: own.json.id });
  t.deepEqual(await names(''), ['Cennik letni']);
});

test('a program is told which field of a template is wrong, and finds none of somebody else', async (t) => {
  const { call } = await api(t);
  const wrong = await call('POST', '/canned-responses', { name: '', text: '{{ nic }}' });
  t.is(wrong.status, 422);
  t.deepEqual(Object.keys(wrong.json.fields).sort(), ['name', 'text']);
  t.is((await call('GET', '/canned-responses?cursor=x')).status, 422);
  const { json } = await call('POST', '/canned-responses', { name: 'Admina', text: 'x' }, ADMINISTRATOR);
  const company = await call('POST', '/canned-responses', { scope: 'company', name: 'Firmy', text: 'x' }, ADMINISTRATOR);
  for (const [method, path, status] of [
    ['PATCH', `/canned-responses/${json.id}`, 404],
    ['DELETE', `/canned-responses/${json.id}`, 404],
    ['PATCH', `/canned-responses/${company.json.id}`, 403],
    ['DELETE', `/canned-responses/${company.json.id}`, 403],
    ['DELETE', '/canned-responses/999', 404],
  ] as const)
    t.is((await call(method, path, method === 'PATCH' ? { name: 'y' } : undefined)).status, status, `${method} ${path}`);
});
