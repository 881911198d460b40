import { get } from 'node:http';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { logIn, PASSWORD } from '../support/accounts.ts';
import { DOVECOT_PASSWORD } from '../support/dovecot.ts';
import { httpClient } from '../support/http-client.ts';
import type { Person } from '../support/person.ts';
import { OWN_ADDRESS, type PersonalOffice, personalOffice } from '../support/personal-office.ts';
import { routeTable } from '../support/route-table.ts';
import { CANARY } from '../support/secret-office.ts';
import { callsFor, pagesFor, said } from '../support/secret-pages.ts';
import { until } from '../support/until.ts';

interface Context {
  office: PersonalOffice;
  /** By the first words of an address: the number of something of hers. */
  ids: Readonly<Record<string, number | string>>;
  end: () => Promise<void>;
}
const test = anyTest as TestFn<Context>;
type T = ExecutionContext<Context>;

test.before(async (t) => {
  const undo: (() => unknown)[] = [];
  t.context.end = async () => {
    for (const work of undo.toReversed()) await work();
  };
  t.context.office = await personalOffice(Object.assign(Object.create(t), { teardown: (work: () => unknown) => void undo.push(work) }));
  t.context.ids = await fill(t.context.office);
});
test.after.always(({ context }) => context.end?.());

/** Everything that can hang on a conversation, of hers, so that there is something to leak. */
async function fill({ scope: { db }, owner, own: [first, second], inbox, folder, rules }: PersonalOffice) {
  const told = async (method: string, path: string, body: unknown): Promise<{ id: number }> => {
    const { status, text } = await owner.api(method, path, body);
    if (status > 201) throw new Error(`${path} answered ${status}: ${text}`);
    return JSON.parse(text);
  };
  const attachments = [{ filename: `${CANARY}.txt`, contentType: 'text/plain', contentBase64: Buffer.from(CANARY).toString('base64') }];
  await told('POST', `/conversations/${second}/messages`, { kind: 'reply', text: `Odpowiedź ${CANARY}`, attachments });
  const note = await told('POST', `/conversations/${second}/messages`, { kind: 'note', text: `Notatka ${CANARY} @Anna Nowak` });
  const moved = await told('POST', `/messages/${note.id}/transfer`, { to: first });
  await owner.web.get(`/conversations/${second}`);
  await owner.web.send('PUT', `/conversations/${second}/draft`, new URLSearchParams({ _csrf: owner.web.csrf(), text: `Szkic ${CANARY}` }));
  await told('POST', '/saved-views', { name: 'Widok', query: 'q=widok' });
  const bulk = await told('POST', '/bulk-actions', { act: { kind: 'read' }, ids: [second] }).catch(() => ({ id: 1 }));
  await owner.web.get('/profile/mailboxes');
  await owner.web.post(`/profile/mailboxes/${inbox}/connections`, { to: 'account' });
  const id = async (table: string, where: object): Promise<number> => (await db(table).where(where).orderBy('id', 'desc').first('id')).id;
  const ofInbox = { inbox_id: inbox };
  const { id: _id, ...kept } = await db('raw_inbound').where(ofInbox).orderBy('id').first();
  const parked = { status: 'failed', error: `unreadable: ${CANARY}`, envelope: JSON.stringify({ from: `${CANARY}@x.test` }) };
  await db('raw_inbound').insert({ ...kept, ...parked, spool_id: 'parked' });
  await db('raw_inbound').insert({ ...kept, ...parked, spool_id: 'report', status: 'report', error: `report_unmatched:${CANARY}` });
  const refused = { ...ofInbox, reason: 'dmarc', sender_domain: `${CANARY}.test` };
  await db('refusals').insert({ ...refused, day: new Date().toISOString().slice(0, 10), n: 1 });
  const at = { remote_ip: '192.0.2.1', refused_at: new Date().toISOString() };
  await db('refused_mails').insert({ ...refused, ...at, mail_from: `${CANARY}@x.test` });
  const grave = { conversation_id: second, external_id: `${CANARY}@x.test`, is_ours: false, purged_at: '2026-01-01T00:00:00.000Z' };
  await db('tombstones').insert({ ...ofInbox, ...grave });
  // A mail that the server has and that was not kept: the comparison names it.
  await db('raw_inbound')
    .where({ id: await id('raw_inbound', { ...ofInbox, status: 'received' }) })
    .update({ envelope: '{"source":"lost"}' });
  await owner.web.get(`/profile/mailboxes/${inbox}`);
  await owner.web.post(`/profile/mailboxes/${inbox}/comparison`);
  const connection = await id('inbox_connections', { owner_id: owner.id });
  const ofMailbox = { mailboxes: inbox, inboxes: inbox, 'profile/mailboxes': inbox, acknowledgements: inbox, 'footers/inboxes': inbox };
  return {
    ...ofMailbox,
    ...{ 'mailboxes/personal': inbox, 'mailboxes/connections': connection, 'profile/mailboxes/connections': connection },
    conversations: second,
    contacts: (await db('conversations').where({ id: second }).first('contact_id')).contact_id,
    messages: await id('messages', { conversation_id: second, direction: 'inbound' }),
    attachments: await id('attachments', { filename: `${CANARY}.txt` }),
    deliveries: await id('deliveries', { conversation_id: second }),
    transfers: moved.id,
    notifications: await id('notifications', { agent_id: owner.id }),
    'rule-acts': await id('rule_acts', { conversation_id: first, rule_id: rules.hers }),
    unreadable: await id('raw_inbound', { spool_id: 'parked' }),
    'profile/unreadable': await id('raw_inbound', { spool_id: 'parked' }),
    'bulk-actions': bulk.id,
    'saved-views': await id('saved_views', { agent_id: owner.id }),
    rules: rules.hers,
    folders: folder,
    agents: owner.id,
    'footers/agents': owner.id,
  };
}

