// In a process of its own: others who log in meanwhile would be sent away too.
import test from 'ava';
import { verifyPassword } from '../../core/agents/password.ts';
import { accountsWeb, PASSWORD } from '../support/accounts.ts';

test('a crowd that guesses is told to wait at once, and whoever logged in here before goes before it', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa');
  await client.get('/profile');
  await client.post('/logout');
  const stranger = web.visitor();
  for (const one of [client, stranger]) await one.get('/login');
  let left = 400;
  const crowd = Array.from({ length: left }, () =>
    verifyPassword('zły strzał', null, 'stranger')
      .then(() => 'compared')
      .catch(() => 'sent away')
      .finally(() => (left -= 1)),
  );
  const form = { email: 'ewa@firma.example', password: PASSWORD, next: '/' };
  const [known, unknown] = await Promise.all([client.post('/login', form), stranger.post('/login', form)]);
  t.is(known.status, 303);
  t.true(left > 20, `${left} still wait`);
  t.is(unknown.status, 429);
  t.is(unknown.headers.get('retry-after'), '5');
  const told = await Promise.all(crowd);
  t.is(told.filter((one) => one === 'compared').length, 202);
  t.is((await stranger.post('/login', form)).status, 303);
});
