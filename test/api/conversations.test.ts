import test from 'ava';
import { ADMINISTRATOR, api } from '../support/api.ts';

const MAIL = 'anna@klient.test\nPralka nie działa\nDzień dobry, nie wiruje.';

test('a received mail is a conversation with its contact and its message', async (t) => {
  const { call, receive, inbox } = await api(t);
  await receive(MAIL);
  const { json } = await call('GET', '/conversations');
  t.is(json.items.length, 1);
  t.is(json.next, null);
  const [item] = json.items;
  t.like(item, { subject: 'Pralka nie działa', status: 'open', inboxId: inbox.id, assignee: null, messageCount: 1 });
  t.is(item.contact.address, 'anna@klient.test');
  const one = await call('GET', `/conversations/${item.id}`);
  t.is(one.status, 200);
  t.is(one.json.earlier, null);
  t.like(one.json.messages[0], { kind: 'message', direction: 'inbound', text: 'Dzień dobry, nie wiruje.', author: null, attachments: [] });
  t.deepEqual(one.json.messages[0].from, { address: 'anna@klient.test', name: null });
});

test('the list is narrowed by inbox, status, assignee and words, and by all at once', async (t) => {
  const { call, receive, inbox } = await api(t);
  await receive(MAIL, 'jan@klient.test\nFaktura\nProszę o fakturę za pralkę.');
  const { json } = await call('GET', '/conversations?q=faktur%C4%99');
  const [faktura] = json.items;
  t.is(json.items.length, 1);
  await call('PATCH', `/conversations/${faktura.id}`, { status: 'closed', assigneeId: 2 });
  const found = async (query: string) =>
    (await call('GET', `/conversations?${query}`)).json.items.map((one: { subject: string }) => one.subject);
  t.deepEqual(await found('status=open'), ['Pralka nie działa']);
  t.deepEqual(await found('status=closed'), ['Faktura']);
  t.deepEqual(await found('assignee=2'), ['Faktura']);
  t.deepEqual(await found('assignee=none'), ['Pralka nie działa']);
  t.deepEqual(await found(`inbox=${inbox.id}&status=closed&assignee=2&q=fakturę`), ['Faktura']);
  t.deepEqual(await found(`inbox=${inbox.id + 1}`), []);
  t.is((await found('status=&cursor=')).length, 2, 'empty values narrow nothing');
});

test('a program searches with operators, is told what is not understood, and in which file words were found', async (t) => {
  const { call, receive, scope } = await api(t);
  await receive(MAIL, 'jan@klient.test\nFaktura\nProszę o fakturę za pralkę.');
  const found = async (q: string) => (await call('GET', `/conversations?q=${encodeURIComponent(q)}`)).json;
  t.deepEqual(
    (await found('from:anna is:open')).items.map((one: { subject: string }) => one.subject),
    ['Pralka nie działa'],
  );
  const wrong = await call('GET', '/conversations?q=label:none');
  t.deepEqual([wrong.status, wrong.json.fields], [422, { q: 'text of search.wrong.label' }]);
  const [{ id }] = (await found('from:anna')).items;
  const contentBase64 = Buffer.from('x').toString('base64');
  const note = { kind: 'note', text: 'protokół', attachments: [{ filename: 'p.txt', contentType: 'text/plain', contentBase64 }] };
  t.is((await call('POST', `/conversations/${id}/messages`, note)).status, 201);
  await scope.db('file_texts').update({ state: 'read', words: ' x \f protokol ' });
  const [item] = (await found('protokół')).items;
  t.deepEqual([item.id, item.foundIn], [id, { filename: 'p.txt', page: 2 }]);
});

test('a program ignores what needs no answer, and takes it back', async (t) => {
  const { call, receive } = await api(t);
  await receive(MAIL);
  const [{ id, waitingSince }] = (await call('GET', '/conversations')).json.items;
  const ignored = (await call('PATCH', `/conversations/${id}`, { ignored: true })).json;
  t.is(ignored.waitingSince, null);
  t.is(ignored.ignored.agentId, 2);
  t.like((await call('PATCH', `/conversations/${id}`, { ignored: false })).json, { waitingSince, ignored: null });
});

