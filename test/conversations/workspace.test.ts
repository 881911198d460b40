import test from 'ava';
import sanitizeHtml from 'sanitize-html';
import { xssVectors } from '../support/corpora.ts';
import { countQueries } from '../support/queries.ts';
import { workspaceFor } from '../support/workspace.ts';

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

test('the list shows who wrote, what about and how long he has waited', async (t) => {
  const { anna, mail, pass } = await workspaceFor(t);
  await mail({ from: { address: 'jan@customer.test', name: 'Jan Żółć' }, subject: 'Kiedy dostawa?', text: 'Dzień dobry, czekam.' });
  pass(134);
  const { status, text } = await anna.get('/conversations');
  t.is(status, 200);
  for (const part of ['Jan Żółć', 'Kiedy dostawa?', 'Dzień dobry, czekam.', '2 godz. 14 min', 'class="late"', 'row1 new'])
    t.true(text.includes(part), part);
});

test('nobody sees a conversation, a message, an attachment or the queue without logging in', async (t) => {
  const { nobody, mail } = await workspaceFor(t);
  await mail({});
  for (const path of [
    '/conversations',
    '/conversations/1',
    '/conversations/1/messages',
    '/messages/1/body',
    '/attachments/1',
    '/deliveries',
  ]) {
    const answer = await nobody.get(path);
    t.is(answer.status, 303, path);
    t.true(answer.location?.startsWith('/login?next='), path);
  }
});

test('what does not exist is not found, however its address is written', async (t) => {
  const { anna } = await workspaceFor(t);
  for (const path of [
    '/conversations/9',
    '/conversations/0',
    '/conversations/x',
    '/messages/1/body',
    '/messages/-1/source',
    '/attachments/77',
    '/conversations/1/context',
  ])
    t.is((await anna.get(path)).status, 404, path);
});

test('folders, inboxes and words narrow the list, and its address keeps them', async (t) => {
  const { anna, mail } = await workspaceFor(t);
  await mail({ subject: 'Ekspres do kawy' });
  await mail({ from: { address: 'ola@customer.test', name: 'Ola' }, subject: 'Pralka' });
  await anna.get('/conversations/1');
  t.is((await anna.post('/conversations/1/assignment', { agentId: '1' })).location, '/conversations/1');
  t.is((await anna.post('/conversations/2/closure')).status, 303);
  const has = async (path: string, kettle: boolean, washer: boolean): Promise<void> => {
    const { text } = await anna.get(path);
    t.deepEqual([text.includes('Ekspres do kawy'), text.includes('Pralka')], [kettle, washer], path);
  };
  await has('/conversations', true, false);
  await has('/conversations?folder=mine', true, false);
  await has('/conversations?folder=unassigned', false, false);
  await has('/conversations?folder=closed', false, true);
  await has('/conversations?folder=all', true, true);
  await has('/conversations?q=pralka', false, true);
  await has('/conversations?inbox=1', true, false);
  await has('/conversations?inbox=999', false, false);
  await has('/conversations?folder=nonsense&sort=&inbox=abc', true, false);
  t.true((await anna.get('/conversations?folder=mine')).text.includes('href="/conversations/1?folder=mine"'));
});

test('an empty list says what will be here', async (t) => {
  const { anna } = await workspaceFor(t);
  t.true((await anna.get('/conversations')).text.includes('pojawią się tutaj same'));
  t.true((await anna.get('/conversations?q=nic')).text.includes('Nic nie znaleziono'));
});

test('forty rows come first, the rest follows by cursor, and a refresh brings as many as are shown', async (t) => {
  const { anna, mail, pass } = await workspaceFor(t);
  for (let n = 1; n <= 61; n += 1) {
    await mail({ from: { address: `k${n}@customer.test`, name: null }, subject: `Sprawa ${n}` });
    pass(1);
  }
  const rowsOf = (text: string): string[] => [...text.matchAll(/<li id="(c\d+)"/g)].map((match) => match[1] ?? '');
  const first = await anna.get('/conversations');
  t.is(rowsOf(first.text).length, 40);
  const more = /hx-get="(\/conversations\/rows\?cursor=[^"]+)"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const second = await anna.get(more, PART);
  t.deepEqual(rowsOf(second.text).length, 21);
  t.is(new Set([...rowsOf(first.text), ...rowsOf(second.text)]).size, 61);
  t.true(second.text.includes('name="shown" value="61"'));
  t.is(rowsOf((await anna.get('/conversations/rows?shown=61', PART)).text).length, 61);
  const pageWithout = /<a href="(\/conversations\?cursor=[^"]+)"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  t.is(rowsOf((await anna.get(pageWithout)).text).length, 21, 'the link works without JavaScript');
});

