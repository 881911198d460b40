import test from 'ava';
import { startApp } from '../support/app.ts';
import { administratorOf } from '../support/mailboxes.ts';
import { officeFor } from '../support/office.ts';

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

test('a preview names the oldest that would go and says how many there are', async (t) => {
  const office = await officeFor(t);
  await Promise.all(Array.from({ length: 21 }, (_, n) => office.mail({ from: `klient${n}@example.test`, subject: `Sprawa ${n}` })));
  await office.scope.db('conversations').update({ status: 'closed', last_message_at: '2020-01-01T10:00:00.000Z' });
  const admin = await administratorOf(office);
  await admin.get('/retention');
  const preview = async () => (await admin.post('/retention', { months_others: '12', act: 'preview' })).text;
  t.true((await preview()).includes('Pierwsze 20 z 21, od najdawniejszych.'));
  await office.scope.db('conversations').where({ id: 1 }).update({ last_message_at: new Date().toISOString() });
  const all = await preview();
  t.false(all.includes('Pierwsze 20'));
  t.is(all.match(/Sprawa \d+/g)?.length, 20);
});
