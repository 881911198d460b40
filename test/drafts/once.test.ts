import test from 'ava';
import { workspaceFor } from '../support/workspace.ts';

const onceIn = (text: string): string => /name="once" value="([a-z0-9]+)"/.exec(text)?.[1] ?? '';

/** Sends a form twice, as one who got no answer to the first time does; then again from the composer that came back. */
async function sentTwice(t: Parameters<typeof workspaceFor>[0], page: string, path: string, fields: Record<string, string>) {
  const { anna, mail, scope } = await workspaceFor(t);
  await mail({});
  const outgoing = async () => (await scope.db('messages').where({ direction: 'outbound' }).pluck('id')).length;
  const form = { ...fields, once: onceIn((await anna.get(page)).text) };
  t.not(form.once, '');
  const [one, other] = await Promise.all([anna.post(path, form), anna.post(path, form)]);
  t.deepEqual([one.status, other.status].sort(), [303, 422]);
  t.is(await outgoing(), 1);
  const late = await anna.post(path, form);
  t.is(late.status, 422);
  t.regex(late.text, /Ta wiadomość już została wysłana/);
  t.true(late.text.includes(fields['text'] ?? ''), 'the words are there to be seen');
  t.is(await outgoing(), 1);
  t.is((await anna.post(path, { ...form, once: onceIn(late.text) })).status, 303, 'who wants it twice can have it');
  t.is(await outgoing(), 2);
}

test('a new message that is sent again, because the answer to the first time was lost, goes out once', (t) =>
  sentTwice(t, '/conversations/new', '/conversations/new', {
    ...{ kind: 'new', inboxId: '1', moreTo: 'jan@customer.test', subject: 'Oferta', text: 'Taka jest oferta.' },
  }));

test('so does what is sent on to somebody else', (t) =>
  sentTwice(t, '/conversations/1', '/conversations/1/messages', {
    ...{ kind: 'forward', text: 'Proszę o wycenę.', forwardTo: 'serwis@naprawa.test', forwardOf: '1' },
  }));

test('a form that was refused is sent once it is right, and one without a name as often as it comes', async (t) => {
  const { anna, scope } = await workspaceFor(t);
  const fields = { kind: 'new', inboxId: '1', subject: 'Oferta', text: 'Taka jest oferta.' };
  const once = onceIn((await anna.get('/conversations/new')).text);
  t.is((await anna.post('/conversations/new', { ...fields, moreTo: 'nie adres', once })).status, 422);
  t.is((await anna.post('/conversations/new', { ...fields, moreTo: 'jan@customer.test', once })).status, 303);
  for (const _ of [1, 2]) t.is((await anna.post('/conversations/new', { ...fields, moreTo: 'jan@customer.test' })).status, 303);
  t.is((await scope.db('messages')).length, 3);
});

test('more recipients than a message may have are refused however many they are, and stand where they were written', async (t) => {
  const { anna, scope } = await workspaceFor(t);
  await anna.get('/conversations/new');
  const many = Array.from({ length: 900 }, (_, n) => `klient${n}@odbiorca.test`).join(', ');
  const fields = { kind: 'new', inboxId: '1', subject: 'Nowy cennik', text: 'Taki jest cennik.', moreTo: 'biuro@odbiorca.test' };
  for (const field of ['cc', 'bcc', 'moreTo']) {
    const refused = await anna.post('/conversations/new', { ...fields, [field]: many });
    t.is(refused.status, 422, field);
    t.regex(refused.text, /Za dużo odbiorców/);
    t.true(refused.text.includes(many), field);
  }
  t.is((await scope.db('messages')).length, 0);
});
