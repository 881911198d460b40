import test from 'ava';
import { MAX_LINES } from '../../core/visitors/types.ts';
import { startApp } from '../support/app.ts';
import { chatOn, windowAt } from '../support/chat.ts';

const BEGIN = 'abcdefghijkmnpqrstuvwxyz23456789';
const FIRST = { key: 'thefirstline01', begin: BEGIN };

test('first words whose answer was lost, sent again, begin no second talk and are received once, and the window can go on', async (t) => {
  const app = await startApp(t);
  await chatOn(app);
  const jan = await windowAt(app);
  t.is((await jan.say('Halo', FIRST)).status, 200);
  const { conversation_id: id } = await jan.heard('Halo');
  jan.token = '';
  for (let n = 0; n < 8; n += 1) {
    t.deepEqual(await jan.say('Halo', FIRST), { status: 200, json: { token: BEGIN } }, 'no stranger who begins one talk after another');
    jan.token = '';
  }
  await jan.say('Halo', FIRST);
  await jan.say('Jeszcze jedno');
  t.is((await jan.heard('Jeszcze jedno')).conversation_id, id);
  t.is((await app.scope.db('visitors')).length, 1);
  t.is((await app.scope.db('conversations')).length, 1);
  t.is((await app.scope.db('messages').where({ text: 'Halo' })).length, 1);
  t.deepEqual(
    (await jan.look()).lines.map(({ text }) => text),
    ['Halo', 'Jeszcze jedno'],
  );
  t.false(JSON.stringify([await app.scope.db('visitors'), await app.scope.db('visitor_lines')]).includes(BEGIN), 'it is stored nowhere');
});

test('first words that arrive several times at the same moment begin one talk', async (t) => {
  const app = await startApp(t);
  await chatOn(app);
  const windows = await Promise.all([1, 2, 3, 4].map(() => windowAt(app)));
  const said = await Promise.all(windows.map((one) => one.say('Halo', FIRST)));
  t.deepEqual(
    said,
    windows.map(() => ({ status: 200, json: { token: BEGIN } })),
  );
  const [first] = windows;
  await first?.heard('Halo');
  await first?.say('Dalej');
  await first?.heard('Dalej');
  t.is((await app.scope.db('visitors')).length, 1);
  t.is((await app.scope.db('conversations')).length, 1);
  t.is((await app.scope.db('messages').where({ text: 'Halo' })).length, 1);
});

test('a talk that is over or full is not begun again by the words that began it, and only a token of full length begins one', async (t) => {
  const app = await startApp(t);
  await chatOn(app);
  const jan = await windowAt(app);
  for (const begin of ['x', BEGIN.toUpperCase(), `${BEGIN}a`, BEGIN.slice(1)]) t.is((await jan.say('Halo', { begin })).status, 422, begin);
  await jan.say('Halo', FIRST);
  await jan.heard('Halo');
  const { id: visitorId } = await app.scope.db('visitors').first('id');
  const full = Array.from({ length: MAX_LINES }, (_, n) => ({
    visitor_id: visitorId,
    external_id: `x${n}`,
    external_id_hash: `x${n}`,
    is_ours: false,
  }));
  await app.scope.db.batchInsert('visitor_lines', full, 100);
  jan.token = '';
  t.regex(String((await jan.say('Jeszcze raz', FIRST)).json['token']), /^[a-z2-9]{32}$/);
  t.not(jan.token, BEGIN);
  await app.scope.db('visitor_lines').delete();
  await app.scope.db('visitors').update({ seen_at: new Date(Date.now() - 31 * 86_400_000).toISOString() });
  jan.token = '';
  t.is((await jan.say('I jeszcze', FIRST)).status, 200);
  t.not(jan.token, BEGIN);
  t.true((await jan.look()).isKnown);
});