test('a full list weighs at most 60 KB however long subjects and mails are, the part that htmx fetches a third of it', async (t) => {
  const { anna, mail, piotr, scope } = await workspaceFor(t);
  const subject = 'Zażółć gęślą jaźń, czyli jak długo można pisać w temacie '.repeat(5).trim();
  const ids: number[] = [];
  for (let n = 1; n <= 60; n += 1) {
    const from = { address: `k${n}@customer.test`, name: `Wacław Kowalczyk ${n}` };
    ids.push((await mail({ from, subject: `${n}. ${subject}`, text: 'Treść równie długa jak temat. '.repeat(40) })).conversationId);
  }
  await scope.db('conversations').update({ assignee_id: piotr });
  const page = await anna.get('/conversations');
  t.true(Buffer.byteLength(page.text) <= 60 * 1024, `${Buffer.byteLength(page.text)} bytes`);
  const part = await anna.get('/conversations', PART);
  t.true(part.text.length <= page.text.length / 3, `${part.text.length} of ${page.text.length}`);

  const line = /<li id="c1">.*?<span class="subj">(.*?)<\/span><span class="snip">(.*?)<\/span>/.exec(
    (await anna.get('/conversations/rows?shown=60', PART)).text,
  );
  for (const cut of [line?.[1] ?? '', line?.[2] ?? '']) t.true(cut.endsWith('…') && cut.length > 70 && cut.length <= 91, cut);
  t.true((await anna.get(`/conversations/${ids[0]}`)).text.includes(`1. ${subject}`), 'the conversation has it all');
});

test('a list page asks the database at most six times, an opened conversation at most eight', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  for (let n = 0; n < 5; n += 1) await mail({ subject: `Sprawa ${n}` });
  const session = 1;
  for (const [path, headers, most] of [
    ['/conversations', {}, 6],
    ['/conversations?q=sprawa', {}, 6],
    ['/conversations/rows?shown=50', PART, 6],
    ['/conversations/1', PART, 8],
    ['/conversations/1', {}, 8],
    ['/deliveries', {}, 6],
  ] as const) {
    const count = await countQueries(scope.db, () => anna.get(path, headers));
    t.log(path, count + session);
    t.true(count + session <= most, `${path}: ${count + session}`);
  }
});

test('reading a page writes nothing', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  await mail({});
  const writes: string[] = [];
  scope.db.on('query', ({ sql }: { sql: string }) => /^(insert|update|delete)/i.test(sql) && writes.push(sql));
  for (const path of [
    '/conversations',
    '/conversations/1',
    '/conversations/1/context',
    '/messages/1/body',
    '/deliveries',
    '/conversations/new',
  ])
    await anna.get(path);
  t.deepEqual(writes, []);
});

test('a conversation is closed, reopened and assigned by plain forms, and by parts of the page', async (t) => {
  const { anna, mail, piotr } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  for (const action of ['closure', 'reopening']) {
    const plain = await anna.post(`/conversations/1/${action}`);
    t.deepEqual([plain.status, plain.location], [303, '/conversations/1']);
  }
  const part = await anna.post('/conversations/1/closure', {}, PART);
  t.regex(part.text, /<hx-partial hx-target="#thead"[\s\S]*zamknięta[\s\S]*Rozmowa zamknięta/);
  const given = await anna.post('/conversations/1/assignment', { agentId: String(piotr) }, PART);
  t.true(given.text.includes('przypisana: Anna Nowak'));
  t.is((await anna.post('/conversations/1/assignment', { agentId: '' })).status, 303);
  t.false((await anna.get('/conversations/1')).text.includes('przypisana:'));
  t.is((await anna.post('/conversations/77/closure')).status, 404);
});

