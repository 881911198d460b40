import test from 'ava';
import { ADMINISTRATOR, api } from '../support/api.ts';

test('the details of the company are read by every key and changed by an administrator, all or nothing', async (t) => {
  const { call } = await api(t);
  t.is((await call('PATCH', '/company', { phone: '1' })).status, 403);
  const changes = { name: 'Rowery', phone: '22 1', taxNumber: '525-1', variables: [{ name: 'konto', label: 'Konto', value: 'PL 1' }] };
  const changed = await call('PATCH', '/company', changes, ADMINISTRATOR);
  const expected = { name: 'Rowery', address: '', phone: '22 1', www: '', taxNumber: '525-1', hours: '', variables: changes.variables };
  t.deepEqual([changed.status, changed.json], [200, expected]);
  const wrong = { phone: '22 2', variables: [{ name: 'Zła nazwa', value: '1' }] };
  t.is((await call('PATCH', '/company', wrong, ADMINISTRATOR)).status, 422);
  t.deepEqual((await call('GET', '/company')).json, expected);

  await call('POST', '/canned-responses', { name: 'Przelew', text: '{{ company.konto }}', scope: 'company' }, ADMINISTRATOR);
  const remove = { variables: [{ name: 'konto', value: null }] };
  t.like(await call('PATCH', '/company', remove, ADMINISTRATOR), { status: 409, json: { code: 'variable_in_use' } });
  t.is((await call('PATCH', '/company', { ...remove, evenIfUsed: true }, ADMINISTRATOR)).status, 200);
  t.is((await call('PATCH', '/company', remove, ADMINISTRATOR)).status, 404);
});
