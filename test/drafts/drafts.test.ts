import test from 'ava';
import { httpClient, multipart } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

test('what an agent writes is kept at once, comes back when he opens the conversation, and stands in nobody else’s composer', async (t) => {
  const { anna, mail, base, piotr } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  const fields = {
    kind: 'note',
    text: 'Zażółć "gęślą"',
    html: '<div>Zażółć <b>"gęślą"</b></div>',
    to: 'jan@customer.test',
    moreTo: 'ola@x.pl',
    cc: 'c@x.pl',
  };
  const saved = await anna.send('PUT', '/conversations/1/draft', new URLSearchParams(fields), { ...PART, 'x-csrf-token': anna.csrf() });
  t.is(saved.status, 204);
  const { text } = await anna.get('/conversations/1');
  for (const part of [
    'Zażółć &quot;gęślą&quot;</textarea>',
    'value="&lt;div&gt;Zażółć',
    'value="ola@x.pl"',
    'value="c@x.pl"',
    'value="note" checked',
    'szkic przywrócony',
  ])
    t.true(text.includes(part), part);
  t.true((await anna.get('/conversations')).text.includes('is-warn">szkic'));
  const other = httpClient(base);
  signIn(other, piotr);
  t.notRegex((await other.get('/conversations/1')).text, /gęślą&quot;<\/textarea>|value="ola@x.pl"/);
});

test('a draft changes in place and goes when it is emptied or discarded by its author', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  const save = (text: string) => anna.send('PUT', '/conversations/1/draft', new URLSearchParams({ text }), { 'x-csrf-token': anna.csrf() });
  const drafts = () => scope.db('drafts').pluck('text');
  await save('a');
  await save('ab');
  t.deepEqual(await drafts(), ['ab']);
  await save('');
  t.deepEqual(await drafts(), []);
  await save('abc');
  t.is((await anna.post('/conversations/1/draft/removal')).location, '/conversations/1');
  t.deepEqual(await drafts(), []);
});

test('an answer is sent by a plain form, with its attachments, and its draft is gone', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  await anna.send('PUT', '/conversations/1/draft', new URLSearchParams({ text: 'x' }), { 'x-csrf-token': anna.csrf() });
  const files = [new File(['treść'], 'żółty plik.txt', { type: 'text/plain' })];
  const sent = await anna.send(
    'POST',
    '/conversations/1/messages',
    multipart(
      { _csrf: anna.csrf(), kind: 'reply', text: 'Dzień dobry,\r\nodpowiadam.', to: '"Jan" <jan@customer.test>', cc: 'szef@x.pl' },
      files,
    ),
  );
  t.deepEqual([sent.status, sent.location], [303, '/conversations/1']);
  const page = await anna.get('/conversations/1');
  for (const part of ['odpowiadam.', 'żółty plik.txt', 'Możesz ją jeszcze cofnąć', 'szef@x.pl', 'Anna Nowak'])
    t.true(page.text.includes(part), part);
  t.deepEqual(await scope.db('deliveries').orderBy('id').pluck('address'), ['jan@customer.test', 'szef@x.pl']);
  t.deepEqual(await scope.db('drafts').pluck('id'), []);
});

test('sending and closing are one step', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  await anna.post('/conversations/1/messages', { kind: 'reply', text: 'Gotowe.', to: 'jan@customer.test', close: 'yes' });
  t.is((await scope.db('conversations').first('status')).status, 'closed');
});

test('a note stays inside: it has no recipients and nothing to deliver', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  const part = await anna.post('/conversations/1/messages', { kind: 'note', text: 'Tylko dla nas', to: 'jan@customer.test' }, PART);
  t.regex(part.text, /hx-target="#msgs"[\s\S]*msg internal[\s\S]*Tylko dla nas[\s\S]*hx-target="#composer"[\s\S]*Notka dodana/);
  t.is(Number((await scope.db('deliveries').count('* as n'))[0]?.['n']), 0);
});

test('what is refused comes back with its text and the reason, and is kept as a draft', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  for (const [form, reason] of [
    [{ kind: 'reply', text: '', to: 'jan@customer.test' }, 'Napisz coś'],
    [{ kind: 'reply', text: 'Ważne słowa' }, 'co najmniej jednego odbiorcę'],
    [{ kind: 'reply', text: 'Ważne słowa', to: 'jan@customer.test', cc: 'to nie adres' }, 'Jeden z adresów jest błędny'],
  ] as const) {
    const refused = await anna.post('/conversations/1/messages', form);
    t.is(refused.status, 422, reason);
    t.true(refused.text.includes(reason), reason);
    t.true(refused.text.includes(form.text));
  }
  t.deepEqual(await scope.db('drafts').pluck('text'), ['Ważne słowa']);
  t.deepEqual(await scope.db('deliveries').pluck('id'), []);
});