test('status and assignee are changed apart, together, by id and by e-mail', async (t) => {
  const { call, receive } = await api(t);
  await receive(MAIL);
  const path = `/conversations/${(await call('GET', '/conversations')).json.items[0].id}`;
  t.deepEqual((await call('PATCH', path, { assignee: 'agent2@example.test' })).json.assignee, { id: 2, name: 'Ewa Nr 2' });
  t.like((await call('PATCH', path, { assigneeId: 1, status: 'closed' })).json, {
    status: 'closed',
    assignee: { id: 1, name: 'Ewa Nr 1' },
  });
  t.like((await call('PATCH', path, { assigneeId: null })).json, { status: 'closed', assignee: null });
  t.like((await call('PATCH', path, { status: 'open' })).json, { status: 'open', closedAt: null });
  t.like((await call('PATCH', path, {})).json, { status: 'open' });
  const snoozedUntil = new Date(Date.now() + 3_600_000).toISOString();
  t.like((await call('PATCH', path, { status: 'snoozed', snoozedUntil })).json, { status: 'snoozed', snoozedUntil });
  t.like((await call('PATCH', path, { status: 'snoozed' })).json, { status: 'snoozed', snoozedUntil: null });
  t.is((await call('GET', '/conversations?status=snoozed')).json.items.length, 1);
});

test('a change that cannot be is refused whole and says which field is wrong', async (t) => {
  const { call, receive } = await api(t);
  await receive(MAIL);
  const path = `/conversations/${(await call('GET', '/conversations')).json.items[0].id}`;
  const wrong: readonly [object, string][] = [
    [{ status: 'spam' }, 'status'],
    [{ status: 'snoozed', snoozedUntil: '2020-01-01T00:00:00Z' }, 'snoozedUntil'],
    [{ snoozedUntil: '2099-01-01T00:00:00Z' }, 'snoozedUntil'],
    [{ status: 'closed', assignee: 'nobody@example.test' }, 'assignee'],
    [{ status: 'closed', assigneeId: 99 }, 'assigneeId'],
    [{ assigneeId: 1, assignee: null }, 'assignee'],
    [{ subject: 'x' }, 'subject'],
    [{ assigneeId: '1' }, 'assigneeId'],
  ];
  for (const [body, field] of wrong) {
    const { status, json } = await call('PATCH', path, body);
    t.is(status, 422, JSON.stringify(body));
    t.is(json.code, 'invalid');
    t.deepEqual(Object.keys(json.fields), [field], JSON.stringify(body));
  }
  t.like((await call('GET', path)).json, { status: 'open', assignee: null });
});

test('an answer goes to the sender through the queue and stands in the conversation', async (t) => {
  const { call, receive } = await api(t);
  await receive(MAIL);
  const { id } = (await call('GET', '/conversations')).json.items[0];
  const content = Buffer.from('%PDF-1.7 treść');
  const { status, json } = await call('POST', `/conversations/${id}/messages`, {
    kind: 'reply',
    text: 'Przyjedziemy jutro.',
    html: '<p>Przyjedziemy <b>jutro</b>.<script>alert(1)</script></p>',
    attachments: [{ filename: 'oferta zażółć.pdf', contentType: 'application/pdf', contentBase64: content.toString('base64') }],
  });
  t.is(status, 201);
  t.like(json, { kind: 'reply', direction: 'outbound', text: 'Przyjedziemy jutro.', author: { id: 2, name: 'Ewa Nr 2' } });
  t.regex(json.html, /<b>jutro<\/b>/);
  t.notRegex(json.html, /script/);
  t.deepEqual(json.to, [{ address: 'anna@klient.test', name: null }]);
  t.like(json.attachments[0], { filename: 'oferta zażółć.pdf', contentType: 'application/pdf', bytes: content.length });
  t.like(json.deliveries[0], { address: 'anna@klient.test', status: 'queued', reason: null, attempts: 0 });
  t.not(json.deliveries[0].nextAttemptAt, null);
  const file = await call('GET', `/attachments/${json.attachments[0].id}`);
  t.is(file.text, content.toString());
  t.is(file.headers.get('content-type'), 'application/pdf');
  t.regex(file.headers.get('content-disposition') ?? '', /^attachment; .*filename\*=UTF-8''oferta%20za%C5%BC/);
  t.is((await call('GET', `/conversations/${id}`)).json.messages.length, 2);
  t.is((await call('GET', `/messages/${json.id}`)).json.text, 'Przyjedziemy jutro.');
});

