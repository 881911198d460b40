import test from 'ava';
import { startApp } from '../support/app.ts';
import { administratorOf } from '../support/mailboxes.ts';

test('an administrator tries rules of retention before saving them, is told what is wrong, and takes the proof as a file', async (t) => {
  const app = await startApp(t);
  const admin = await administratorOf(app);
  await admin.get('/retention');
  const wrong = await admin.post('/retention', { months_others: '0', act: 'save' });
  t.is(wrong.status, 422);
  t.true(wrong.text.includes('Podaj liczbę miesięcy od 1 do 600') && wrong.text.includes('value="0"'));
  const tried = await admin.post('/retention', { months_others: '24', act: 'preview' });
  t.true(tried.text.includes('To tylko podgląd') && tried.text.includes('value="24"'));
  t.deepEqual(await app.scope.db('retention_rules'), []);
  t.is((await admin.post('/retention', { months_others: '24', act: 'save' })).location, '/retention');
  t.deepEqual(await app.scope.db('retention_rules'), [{ inbox_id: 0, months: 24 }]);
  t.true((await admin.get('/retention')).text.includes('value="24"'));
  const { text } = await admin.get(`/retention/report?year=${new Date().getUTCFullYear()}`);
  t.regex(text, /Usunięto;Skrzynka;Odebrano;[\s\S]*;koniec łańcucha;/);
  t.is((await admin.get('/retention/report?year=nie')).status, 404);
  t.regex((await admin.get('/audit')).text, /po ilu miesiącach usuwać zakończone rozmowy/);
});