/** The address with the number of something of hers for every place in it. */
function addressOf(path: string, ids: Context['ids']): string {
  const words = path.replace('/api/v1/', '/').split('/').slice(1);
  const at = words.findIndex((word) => word.startsWith(':'));
  for (let from = 0; from < at; from += 1) {
    const known = ids[words.slice(from, at).join('/')];
    if (known !== undefined) return path.replace(/:\w+/, String(known)).replace(/:\w+/g, '1');
  }
  return path.replace(/:\w+/g, '1');
}

const excerpt = (text: string): string =>
  !text.includes(CANARY) ? '' : text.slice(Math.max(0, text.indexOf(CANARY) - 300), text.indexOf(CANARY) + 60);

/** Asks every address that can be read, and, if wanted, every list in every way; answers those that say the word. */
async function saying(t: T, { web, api }: Person, withLists = true): Promise<readonly string[]> {
  const { office, ids } = t.context;
  const found: string[] = [];
  const look = (path: string, text: string): void => {
    if (said(text, path)) found.push(`${path}: ${excerpt(text)}`);
  };
  const plain = routeTable().filter(({ method, path }) => method === 'GET' && !/^\/(live|logout|login|setup|channels)/.test(path));
  for (const { path, may } of plain) {
    const address = addressOf(path, ids);
    const { status, text } = may === 'api' ? await api('GET', address.replace('/api/v1', '')) : await web.get(address);
    t.true(status < 500, `${address}: ${status}`);
    look(address, text);
  }
  if (!withLists) return found;
  const numbers = { hidden: { conversations: office.own[1] }, shown: office.shared[0], shownNote: 1, closed: office.folder };
  const more = [
    ...['/unreadable?reports=1', `/ledger/items?inbox=${office.inbox}`, `/ledger?inbox=${office.inbox}`, '/ledger/items?status=failed'],
    ...[
      `/conversations?inbox=${office.inbox}&folder=all`,
      `/conversations?in=${office.folder}&folder=all`,
      `/audit?agent=${office.owner.id}`,
    ],
    ...[`/conversations?q=inbox%3A${OWN_ADDRESS}`, `/deliveries?status=sent`],
    ...[`/conversations/new?inboxId=${office.inbox}`, `/footers/shown?inboxId=${office.inbox}`, `/statistics?inbox=${office.inbox}`],
    `/conversations/${office.own[0]}/messages`,
  ];
  for (const path of [...pagesFor(numbers), ...more]) look(path, (await web.get(path)).text);
  for (const path of callsFor(numbers)) look(`api${path}`, (await api('GET', path)).text);
  return found;
}