test('a program answers the sender, or all whom the message was for', async (t) => {
  const { call, receive, scope } = await api(t);
  await receive(MAIL);
  const recipients = { to: [{ address: 'ewa@klient.test', name: 'Ewa' }], cc: [{ address: 'ola@klient.test', name: null }] };
  await scope.db('messages').update({ recipients: JSON.stringify({ ...recipients, bcc: [], replyTo: [] }) });
  const path = `/conversations/${(await call('GET', '/conversations')).json.items[0].id}/messages`;
  const copies = async (more: object) => (await call('POST', path, { kind: 'reply', text: 'Jutro.', ...more })).json.cc;
  t.deepEqual(await copies({}), []);
  t.deepEqual(await copies({ replyAll: true }), [...recipients.to, ...recipients.cc]);
});

test('both forms of a body are sent as the caller wrote them, and a missing one is made from the other', async (t) => {
  const { call, receive } = await api(t);
  await receive(MAIL);
  const path = `/conversations/${(await call('GET', '/conversations')).json.items[0].id}/messages`;
  t.is(
    (await call('POST', path, { kind: 'reply', text: 'Wersja prosta', html: '<p>Wersja <i>bogata</i></p>' })).json.text,
    'Wersja prosta',
  );
  t.is((await call('POST', path, { kind: 'note', html: '<p>Tylko <i>tak</i></p>' })).json.text, 'Tylko tak');
  t.regex((await call('POST', path, { kind: 'reply', text: '1 < 2' })).json.html, /1 &lt; 2/);
});

test('a note is seen by agents only and sent to nobody', async (t) => {
  const { call, receive } = await api(t);
  await receive(MAIL);
  const { id } = (await call('GET', '/conversations')).json.items[0];
  const { status, json } = await call('POST', `/conversations/${id}/messages`, { kind: 'note', text: 'Klient już dzwonił.' });
  t.is(status, 201);
  t.like(json, { kind: 'note', direction: 'internal', to: [], deliveries: [] });
  t.deepEqual((await call('GET', '/deliveries')).json.items, []);
  const refused = await call('POST', `/conversations/${id}/messages`, { kind: 'note', text: 'x', to: ['a@b.test'] });
  t.is(refused.status, 422);
  t.deepEqual(Object.keys(refused.json.fields), ['to']);
});

test('a message that cannot be written is refused and leaves nothing behind', async (t) => {
  const { call, receive, scope } = await api(t);
  await receive(MAIL);
  const path = `/conversations/${(await call('GET', '/conversations')).json.items[0].id}/messages`;
  const file = { filename: 'a.txt', contentType: 'text/plain', contentBase64: 'YQ==' };
  const wrong: readonly [object, string][] = [
    [{ text: 'x' }, 'kind'],
    [{ kind: 'message', text: 'x' }, 'kind'],
    [{ kind: 'reply', text: '  ' }, 'text'],
    [{ kind: 'reply', text: 'x', bcc: [] }, 'bcc'],
    [{ kind: 'reply', text: 'x', to: ['not an address'] }, 'to'],
    [{ kind: 'reply', text: 'x', to: [] }, 'to'],
    [{ kind: 'reply', text: 'x', replyAll: true, cc: ['ola@klient.test'] }, 'replyAll'],
    [{ kind: 'note', text: 'x', replyAll: true }, 'replyAll'],
    [{ kind: 'reply', text: 'x', attachments: [{ ...file, contentBase64: '%%%' }] }, 'attachments.0.contentBase64'],
    [{ kind: 'reply', text: 'x', attachments: [{ ...file, contentType: 'text/html\r\nX: y' }] }, 'attachments.0.contentType'],
    [{ kind: 'reply', text: 'x', attachments: [{ ...file, url: 'x' }] }, 'attachments.0.url'],
  ];
  for (const [body, field] of wrong) {
    const { status, json } = await call('POST', path, body);
    t.is(status, 422, JSON.stringify(body));
    t.deepEqual(Object.keys(json.fields), [field], JSON.stringify(body));
  }
  t.is((await scope.db('messages')).length, 1);
  t.is((await scope.db('deliveries')).length, 0);
});