test('a conversation opens at its first unread message until it was read, which his other windows hear of once', async (t) => {
  const { anna, mail, poked } = await workspaceFor(t);
  const { messageId } = await mail({ text: 'Pierwsza' });
  const fresh = await anna.get('/conversations/1');
  t.regex(fresh.text, /id="first-unread"[\s\S]*Pierwsza/);
  for (let i = 0; i < 2; i += 1) t.is((await anna.post('/conversations/1/reads', { lastMessageId: String(messageId) }, PART)).status, 204);
  t.deepEqual(poked, ['reads@agent-1']);
  const { text } = await anna.get('/conversations/1');
  t.false(text.includes('first-unread'));
  t.false(text.includes('row1 new'));
});

test('the way back leads to the list that one came from, also after an act, a live update and in earlier conversations', async (t) => {
  const { anna, mail } = await workspaceFor(t);
  for (const subject of ['Dawna sprawa', 'Nowa sprawa']) await mail({ subject });
  const query = '?folder=closed&q=sprawa&sort=waiting';
  const headers = { ...PART, 'HX-Current-URL': `http://centrala.test/conversations/2${query}` };
  const leads = ({ text }: { text: string }, name: string, path: string): boolean =>
    text.includes(`<a class="${name}" href="${path}${query.replaceAll('&', '&amp;')}"`);
  const back = ['icon-link back', '/conversations'] as const;
  t.true(leads(await anna.get(`/conversations/2${query}`), ...back));
  t.true(leads(await anna.post('/conversations/2/closure', {}, headers), ...back));
  t.true(leads(await anna.get('/conversations/2/messages', headers), ...back));
  t.true(leads(await anna.get('/conversations/2/context', headers), 'prev', '/conversations/1'));
});

test('the panel tells who the contact is and leads to his earlier conversations', async (t) => {
  const { anna, mail } = await workspaceFor(t);
  await mail({ subject: 'Dawna sprawa' });
  await mail({ subject: 'Nowa sprawa' });
  const { text } = await anna.get('/conversations/2/context');
  for (const part of ['jan@customer.test', 'Dawna sprawa', 'href="/conversations/1"', 'Piotr Wrona']) t.true(text.includes(part), part);
  t.true((await anna.get('/conversations/2/context', PART)).text.includes('<hx-partial hx-target="#assign"'));
  t.regex((await anna.get('/conversations/2/assignment')).text, /name="agentId" value="2"[^\n]*Piotr Wrona/);
});

test('hostile names, subjects, texts and file names are shown as text in every view', async (t) => {
  const { anna, take, scope } = await workspaceFor(t);
  const { mailFrom } = await import('../support/house.ts');
  await scope.db('blobs').insert({ sha256: 'a'.repeat(64), bytes: 1, created_at: 'x' });
  const vectors = xssVectors().filter((_, at) => at % 170 === 0 || at < 20);
  for (const [n, vector] of vectors.entries()) {
    const attachment = { filename: vector, contentType: 'text/html', contentId: null, inline: false, bytes: 1, sha256: 'a'.repeat(64) };
    await take([
      mailFrom(`v${n}@customer.test`, {
        from: { address: `v${n}@customer.test`, name: vector },
        subject: vector,
        text: vector,
        attachments: [attachment],
      }),
    ]);
  }
  const own = (await anna.get('/conversations?folder=closed')).text.match(/<script/g)?.length ?? 0;
  const pages = [
    '/conversations',
    '/conversations/rows?shown=100',
    `/conversations?q=${encodeURIComponent('"><script>alert(1)</script>')}`,
  ];
  for (const path of [...pages, ...vectors.map((_, n) => `/conversations/${n + 1}`)]) {
    const { text, status } = await anna.get(path);
    t.is(status, 200, path);
    t.true((text.match(/<script/g)?.length ?? 0) <= own, path);
    t.notRegex(
      text,
      /<(svg (?!class="icon)|img (?!src="\/attachments)|object|embed|iframe|math|style|base|form (?!method|class|action))/i,
      path,
    );
    t.deepEqual(handlersIn(text), [], path);
  }
});

/** The elements that would run a script of their own: an attribute that begins with "on". */
function handlersIn(html: string): readonly string[] {
  const found: string[] = [];
  const note = (tagName: string, attribs: sanitizeHtml.Attributes): sanitizeHtml.Tag => {
    found.push(...Object.keys(attribs).flatMap((name) => (/^on/i.test(name) ? [`${tagName} ${name}`] : [])));
    return { tagName, attribs };
  };
  sanitizeHtml(html, { allowedTags: false, allowedAttributes: false, allowVulnerableTags: true, transformTags: { '*': note } });
  return found;
}