test('an answer is held back when the customer wrote meanwhile', async (t) => {
  const { anna, mail } = await workspaceFor(t);
  const { messageId } = await mail({});
  await anna.get('/conversations/1');
  await anna.post('/conversations/1/messages', { kind: 'note', text: 'nowsza' });
  const held = await anna.post('/conversations/1/messages', {
    kind: 'reply',
    text: 'Stara odpowiedź',
    to: 'jan@customer.test',
    seenMessageId: String(messageId),
  });
  t.is(held.status, 422);
  t.true(held.text.includes('jest nowsza wiadomość'));
  t.true(held.text.includes('Stara odpowiedź'));
});

test('a conversation is begun by us, and what is missing is asked for', async (t) => {
  const { anna, inboxId, scope } = await workspaceFor(t);
  t.is((await anna.get('/conversations/new')).status, 200);
  const typed = { inboxId: String(inboxId), moreTo: 'Ola Nowa <ola@customer.test>', subject: 'Oferta', text: 'W załączeniu oferta.' };
  const refused = await anna.post('/conversations/new', { ...typed, subject: '' });
  t.is(refused.status, 422);
  t.true(refused.text.includes('W załączeniu oferta.'));
  const begun = await anna.post('/conversations/new', typed);
  t.deepEqual([begun.status, begun.location], [303, '/conversations/1']);
  const { text } = await anna.get('/conversations/1');
  for (const part of ['Oferta', 'Ola Nowa', 'w kolejce', 'przypisana: Anna Nowak']) t.true(text.includes(part), part);
  t.deepEqual(await scope.db('drafts').pluck('id'), []);
});

test('what an agent writes is sanitised before anybody sees it', async (t) => {
  const { anna, mail } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  await anna.post('/conversations/1/messages', {
    kind: 'note',
    text: 'x',
    html: '<b>ok</b><img src=x onerror=alert(1)><div hx-get="/x" data-hx-trigger="load">y</div><script>alert(1)</script>',
  });
  const { text } = await anna.get('/conversations/1');
  t.regex(text, /<div class="rich">[\s\S]*<b>ok<\/b>/);
  t.notRegex(/<div class="rich">[\s\S]*?<\/article>/.exec(text)?.[0] ?? '', /onerror|hx-get|<script|alert/);
});

test('the answered message goes along below ours when the author asks for it, and the wish is kept with the draft', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  const draft = new URLSearchParams({ text: 'Odpisuję', quoted: 'yes' });
  await anna.send('PUT', '/conversations/1/draft', draft, { 'x-csrf-token': anna.csrf() });
  t.regex((await anna.get('/conversations/1')).text, /name="quoted" value="yes" checked/);
  const answer = async (fields: Record<string, string>): Promise<number | null> => {
    await anna.send(
      'POST',
      '/conversations/1/messages',
      multipart({ _csrf: anna.csrf(), kind: 'reply', to: 'jan@customer.test', ...fields }),
    );
    return (await scope.db('messages').where({ kind: 'reply' }).orderBy('id', 'desc').first('quoted_message_id'))?.quoted_message_id;
  };
  t.is(await answer({ text: 'Odpisuję', quoted: 'yes' }), 1);
  t.is(await answer({ text: 'Jeszcze raz' }), null);
});

test('a text longer than a message may be is refused with a word of why, never left out, and the draft of before stays', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  await anna.send('PUT', '/conversations/1/draft', new URLSearchParams({ kind: 'note', text: 'Przedtem' }), {
    ...PART,
    'x-csrf-token': anna.csrf(),
  });
  const long = 'wiersz dziennika\n'.repeat(32_000);
  for (const fields of [
    { text: long, html: '' },
    { text: 'krótki', html: `<p>${long}</p>` },
  ]) {
    const sent = await anna.post('/conversations/1/messages', { kind: 'note', ...fields }, PART);
    t.is(sent.status, 413);
    t.regex(sent.text, /500\s000 znaków/);
    t.deepEqual(await scope.db('drafts').pluck('text'), ['Przedtem']);
  }
  t.is((await scope.db('messages').pluck('id')).length, 1);
});