test('an answer with thirty megabytes attached is taken', async (t) => {
  const { call, receive, demo } = await api(t);
  await receive(MAIL);
  const path = `/conversations/${(await call('GET', '/conversations')).json.items[0].id}/messages`;
  const contentBase64 = Buffer.alloc(30 * 1024 * 1024, 7).toString('base64');
  const big = await call('POST', path, {
    kind: 'note',
    text: 'duży plik',
    attachments: [{ filename: 'duży.bin', contentType: 'application/octet-stream', contentBase64 }],
  });
  t.is(big.status, 201, big.text.slice(0, 300));
  t.is(big.json.attachments[0].bytes, 30 * 1024 * 1024);
  const limit = demo.plugin.manifest.traits.maxAttachmentBytes ?? 0;
  const reply = await call('POST', path, {
    kind: 'reply',
    text: 'za duże dla tego kanału',
    attachments: [
      { filename: 'x.bin', contentType: 'application/octet-stream', contentBase64: Buffer.alloc(limit + 1).toString('base64') },
    ],
  });
  t.is(reply.status, 422);
  t.deepEqual(Object.keys(reply.json.fields), ['attachments']);
});

test('a new conversation begins with a message of ours to the first address', async (t) => {
  const { call, inbox } = await api(t);
  const { status, json } = await call('POST', '/conversations', {
    inboxId: inbox.id,
    to: [{ address: 'Nowy@Klient.test', name: 'Nowy Klient' }, 'drugi@klient.test'],
    subject: 'Oferta',
    text: 'Dzień dobry',
  });
  t.is(status, 201);
  t.like(json, { subject: 'Oferta', status: 'open', inboxId: inbox.id, messageCount: 1 });
  t.is(json.contact.address, 'nowy@klient.test');
  t.is(json.messages[0].deliveries.length, 2);
  const single = await call('POST', '/conversations', { inboxId: inbox.id, to: 'a@b.test', subject: 'Jeden', text: 'x' }, ADMINISTRATOR);
  t.is(single.status, 201);
  t.is(single.json.messages[0].author.id, 1);
});

test('a new conversation needs an inbox that can send, someone to write to and a subject', async (t) => {
  const { call, inbox } = await api(t);
  const good = { inboxId: inbox.id, to: 'a@b.test', subject: 'x', text: 'y' };
  for (const [change, field] of [
    [{ inboxId: 77 }, 'inboxId'],
    [{ to: [] }, 'to'],
    [{ to: 'biuro@firma.test' }, 'to'],
    [{ subject: ' ' }, 'subject'],
    [{ text: '' }, 'text'],
  ] as const) {
    const { status, json } = await call('POST', '/conversations', { ...good, ...change });
    t.is(status, 422, field);
    t.deepEqual(Object.keys(json.fields), [field]);
  }
  const mute = { channel: 'demo', name: 'Niema', address: 'niema@firma.test', settings: { token: 'right', answers: false } };
  const made = await call('POST', '/inboxes', mute, ADMINISTRATOR);
  const refused = await call('POST', '/conversations', { ...good, inboxId: made.json.id });
  t.is(refused.status, 409);
  t.is(refused.json.code, 'inbox_cannot_send');
});

test('pages of conversations and messages hold everything exactly once', async (t) => {
  const { call, receive } = await api(t);
  await receive(...Array.from({ length: 7 }, (_, n) => `klient${n}@klient.test\nSprawa ${n}\nTreść ${n}`));
  const walk = async (path: string): Promise<number[]> => {
    const seen: number[] = [];
    for (let cursor = ''; ; ) {
      const { json } = await call('GET', `${path}?limit=3${cursor && `&cursor=${cursor}`}`);
      seen.push(...json.items.map((one: { id: number }) => one.id));
      if (json.next === null) return seen;
      cursor = json.next;
    }
  };
  const conversations = await walk('/conversations');
  t.is(conversations.length, 7);
  t.is(new Set(conversations).size, 7);
  for (let n = 0; n < 4; n += 1) await call('POST', `/conversations/${conversations[0]}/messages`, { kind: 'reply', text: `${n}` });
  const messages = await walk(`/conversations/${conversations[0]}/messages`);
  t.is(messages.length, 5);
  t.deepEqual(
    messages,
    [...new Set(messages)].toSorted((a, b) => b - a),
  );
  const deliveries = await walk('/deliveries');
  t.is(new Set(deliveries).size, 4);
});
