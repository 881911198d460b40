import test from 'ava';
import { InvalidError } from '../../core/lib/errors.ts';
import { encodedBytes, expectFits } from '../../core/messages/size.ts';
import { changeGeneral } from '../../core/settings/general.ts';
import { multipart } from '../support/http-client.ts';
import { workspaceFor } from '../support/workspace.ts';

const MB = 1024 * 1024;

test('a message is measured as it will be sent: files in base64 with their line ends, and its texts', (t) => {
  t.is(encodedBytes(57), 78, 'a line of base64 with its end');
  const limits = { maxAttachments: 10, maxMessageMb: 20 };
  t.notThrows(() => expectFits(limits, ['Dzień dobry', null], [{ bytes: 14 * MB }]));
  for (const [words, files, field] of [
    [[''], [{ bytes: 15 * MB }], 'messages.problems.size'],
    [['x'.repeat(MB)], [{ bytes: 14 * MB }], 'messages.problems.size'],
    [[''], Array.from({ length: 11 }, () => ({ bytes: 1 })), 'messages.problems.files'],
  ] as const) {
    const error = t.throws(() => expectFits(limits, words, files), { instanceOf: InvalidError });
    t.deepEqual(error.fields, { attachments: field });
  }
});

test('what has too many files or too large ones is not sent, says so in numbers, and stays whole with the draft', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  await mail({});
  await changeGeneral(scope, { maxAttachments: 3, maxMessageMb: 1 });
  await anna.get('/conversations/1');
  const file = (name: string, bytes = 3): File => new File(['x'.repeat(bytes)], name, { type: 'text/plain' });
  const send = (path: string, fields: Record<string, string>, files: readonly File[]) =>
    anna.send('POST', path, multipart({ _csrf: anna.csrf(), text: 'Wysyłam', ...fields }, files));
  const reply = { kind: 'reply', to: 'jan@customer.test' };
  const many = await send(
    '/conversations/1/messages',
    reply,
    ['1.txt', '2.txt', '3.txt', '4.txt'].map((name) => file(name)),
  );
  t.is(many.status, 422);
  t.regex(many.text, /najwyżej tyle plików: 3\.[\s\S]*Wysyłam<\/textarea>[\s\S]*4\.txt/);
  const dropped = (await scope.db('draft_attachments').pluck('id')) as number[];
  const large = await send('/conversations/1/messages', { ...reply, kind: 'note', 'dropped[]': String(dropped[0]) }, [
    file('duży.txt', 800_000),
  ]);
  t.regex(large.text, /najwyżej tyle plików: 3/, 'three of the draft and a new one');
  for (const id of dropped.slice(1)) await scope.db('draft_attachments').where({ id }).delete();
  const tooLarge = await send('/conversations/1/messages', reply, []);
  t.regex(tooLarge.text, /miałaby po zakodowaniu 2 MB, a może mieć najwyżej 1 MB[\s\S]*duży\.txt/);
  const first = { to: '', moreTo: 'ola@klient.test', subject: 'Oferta', inboxId: '1' };
  const begun = await send('/conversations/new', first, [file('katalog.txt', 800_000)]);
  t.is(begun.status, 422);
  t.regex(begun.text, /najwyżej 1 MB[\s\S]*katalog\.txt/);
  t.is((await scope.db('messages').where({ direction: 'outbound' })).length, 0);
});

test('a file is sent with the type that its bytes give away', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  const files = [
    new File(['MZ\u0090'], 'faktura.pdf', { type: 'application/pdf' }),
    new File(['%PDF-1.7'], 'umowa.txt', { type: 'text/plain' }),
  ];
  await anna.send('POST', '/conversations/1/messages', multipart({ _csrf: anna.csrf(), text: 'x', to: 'jan@customer.test' }, files));
  t.deepEqual(await scope.db('attachments').orderBy('id').pluck('content_type'), [
    'application/vnd.microsoft.portable-executable',
    'application/pdf',
  ]);
});
