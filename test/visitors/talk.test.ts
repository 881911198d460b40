import test, { type ExecutionContext } from 'ava';
import { sha256 } from '../../core/lib/secrets.ts';
import { changeGeneral } from '../../core/settings/general.ts';
import { ADMIN, type App, startApp } from '../support/app.ts';
import { answerTo, chatOn, type Window, windowAt } from '../support/chat.ts';
import { loggedInClient } from '../support/http-client.ts';
import { until } from '../support/until.ts';

async function shop(t: ExecutionContext<unknown>, options: Parameters<typeof chatOn>[1] = {}): Promise<App> {
  const app = await startApp(t);
  await changeGeneral(app.scope, { undoSeconds: 10 });
  await chatOn(app, options);
  return app;
}

const statusOf = async (app: App, messageId: number): Promise<string> =>
  (await app.scope.db('deliveries').where({ message_id: messageId }).first('status')).status;
const texts = async (window: Window): Promise<readonly string[]> => (await window.look()).lines.map(({ text }) => text);

test('a visitor writes, an agent answers at once, and what he writes later stands in the same conversation', async (t) => {
  const app = await shop(t);
  const jan = await windowAt(app);
  t.like(await jan.look(), { isOpen: true, isKnown: false, asks: 'nothing', lines: [] });
  const first = await jan.say('Dzień dobry, czy naprawiacie <b>hulajnogi</b>?');
  t.is(first.status, 200);
  t.regex(String(first.json['token']), /^[a-z2-9]{32}$/, 'of 160 bits');
  const { conversation_id: id } = await jan.heard('Dzień dobry, czy naprawiacie <b>hulajnogi</b>?');
  const stored = await app.scope.db('visitors').first();
  t.false(JSON.stringify(stored).includes(jan.token), 'the token itself is stored nowhere');

  const messageId = await answerTo(app, id, 'Tak, od ręki.');
  await until('it is handed over, without the time for taking it back', async () => (await statusOf(app, messageId)) === 'sent');
  const now = await jan.look();
  t.deepEqual(
    now.lines.map(({ text, key }) => [text, key !== null]),
    [
      ['Dzień dobry, czy naprawiacie <b>hulajnogi</b>?', true],
      ['Tak, od ręki.', false],
    ],
  );
  t.is(await statusOf(app, messageId), 'delivered', 'his window has it');
  t.is((await jan.say('To przyjdę jutro.')).json['token'], null, 'the token is told once');
  t.is((await jan.heard('To przyjdę jutro.')).conversation_id, id);
  t.deepEqual(
    (await jan.look(now.lines.at(-1)?.id)).lines.map(({ text }) => text),
    ['To przyjdę jutro.'],
    'only what is new',
  );

  await app.scope.db('conversations').where({ id }).update({ status: 'closed', closed_at: new Date().toISOString() });
  await jan.say('Jeszcze jedno pytanie.');
  t.is((await jan.heard('Jeszcze jedno pytanie.')).conversation_id, id);
  t.is((await app.scope.db('conversations').where({ id }).first('status')).status, 'open', 'it is open again');
});

test('a window shows its own talk alone: no notes, nothing of others, and nothing to who has no token', async (t) => {
  const app = await shop(t);
  const [jan, ewa] = [await windowAt(app), await windowAt(app)];
  await jan.say('Tu Jan');
  await ewa.say('Tu Ewa');
  const { conversation_id: id } = await jan.heard('Tu Jan');
  const { conversation_id: other } = await ewa.heard('Tu Ewa');
  t.not(id, other);
  const anna = await loggedInClient(app.base, ADMIN);
  await anna.get(`/conversations/${id}`);
  await anna.post(`/conversations/${id}/messages`, { kind: 'note', html: '', text: 'Tajna notatka', composing: String(id) });
  t.is((await app.scope.db('messages').where({ kind: 'note' })).length, 1);
  const messageId = await answerTo(app, id, 'Odpowiedź dla Jana');
  await until('it is handed over', async () => (await statusOf(app, messageId)) === 'sent');
  t.deepEqual(await texts(jan), ['Tu Jan', 'Odpowiedź dla Jana']);
  t.deepEqual(await texts(ewa), ['Tu Ewa']);
  const stranger = await windowAt(app);
  for (const token of ['', 'x', 'a'.repeat(32), `${jan.token}a`, jan.token.toUpperCase(), await addressOf(app, jan)]) {
    stranger.token = token;
    t.like(await stranger.look(), { isKnown: false, lines: [] });
    t.is((await stranger.http.get('/widget/chat/live', { 'X-Visitor': token })).status, 404);
  }
  t.is((await ewa.say('x', { key: `../${jan.token.slice(0, 8)}` })).status, 422);
});

const addressOf = async (app: App, window: Window): Promise<string> =>
  (
    await app.scope
      .db('visitors')
      .where({ token_hash: sha256(window.token) })
      .first('address')
  ).address;