test.serial('what comes to a personal mailbox reaches no administrator and no colleague by any address that can be read', async (t) => {
  const { admin, colleague, owner } = t.context.office;
  const hers = await saying(t, owner);
  t.true(hers.length > 40, `its owner finds it at ${hers.length} addresses`);
  t.deepEqual(await saying(t, admin), []);
  t.deepEqual(await saying(t, colleague, false), []);
});

test.serial('nobody takes a personal mailbox, its folder or its mail, whatever he may do elsewhere', async (t) => {
  const { office } = t.context;
  const { scope, admin, colleague, owner, inbox, folder, own, rules } = office;
  const before = await scope.db('conversations').whereIn('id', own).orderBy('id');
  const post = async ({ web }: Person, path: string, form: Record<string, string> = {}) => (await web.post(path, form)).status;
  for (const path of ['', '/rights', '/position', '/removal'])
    t.is(await post(admin, `/folders/${folder}${path}`, { [`level-${admin.id}`]: 'move', name: 'Moje', position: '1' }), 404, path);
  t.is(await post(admin, '/folders', { name: 'Wewnątrz', parentId: String(folder) }), 422);
  await post(admin, `/folders/agents/${admin.id}`, { [`level-${folder}`]: 'move' });
  for (const path of [`/inboxes/${inbox}`, `/inboxes/${inbox}/status`, `/mailboxes/${inbox}/connections`, `/mailboxes/${inbox}/removal`])
    t.is(await post(admin, path, { status: 'paused', name: 'x', address: 'x@x.test', to: 'account', folderId: '1' }), 404, path);
  t.is((await admin.api('PATCH', `/inboxes/${inbox}`, { folderId: 1 })).status, 403);
  const taken = await admin.web.post('/mailboxes/new/email/other', { address: OWN_ADDRESS, password: 'x', isWhole: 'yes' });
  t.true(taken.status === 422 && taken.text.includes('jest już skrzynką firmy albo kogoś innego'), taken.text.slice(0, 500));
  const letter = { inboxId: inbox, to: ['x@x.test'], subject: 'Od Igi', text: 'x' };
  for (const person of [admin, colleague]) {
    t.is((await person.api('POST', '/conversations', letter)).status, 422);
    t.is(
      await post(person, '/conversations/new', { kind: 'new', inboxId: String(inbox), moreTo: 'x@x.test', subject: 'x', text: 'x' }),
      422,
    );
    t.false((await person.web.get('/conversations')).text.includes(OWN_ADDRESS), 'no colleague is told that it exists');
    for (const act of ['close', 'file:1', 'trash', 'label:1'])
      await post(person, '/bulk-actions', { act, ids: own.join(), all: 'yes', list: `q=${CANARY}` });
  }
  t.deepEqual(await scope.db('conversations').whereIn('id', own).orderBy('id'), before);
  t.is(await scope.db('rule_acts').where({ rule_id: rules.company }).first(), undefined, 'a rule of the company leaves it alone');
  t.is(await scope.db('notifications').whereIn('conversation_id', own).whereNot({ agent_id: owner.id }).first(), undefined);
  const { text } = await admin.web.get('/mailboxes');
  for (const part of [OWN_ADDRESS, 'Iga prywatnie', 'Skrzynka osobista: Iga Nowak', 'Działa']) t.true(text.includes(part), part);
  const known = JSON.parse((await colleague.api('GET', '/inboxes')).text).items.map(({ id }: { id: number }) => id);
  t.false(known.includes(inbox));
});

