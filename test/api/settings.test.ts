import test from 'ava';
import { ADMINISTRATOR, api } from '../support/api.ts';

test('what is set for the company is read by every key and changed by an administrator’s', async (t) => {
  const { call } = await api(t);
  const usual = {
    defaultLanguage: 'pl',
    timeZone: 'Europe/Warsaw',
    undoSeconds: 10,
    maxAttachments: 10,
    maxMessageMb: 20,
    otherSubject: 'ask',
  };
  t.deepEqual((await call('GET', '/settings')).json, usual);
  t.is((await call('PATCH', '/settings', { otherSubject: 'split' })).status, 403);
  t.deepEqual((await call('PATCH', '/settings', { otherSubject: 'split' }, ADMINISTRATOR)).json, { ...usual, otherSubject: 'split' });
  for (const wrong of [{ otherSubject: 'never' }, { timeZone: 'Mars' }, { undoSeconds: -1 }, { companyName: '' }])
    t.is((await call('PATCH', '/settings', wrong, ADMINISTRATOR)).status, 422, JSON.stringify(wrong));
  t.is((await call('GET', '/settings')).json.otherSubject, 'split');
});