test('a line sent twice is received once, and a talk that is over begins anew', async (t) => {
  const app = await shop(t);
  const jan = await windowAt(app);
  await jan.say('Pierwsza');
  await jan.heard('Pierwsza');
  await jan.say('Druga', { key: 'thesamekey01' });
  await jan.say('Druga', { key: 'thesamekey01' });
  await jan.heard('Druga');
  t.is((await jan.say('Druga', { key: 'thesamekey01' })).status, 200);
  await jan.say('Trzecia');
  const { conversation_id: id } = await jan.heard('Trzecia');
  t.is((await app.scope.db('messages').where({ text: 'Druga' })).length, 1);
  t.deepEqual(await texts(jan), ['Pierwsza', 'Druga', 'Trzecia']);

  const old = jan.token;
  await app.scope.db('visitors').update({ seen_at: new Date(Date.now() - 31 * 86_400_000).toISOString() });
  t.like(await jan.look(), { isKnown: false, lines: [] });
  const messageId = await answerTo(app, id, 'Czy jeszcze Pan tu jest?');
  await until('the agent sees that it cannot reach him', async () => (await statusOf(app, messageId)) === 'failed');
  t.regex(String((await jan.say('Nowa sprawa')).json['token']), /^[a-z2-9]{32}$/);
  t.not(jan.token, old);
  t.not((await jan.heard('Nowa sprawa')).conversation_id, id);
});

test('an answer to who has left waits for him, and the agent sees so', async (t) => {
  const app = await shop(t);
  const jan = await windowAt(app);
  await jan.say('Halo?');
  const { conversation_id: id } = await jan.heard('Halo?');
  await app.scope.db('visitors').update({ seen_at: new Date(Date.now() - 60_000).toISOString() });
  const messageId = await answerTo(app, id, 'Jestem już.');
  await until('it waits', async () => (await statusOf(app, messageId)) === 'sent');
  const anna = await loggedInClient(app.base, ADMIN);
  const page = (await anna.get(`/conversations/${id}`)).text;
  t.true(page.includes('Klient wyszedł ze strony albo ma przed sobą inną kartę. Zobaczy odpowiedź, gdy wróci.'));
  t.deepEqual(await texts(jan), ['Halo?', 'Jestem już.']);
  t.is(await statusOf(app, messageId), 'delivered');
  t.false((await anna.get(`/conversations/${id}`)).text.includes('Klient wyszedł ze strony'));
});

test('of who has closed the window and still has the website before him the agent does not read that he left it', async (t) => {
  const app = await shop(t);
  const [jan, anna] = [await windowAt(app), await loggedInClient(app.base, ADMIN)];
  await jan.say('Halo?');
  const { conversation_id: id } = await jan.heard('Halo?');
  const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
  const visitor = () => app.scope.db('visitors').first('seen_at', 'around_at');
  await jan.count();
  await until('his page is noted', async () => (await visitor()).around_at !== null);
  for (const [seen_at, around_at, words] of [
    [ago(60_000), ago(1_000), 'Klient zamknął okienko czatu, ale przed chwilą był jeszcze na stronie.'],
    [ago(60_000), ago(180_000), 'Klient wyszedł ze strony albo ma przed sobą inną kartę.'],
    [ago(60_000), null, 'Klient wyszedł ze strony albo ma przed sobą inną kartę.'],
  ] as const) {
    await app.scope.db('visitors').update({ seen_at, around_at });
    const messageId = await answerTo(app, id, 'Jestem już.');
    await until('it waits', async () => (await statusOf(app, messageId)) === 'sent');
    const page = (await anna.get(`/conversations/${id}`)).text;
    t.is(page.split(/Klient (?:zamknął|wyszedł)/).length, 2, 'one note, at what waits');
    t.true(page.includes(words), words);
    await app.scope.db('messages').where({ id: messageId }).delete();
  }
});

test('the live stream says only that something is new, and to the window that it is for', async (t) => {
  const app = await shop(t);
  const [jan, ewa] = [await windowAt(app), await windowAt(app)];
  await jan.say('Tu Jan');
  await ewa.say('Tu Ewa');
  const { conversation_id: id } = await jan.heard('Tu Jan');
  const heard = new Map<string, string>();
  const abort = new AbortController();
  t.teardown(() => abort.abort());
  for (const [name, { token }] of [['jan', jan] as const, ['ewa', ewa] as const]) {
    const live = await fetch(`${app.base}/widget/chat/live`, { headers: { 'X-Visitor': token }, signal: abort.signal });
    t.is(live.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    const text = live.body?.pipeThrough(new TextDecoderStream()).getReader();
    const read = async (): Promise<void> => {
      for (let part = await text?.read(); part && !part.done; part = await text?.read())
        heard.set(name, (heard.get(name) ?? '') + part.value);
    };
    read().catch(() => {});
  }
  await answerTo(app, id, 'Odpowiedź');
  await until('his window hears of it', () => heard.get('jan')?.includes('new'));
  t.is(heard.get('jan'), 'data: open\n\ndata: new\n\n');
  t.is(heard.get('ewa'), 'data: open\n\n');
});