test.serial('its owner alone sees what came to it and could not be read, and blocks nobody for the company from it', async (t) => {
  const { office, ids } = t.context;
  const { owner, admin, inbox, own, scope } = office;
  const { text } = await owner.web.get(`/profile/mailboxes/${inbox}`);
  const path = `/profile/unreadable/${ids['unreadable']}`;
  t.true(text.includes(`Wiadomość od ${CANARY}@x.test`) && text.includes(`${path}/raw`));
  t.true((await owner.web.get(`${path}/raw`)).text.includes(CANARY));
  t.deepEqual([(await admin.web.get(`${path}/raw`)).status, (await admin.web.post(`${path}/attempts`)).status], [404, 404]);
  t.is((await owner.web.post(`${path}/attempts`)).location, `/profile/mailboxes/${inbox}`);
  t.is((await owner.web.post(`/conversations/${own[1]}/blocking`, { kind: 'address' })).status, 403);
  t.is(await scope.db('blocked_senders').first(), undefined);
});

test.serial('the live stream of an administrator names nothing personal', async (t) => {
  const { base, admin, owner, own, shared } = t.context.office;
  const cookie = [...admin.web.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  let heard = '';
  const request = get(`${base}/live`, { headers: { cookie } }, (response) => response.on('data', (bytes) => (heard += String(bytes))));
  t.teardown(() => request.destroy());
  await until('the stream is open', async () => heard.includes('event: opened'));
  for (const id of [own[0], shared[1]]) await owner.api('POST', `/conversations/${id}/messages`, { kind: 'note', text: 'x' });
  await until('the shared one was named', async () => heard.includes(`data: conversation-${shared[1]}\n`));
  t.false(heard.includes(`conversation-${own[0]}\n`));
});

test.serial('who sets the password of its owner reads nothing with it: it opens with the password of the mailbox itself', async (t) => {
  const { base, admin, owner, inbox, own } = t.context.office;
  const email = 'iga@firma.example';
  const readable = async (): Promise<boolean> => (await owner.api('GET', `/conversations/${own[0]}`)).status === 200;
  const [first, second] = ['moje nowe haslo dluzsze', 'nadane przez administratora'];
  await owner.web.get('/profile');
  await owner.web.post('/profile/password', { old: PASSWORD, password: first, repeat: first });
  t.true(await readable(), 'whoever changes his own password keeps everything');
  await admin.web.get('/agents');
  t.is((await admin.web.post(`/agents/${owner.id}/password`, { password: second })).status, 303);
  const { web } = owner;
  await logIn(web, email, second);
  t.false(await readable());
  t.true((await web.get('/profile/mailboxes')).text.includes('Twoja skrzynka jest zamknięta'));
  for (const path of ['new', `${inbox}`, `${inbox}/removal`]) t.is((await web.get(`/profile/mailboxes/${path}`)).status, 409, path);
  t.is((await web.post(`/profile/mailboxes/${inbox}/connections`, { to: 'account' })).status, 409);
  for (const path of [
    '/conversations/rows?folder=all',
    '/conversations/rows?folder=mine',
    '/notifications',
    `/messages/${t.context.ids['messages']}/raw`,
  ])
    t.is(excerpt((await web.get(path)).text), '', path);
  t.is((await httpClient(base).get('/profile/mailboxes')).location?.startsWith('/login'), true);
  await web.get('/profile/mailboxes');
  const wrong = await web.post(`/profile/mailboxes/${inbox}/opening`, { password: 'na chybił trafił' });
  t.true(wrong.status === 422 && wrong.text.includes('To nie jest hasło do tej skrzynki'), String(wrong.status));
  t.false(await readable());
  t.is((await web.post(`/profile/mailboxes/${inbox}/opening`, { password: DOVECOT_PASSWORD })).location, '/profile/mailboxes');
  t.true(await readable());
  t.is((await web.post(`/profile/mailboxes/${inbox}/opening`, { password: DOVECOT_PASSWORD })).status, 404, 'it is open already');
});

test.serial('everybody says where his new messages leave from', async (t) => {
  const { owner, admin, colleague, inbox } = t.context.office;
  const from = async ({ web }: Person): Promise<string | undefined> =>
    /<option value="(\d+)" selected>/.exec((await web.get('/conversations/new')).text)?.[1];
  const choose = async ({ web }: Person, path: string, inboxId: number | ''): Promise<number> => {
    await web.get('/profile/mailboxes');
    return (await web.post(path, { inboxId: String(inboxId) })).status;
  };
  t.is(await choose(colleague, '/profile/mailboxes/default', inbox), 422, 'the mailbox of another');
  t.is(await choose(owner, '/profile/mailboxes/default', inbox), 303);
  t.is(await choose(admin, '/mailboxes/default', 1), 303);
  t.deepEqual([await from(owner), await from(colleague)], [String(inbox), '1']);
  t.regex((await owner.web.get('/profile/mailboxes')).text, /Jak w firmie: biuro@firma\.test/);
});

test.serial('its owner hands a conversation over by moving or sharing it, and hides nothing of the company there', async (t) => {
  const { admin, colleague, owner, own, shared, folder, post } = t.context.office;
  const reads = async ({ api }: Person, id: number): Promise<boolean> => (await api('GET', `/conversations/${id}`)).status === 200;
  const move = async (id: number, folderId: number) => (await owner.api('PATCH', `/conversations/${id}`, { folderId })).status;
  t.is(await move(shared[0], folder), 422);
  t.is(await move(own[1], 1), 200);
  t.true((await reads(admin, own[1])) && (await reads(colleague, own[1])));
  t.is((await owner.api('POST', `/conversations/${shared[1]}/merger`, { into: own[1] })).status, 200);
  t.is(await move(own[1], folder), 422, 'with a mail of the company in it');
  const third = await post(`Trzecia ${CANARY}`);
  for (const [one, into] of [
    [shared[0], third],
    [third, shared[0]],
  ])
    t.regex((await owner.api('POST', `/conversations/${one}/merger`, { into })).text, /personal_apart/);
  t.is((await owner.api('PUT', `/conversations/${third}/shares`, { agentIds: [colleague.id] })).status, 200);
  t.deepEqual([await reads(colleague, third), await reads(admin, third)], [true, false]);
  t.is((await owner.api('PATCH', `/conversations/${third}`, { assigneeId: admin.id })).status, 422);
});

test.serial('when its owner is gone it stays closed, and an administrator can disconnect it', async (t) => {
  const { scope, admin, owner, inbox, own } = t.context.office;
  await admin.web.get('/mailboxes');
  await admin.web.post('/mailboxes/option', { personal: 'off' });
  for (const path of ['new', 'new/email/other', 'connections/1'])
    t.is((await owner.web.get(`/profile/mailboxes/${path}`)).status, 409, path);
  t.true((await owner.web.get('/profile/mailboxes')).text.includes('Administrator wyłączył podłączanie'));
  await admin.web.post('/mailboxes/option', { personal: 'on' });
  t.is((await owner.web.get('/profile/mailboxes/new')).status, 200);
  t.is((await admin.web.post(`/mailboxes/personal/${inbox}/removal`)).status, 303);
  const { text } = await owner.web.get('/conversations/new');
  t.regex(text, /Twój domyślny adres iga@firma\.test jest teraz odłączony/);
  t.regex(text, /<option value="1" selected>/);
  t.regex((await owner.web.get('/profile/mailboxes')).text, /Wybrana skrzynka jest odłączona/);
  await admin.web.post(`/agents/${owner.id}/status`, { status: 'disabled' });
  t.is((await admin.api('GET', `/conversations/${own[0]}`)).status, 404);
  t.is((await scope.db('inboxes').where({ id: inbox }).first('status')).status, 'paused');
  t.true((await admin.web.get('/mailboxes')).text.includes('Odłączona'));
});
