import test from 'ava';
import { startApp } from '../support/app.ts';

test('the pages of spam and of blocked senders are for administrators only', async (t) => {
  const app = await startApp(t);
  for (const path of ['/spam', '/blocked-senders']) {
    const answer = await fetch(`${app.base}${path}`, { redirect: 'manual' });
    t.is(answer.status, 303, path);
    t.regex(answer.headers.get('location') ?? '', /^\/login/);
  }
});
