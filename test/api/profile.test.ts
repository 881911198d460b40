import test from 'ava';
import { AGENT, api } from '../support/api.ts';

test('a key tells whom it stands for, and lets him say that he is away and change his own data', async (t) => {
  const { call } = await api(t);
  const mine = (await call('GET', '/profile', undefined, AGENT)).json;
  t.like(mine, { id: 2, role: 'agent', permissions: [], availability: 'available', availableAgainAt: null, ring: 'short' });
  const availableAgainAt = new Date(Date.now() + 3_600_000).toISOString();
  const changed = await call('PATCH', '/profile', { availability: 'away', availableAgainAt, jobTitle: 'Serwis', ring: 'long' }, AGENT);
  t.like(changed.json, { availability: 'away', availableAgainAt, jobTitle: 'Serwis', ring: 'long', firstName: mine.firstName });
  t.like((await call('PATCH', '/profile', { availability: 'available' }, AGENT)).json, {
    availability: 'available',
    availableAgainAt: null,
  });
  for (const wrong of [
    { availability: 'away', availableAgainAt: '2020-01-01T00:00:00.000Z' },
    { role: 'administrator' },
    { firstName: '' },
  ])
    t.is((await call('PATCH', '/profile', wrong, AGENT)).status, 422);
});
